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
                           AND e.reference LIKE 'payment:%'
                         GROUP BY e.reference HAVING sum(p.amount_minor) <> 0
                        """))
                .as("what providers hold, by payment")
                .isEqualTo(named("payment:", sums(connection, """
                        SELECT id::text, held FROM (
                            SELECT id, CASE WHEN origin IS NULL THEN amount_minor ELSE 0 END
                                       - CASE WHEN stage = 'refunded' THEN amount_minor - given_minor ELSE 0 END AS held
                              FROM payment WHERE stage IN ('approved', 'refunding', 'refunded')) p
                         WHERE held <> 0
                        """)));
        assertThat(sums(connection, """
                        SELECT e.reference, -sum(p.amount_minor)
                          FROM ledger_entry e JOIN ledger_posting p ON p.entry = e.id
                         WHERE e.kind = 'refund' AND e.reference LIKE 'case:%' AND p.account = 'provider'
                         GROUP BY e.reference
                        """))
                .as("what providers gave back for single goods")
                .isEqualTo(named("case:", sums(connection, """
                        SELECT id::text, amount_minor FROM payment_refund WHERE stage = 'refunded'
                        """)));
        assertThat(sums(connection, """
                        SELECT p.id::text, p.given_minor - coalesce(sum(r.amount_minor), 0)
                          FROM payment p LEFT JOIN payment_refund r ON r.payment = p.id
                         GROUP BY p.id HAVING p.given_minor <> coalesce(sum(r.amount_minor), 0)
                        """))
                .as("payments that gave something else than their parts")
                .isEmpty();
        assertThat(held(connection, "orders"))
                .as("what is held for orders")
                .isEqualTo(named("", sums(connection, """
                        SELECT order_id::text, sum(amount_minor - given_minor)
                          FROM payment p JOIN orders o ON o.id = p.order_id
                         WHERE p.stage = 'approved' AND o.stage <> 'closed' AND amount_minor > given_minor
                         GROUP BY order_id
                        """)));
        assertThat(held(connection, "refunds"))
                .as("what is owed back, by order")
                .isEqualTo(named("", sums(connection, """
                        SELECT order_id::text, sum(owed) FROM (
                            SELECT order_id, amount_minor - given_minor AS owed FROM payment WHERE stage = 'refunding'
                            UNION ALL
                            SELECT order_id, amount_minor FROM payment_refund WHERE stage = 'refunding') p
                         GROUP BY order_id
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
