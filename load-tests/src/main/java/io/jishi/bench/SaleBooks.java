package io.jishi.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What must hold of money and stock in the whole database, whatever sales there were. */
final class SaleBooks {
    private static final Map<String, String> NONE_OF = new LinkedHashMap<>();

    static {
        NONE_OF.put("ledger entries that do not balance", """
                SELECT count(*) FROM (SELECT 1 FROM ledger_posting GROUP BY entry, currency HAVING sum(amount_minor) <> 0) t
                """);
        NONE_OF.put("fen by which providers hold more or less than payments say", """
                SELECT abs(coalesce((SELECT sum(p.amount_minor) FROM ledger_entry e JOIN ledger_posting p ON p.entry = e.id
                                      WHERE e.kind IN ('payment', 'late_payment', 'refund') AND p.account = 'provider'), 0)
                         - coalesce((SELECT sum(amount_minor) FROM payment WHERE stage IN ('approved', 'refunding')), 0))
                """);
        NONE_OF.put("fen by which more or less is held for orders than was paid for them", """
                SELECT abs(coalesce((SELECT -sum(amount_minor) FROM ledger_posting WHERE account = 'orders'), 0)
                         - coalesce((SELECT sum(p.amount_minor) FROM payment p JOIN orders o ON o.id = p.order_id
                                      WHERE p.stage = 'approved' AND o.stage <> 'closed'), 0))
                """);
        NONE_OF.put("paid orders without exactly one approved payment of their amount", """
                SELECT count(*) FROM orders o WHERE o.stage = 'paid' AND (
                    SELECT count(*) FROM payment p WHERE p.order_id = o.id AND p.stage = 'approved'
                       AND p.amount_minor = coalesce(o.total_minor, o.quantity * o.unit_price_minor)) <> 1
                """);
        NONE_OF.put("approved payments of orders that are not paid", """
                SELECT count(*) FROM payment p JOIN orders o ON o.id = p.order_id
                 WHERE p.stage = 'approved' AND o.stage IN ('reserved', 'awaiting_payment', 'expired', 'cancelled')
                """);
        NONE_OF.put("orders that nobody paid and that did not expire within five seconds of their deadline", """
                SELECT count(*) FROM orders WHERE stage IN ('reserved', 'awaiting_payment')
                   AND pay_before < now() - interval '5 seconds'
                """);
        NONE_OF.put("orders that expired more than a second before their deadline", """
                SELECT count(*) FROM proof.step s JOIN orders o ON o.id = s.order_id
                 WHERE s.after = 'expired' AND s.at < o.pay_before - interval '1 second'
                """);
        NONE_OF.put("orders that were paid more than fifteen seconds after their deadline", """
                SELECT count(*) FROM proof.step s JOIN orders o ON o.id = s.order_id
                 WHERE s.after = 'paid' AND s.at > o.pay_before + interval '15 seconds'
                """);
        NONE_OF.put("orders whose deadline is not that of their sale, give or take half a minute", """
                SELECT count(*) FROM proof.step s JOIN orders o ON o.id = s.order_id JOIN sale l ON l.id = o.sale
                 WHERE s.before IS NULL
                   AND abs(extract(epoch FROM o.pay_before - s.at) - l.reservation_seconds) > 30
                """);
        NONE_OF.put("SKUs whose stock is not the sum of its movements", """
                SELECT count(*) FROM sku k WHERE k.available
                  <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_movement m WHERE m.sku = k.id)
                """);
        NONE_OF.put("orders from carts whose total is not the sum of their lines", """
                SELECT count(*) FROM orders o
                  LEFT JOIN (SELECT order_id, sum(quantity * unit_price_minor) AS total, sum(quantity) AS units
                               FROM order_line GROUP BY order_id) l ON l.order_id = o.id
                 WHERE o.sale IS NULL AND (o.total_minor IS DISTINCT FROM l.total OR o.quantity IS DISTINCT FROM l.units)
                """);
        NONE_OF.put("SKUs whose stock is not the sum of its levels", """
                SELECT count(*) FROM sku k WHERE k.available
                  <> (SELECT coalesce(sum(l.available), 0) FROM stock_level l WHERE l.sku = k.id)
                """);
        NONE_OF.put("levels of stock that are not the sum of their movements", """
                SELECT count(*) FROM stock_level l WHERE l.available
                  <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_movement m
                       WHERE m.sku = l.sku AND m.location = l.location)
                """);
    }

    private SaleBooks() {}

    /** By name, counts of what must not be. */
    static Map<String, Long> wrongs(Connection database) throws SQLException {
        Map<String, Long> wrongs = new LinkedHashMap<>();
        for (Map.Entry<String, String> rule : NONE_OF.entrySet()) {
            try (PreparedStatement select = database.prepareStatement(rule.getValue());
                    ResultSet row = select.executeQuery()) {
                row.next();
                wrongs.put(rule.getKey(), row.getLong(1));
            }
        }
        return wrongs;
    }
}
