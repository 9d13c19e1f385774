package io.jishi.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks at a database from outside, with SQL of its own: the ledger balances, and it says of every payment what the
 * payment says of itself. Every test's database is looked at when the test is done with it.
 */
public final class LedgerAudit {
    private LedgerAudit() {}

    public static void check(Connection connection) throws SQLException {
        assertThat(sums(connection, """
                        SELECT entry || ' ' || currency, sum(amount_minor) FROM ledger_posting GROUP BY entry, currency
                        HAVING sum(amount_minor) <> 0
                        """)).as("entries that do not balance").isEmpty();
        assertThat(sums(connection, """
                        SELECT id::text, 1 FROM ledger_entry e
                         WHERE NOT EXISTS (SELECT FROM ledger_posting WHERE entry = e.id)
                        """)).as("entries without postings").isEmpty();
        assertThat(sums(connection, """
                        SELECT e.reference, sum(p.amount_minor)
                          FROM ledger_entry e JOIN ledger_posting p ON p.entry = e.id
                         WHERE e.kind IN ('payment', 'late_payment', 'refund') AND p.account = 'provider'
                         GROUP BY e.reference HAVING sum(p.amount_minor) <> 0
                        """))
                .as("what providers hold, by payment")
                .isEqualTo(named("payment:", sums(connection, """
                        SELECT id::text, amount_minor FROM payment WHERE stage IN ('approved', 'refunding')
                        """)));
        assertThat(held(connection, "orders"))
                .as("what is held for orders")
                .isEqualTo(named("", sums(connection, """
                        SELECT order_id::text, sum(amount_minor) FROM payment p JOIN orders o ON o.id = p.order_id
                         WHERE p.stage = 'approved' AND o.stage <> 'closed' GROUP BY order_id
                        """)));
        assertThat(held(connection, "refunds"))
                .as("what is owed back, by order")
                .isEqualTo(named("", sums(connection, """
                        SELECT order_id::text, sum(amount_minor) FROM payment WHERE stage = 'refunding' GROUP BY order_id
                        """)));
    }

    private static Map<String, Long> held(Connection connection, String account) throws SQLException {
        return sums(
                connection,
                "SELECT owner, -sum(amount_minor) FROM ledger_posting WHERE account = '" + account
                        + "' GROUP BY owner HAVING sum(amount_minor) <> 0");
    }

    private static Map<String, Long> named(String prefix, Map<String, Long> byNumber) {
        Map<String, Long> named = new TreeMap<>();
        byNumber.forEach((number, sum) -> named.put(prefix + Id.of(Long.parseLong(number)), sum));
        return named;
    }

    private static Map<String, Long> sums(Connection connection, String sql) throws SQLException {
        Map<String, Long> sums = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                sums.put(rows.getString(1), rows.getLong(2));
            }
        }
        return sums;
    }
}
