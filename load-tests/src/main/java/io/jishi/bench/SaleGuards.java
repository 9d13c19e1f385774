package io.jishi.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tries what no run can be sure to meet: an order beside the statement that sells, and that very statement, as the nodes
 * send it, under an epoch that is over and with a key that has its order. Whatever it does it takes back.
 */
final class SaleGuards {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final long SALE = 1;
    private static final int UNITS = 5;
    private static final int EPOCH = 2;

    private final Connection database;
    private final Map<String, Long> wrongs = new LinkedHashMap<>();

    private SaleGuards(Connection database) {
        this.database = database;
    }

    /**
     * By name, 1 where a guard is not there.
     *
     * @param selling the statement that sells
     * @param lookingUp the statement that looks for orders before anybody hears no
     */
    static Map<String, Long> wrongs(Connection database, String selling, String lookingUp) throws SQLException {
        SaleGuards guards = new SaleGuards(database);
        database.setAutoCommit(false);
        try {
            guards.table();
            guards.statements(selling, lookingUp);
            return guards.wrongs;
        } finally {
            database.rollback();
            database.setAutoCommit(true);
        }
    }

    private void table() throws SQLException {
        insert(1, 1, "'k'");
        wrong("the table takes a second order of a key", takes(2, 2, "'k'"));
        wrong("the table takes a second order of a turn", takes(2, 1, "'l'"));
        database.rollback();
    }

    private void statements(String selling, String lookingUp) throws SQLException {
        execute("""
                INSERT INTO sale (id, host, sku, name_zh, name_en, price_minor, quantity, per_buyer_limit,
                                  reservation_seconds, created_at, opens_at, ends_at)
                SELECT %d, 1, id, '一', 'One', 1, %d, %d, 60, now(), now(), now() + interval '1 hour' FROM sku LIMIT 1
                """.formatted(SALE, UNITS, UNITS));
        execute("INSERT INTO sale_pool (sale, free) VALUES (%d, 0)".formatted(SALE));
        execute("INSERT INTO sale_segment (sale, node, epoch, granted, sold) VALUES (%d, 'n', %d, %d, 0)"
                .formatted(SALE, EPOCH, UNITS));
        execute("PREPARE proof_selling AS " + selling);
        execute("PREPARE proof_looking_up AS " + lookingUp);
        try {
            sell(EPOCH - 1, 1);
            wrong("a batch under an old epoch sells", orders() != 0);
            long before = orders();
            sell(EPOCH, 2);
            wrong("a batch under its epoch does not sell", orders() != before + 1);
            before = orders();
            wrong("a batch does not find the order of a key", !sell(EPOCH, 3).equals("{2}"));
            wrong("a batch sells twice to a key", orders() != before);
            String found = column("EXECUTE proof_looking_up (%d, '{1}', '{k}', '{}')".formatted(SALE), "found");
            wrong("a look before a no does not find the order of a key", !found.equals("{2}"));
        } finally {
            execute("DEALLOCATE ALL");
        }
    }

    /** Sells one unit to the one buyer for the one key, as the order of that number; the orders that its key had before. */
    private String sell(int epoch, int order) throws SQLException {
        return column("""
                EXECUTE proof_selling (%d, 'n', %d, '{%d}', '{1}', '{k}', '{1}', %d, 1, '一', 'One', 1, now(),
                                       now() + interval '1 minute')
                """.formatted(SALE, epoch, order, UNITS), "earlier");
    }

    private String column(String sql, String name) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(name));
        }
    }

    private long orders() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM orders WHERE sale = " + SALE)) {
            row.next();
            return row.getLong(1);
        }
    }

    private boolean takes(int id, int turn, String key) throws SQLException {
        Savepoint before = database.setSavepoint();
        try {
            insert(id, turn, key);
            return true;
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            return false;
        } finally {
            database.rollback(before);
        }
    }

    private void insert(int id, int turn, String key) throws SQLException {
        execute("""
                INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,
                                    currency, stage, created_at, pay_before)
                VALUES (%d, 1, %d, %d, %s, 1, '一', 'One', 1, 1, 'CNY', 'reserved', now(), now())
                """.formatted(id, SALE, turn, key));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private void wrong(String name, boolean isSo) {
        wrongs.put(name, isSo ? 1L : 0L);
    }
}
