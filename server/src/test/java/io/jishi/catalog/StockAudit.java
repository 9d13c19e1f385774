package io.jishi.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Looks at a database from outside: every unit is where the movements say. Every test's database is looked at when the
 * test is done with it.
 */
public final class StockAudit {
    private static final Map<String, String> NONE_OF = new LinkedHashMap<>();

    static {
        NONE_OF.put("levels that are not the sum of their movements", """
                SELECT count(*) FROM stock_level l FULL JOIN (
                    SELECT sku, location, sum(quantity) AS moved FROM stock_movement GROUP BY sku, location) m
                    USING (sku, location)
                 WHERE coalesce(l.available, 0) <> coalesce(m.moved, 0)
                """);
        NONE_OF.put("SKUs whose stock is not the sum of its levels", """
                SELECT count(*) FROM sku k WHERE k.available
                  <> (SELECT coalesce(sum(l.available), 0) FROM stock_level l WHERE l.sku = k.id)
                """);
        NONE_OF.put("transfers with one side", """
                SELECT count(*) FROM stock_movement m WHERE m.reason = 'transfer' AND NOT EXISTS (
                    SELECT FROM stock_movement o WHERE o.id = m.counterpart AND o.counterpart = m.id
                       AND o.sku = m.sku AND o.quantity = -m.quantity AND o.location <> m.location)
                """);
    }

    private StockAudit() {}

    public static void check(Connection connection) throws SQLException {
        for (Map.Entry<String, String> rule : NONE_OF.entrySet()) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(rule.getValue())) {
                row.next();
                assertThat(row.getLong(1)).as(rule.getKey()).isZero();
            }
        }
    }
}
