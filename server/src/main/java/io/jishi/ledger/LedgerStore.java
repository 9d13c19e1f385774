package io.jishi.ledger;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.ledger.Account.Nature;
import io.jishi.ledger.Ledger.Balance;
import io.jishi.ledger.Ledger.Booked;
import io.jishi.ledger.Ledger.Line;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ledger's SQL. It only ever inserts. */
final class LedgerStore {
    private final Database database;

    LedgerStore(Database database) {
        this.database = database;
    }

    /** Entries and their postings in one statement, so that many cost little more than one. */
    Future<Void> insert(SqlConnection transaction, List<Booked> entries) {
        List<Long> owners = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        for (Booked entry : entries) {
            int number = 0;
            for (Line line : entry.lines()) {
                owners.add(entry.id().value());
                numbers.add(++number);
                lines.add(line);
            }
        }
        OffsetDateTime at = entries.getFirst().at().atOffset(ZoneOffset.UTC);
        return transaction
                .preparedQuery("""
                        INSERT INTO ledger_entry (id, kind, reference, at)
                        SELECT id, kind, reference, $4
                          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS entry (id, kind, reference)
                        """)
                .execute(Tuple.of(
                        entries.stream().map(entry -> entry.id().value()).toArray(Long[]::new),
                        entries.stream().map(entry -> entry.kind().text()).toArray(String[]::new),
                        entries.stream().map(Booked::reference).toArray(String[]::new),
                        at))
                .compose(done -> transaction
                        .preparedQuery("""
                                INSERT INTO ledger_posting (entry, line, account, owner, currency, amount_minor)
                                SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[],
                                                     $6::bigint[])
                                """)
                        .execute(Tuple.of(
                                owners.toArray(Long[]::new),
                                numbers.toArray(Integer[]::new),
                                lines.stream()
                                        .map(line -> line.account().text())
                                        .toArray(String[]::new),
                                lines.stream().map(Line::owner).toArray(String[]::new),
                                lines.stream().map(Line::currency).toArray(String[]::new),
                                lines.stream().map(Line::amountMinor).toArray(Long[]::new))))
                .mapEmpty();
    }

    Future<List<Balance>> balances() {
        return database.execute("""
                        SELECT account, currency, sum(amount_minor)::bigint AS amount FROM ledger_posting
                         GROUP BY account, currency ORDER BY account, currency
                        """).map(rows -> {
            List<Balance> balances = new ArrayList<>();
            for (Row row : rows) {
                Account account = Account.of(row.getString("account"));
                balances.add(new Balance(account, row.getString("currency"), signed(account, row.getLong("amount"))));
            }
            return balances;
        });
    }

    Future<Long> balance(Account account, String owner, String currency) {
        return database.execute("""
                        SELECT coalesce(sum(amount_minor), 0)::bigint AS amount FROM ledger_posting
                         WHERE account = $1 AND owner = $2 AND currency = $3
                        """, Tuple.of(account.text(), owner, currency))
                .map(rows -> signed(account, rows.iterator().next().getLong("amount")));
    }

    private static long signed(Account account, long debitsLessCredits) {
        boolean growsByDebit = account.nature() == Nature.ASSET || account.nature() == Nature.EXPENSE;
        return growsByDebit ? debitsLessCredits : Math.negateExact(debitsLessCredits);
    }

    /** Newest first. */
    Future<List<Booked>> entries(@Nullable String reference, int limit, @Nullable Id<Entry> after) {
        return database.execute("""
                        SELECT e.id, e.kind, e.reference, e.at, p.account, p.owner, p.currency, p.amount_minor
                          FROM (SELECT * FROM ledger_entry WHERE ($1::text IS NULL OR reference = $1) AND id < $2
                                 ORDER BY id DESC LIMIT $3) e
                          JOIN ledger_posting p ON p.entry = e.id
                         ORDER BY e.id DESC, p.line
                        """, Tuple.of(reference, after == null ? Long.MAX_VALUE : after.value(), limit))
                .map(rows -> {
                    Map<Long, Booked> entries = new LinkedHashMap<>();
                    for (Row row : rows) {
                        entries.computeIfAbsent(row.getLong("id"), id -> entry(row))
                                .lines()
                                .add(line(row));
                    }
                    return List.copyOf(entries.values());
                });
    }

    private static Booked entry(Row row) {
        return new Booked(
                Id.of(row.getLong("id")),
                Entry.Kind.of(row.getString("kind")),
                row.getString("reference"),
                row.getOffsetDateTime("at").toInstant(),
                new ArrayList<>());
    }

    private static Line line(Row row) {
        return new Line(
                Account.of(row.getString("account")),
                row.getString("owner"),
                row.getString("currency"),
                row.getLong("amount_minor"));
    }
}
