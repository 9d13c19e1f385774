package io.jishi.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The printed ledger of a night: each account by its debits and credits, and that it closes to the cent. */
final class NightLedger {
    private static final String BY_ACCOUNT = """
            SELECT account, currency, count(*) AS postings,
                   coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS debit,
                   coalesce(-sum(amount_minor) FILTER (WHERE amount_minor < 0), 0) AS credit
              FROM ledger_posting GROUP BY account, currency ORDER BY currency, account
            """;
    private static final String PAID = """
            SELECT coalesce(sum(coalesce(total_minor, quantity * unit_price_minor)), 0) AS total FROM orders
             WHERE stage NOT IN ('reserved', 'awaiting_payment', 'cancelled', 'expired', 'refunded')
            """;

    /** What buyers paid is with a provider, or was kept by it. */
    private static final Set<String> TAKEN = Set.of("provider", "fees");

    /** In minor units. */
    private record Account(String name, String currency, long postings, long debit, long credit) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "%-12s %s %8d postings %,14.2f debit %,14.2f credit %,14.2f balance",
                    name,
                    currency,
                    postings,
                    debit / 100.0,
                    credit / 100.0,
                    (debit - credit) / 100.0);
        }
    }

    private final Connection database;
    private final List<Account> accounts = new ArrayList<>();

    private NightLedger(Connection database) {
        this.database = database;
    }

    static NightLedger read(Connection database) throws SQLException {
        NightLedger ledger = new NightLedger(database);
        try (PreparedStatement select = database.prepareStatement(BY_ACCOUNT);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                ledger.accounts.add(new Account(
                        row.getString("account"),
                        row.getString("currency"),
                        row.getLong("postings"),
                        row.getLong("debit"),
                        row.getLong("credit")));
            }
        }
        return ledger;
    }

    /** A line an account, and one for all. */
    List<String> lines() {
        List<String> lines =
                new ArrayList<>(accounts.stream().map(Account::line).toList());
        lines.add(new Account("all", "CNY", postings(), debit(), credit()).line());
        return lines;
    }

    List<Row> rows() throws SQLException {
        long taken = accounts.stream()
                .filter(account -> TAKEN.contains(account.name))
                .mapToLong(account -> account.debit - account.credit)
                .sum();
        return List.of(
                Row.of(
                                "fen by which the ledger's debits and credits differ",
                                (double) Math.abs(debit() - credit()),
                                "fen")
                        .atMost(0),
                Row.of(
                                "fen by which providers and their fees took other than buyers paid",
                                (double) Math.abs(taken - paid()),
                                "fen")
                        .atMost(0));
    }

    private long paid() throws SQLException {
        try (PreparedStatement select = database.prepareStatement(PAID);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong("total");
        }
    }

    private long postings() {
        return accounts.stream().mapToLong(Account::postings).sum();
    }

    private long debit() {
        return accounts.stream().mapToLong(Account::debit).sum();
    }

    private long credit() {
        return accounts.stream().mapToLong(Account::credit).sum();
    }
}
