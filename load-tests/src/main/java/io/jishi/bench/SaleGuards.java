package io.jishi.bench;

import io.jishi.bench.FaultProxy.Guard;
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
     * @param seen the statements that the nodes sent; one that no node sent is not tried
     */
    static Map<String, Long> wrongs(Connection database, Map<Guard, String> seen) throws SQLException {
        SaleGuards guards = new SaleGuards(database);
        database.setAutoCommit(false);
        try {
            guards.table();
            guards.prepare(seen);
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

    private void prepare(Map<Guard, String> seen) throws SQLException {
        for (Map.Entry<Guard, String> statement : seen.entrySet()) {
            execute("PREPARE proof_" + statement.getKey() + " AS " + statement.getValue());
        }
        try {
            if (seen.containsKey(Guard.SELLING)) {
                selling(seen.containsKey(Guard.LOOKING_UP));
            }
            if (seen.containsKey(Guard.SELLING_FIRST)) {
                sellingFirst();
            }
            if (seen.containsKey(Guard.PAYING)) {
                paying();
            }
        } finally {
            database.rollback();
            execute("DEALLOCATE ALL");
        }
    }

    /** Leaves an order of the sale behind. */
    private void selling(boolean looksUp) throws SQLException {
        openSale();
        sell(EPOCH - 1, 1);
        wrong("a batch under an old epoch sells", orders() != 0);
        long before = orders();
        sell(EPOCH, 2);
        wrong("a batch under its epoch does not sell", orders() != before + 1);
        before = orders();
        wrong("a batch does not find the order of a key", !sell(EPOCH, 3).equals("{2}"));
        wrong("a batch sells twice to a key", orders() != before);
        if (looksUp) {
            String found = column("EXECUTE proof_looking_up (%d, '{1}', '{k}', '{}')".formatted(SALE), "found");
            wrong("a look before a no does not find the order of a key", !found.equals("{2}"));
        }
        database.rollback();
    }

    private void openSale() throws SQLException {
        execute("""
                INSERT INTO sale
                SELECT (jsonb_populate_record(s, '{"id": %d, "quantity": %d, "per_buyer_limit": %d}')).* FROM sale s LIMIT 1
                """.formatted(SALE, UNITS, UNITS));
        execute("INSERT INTO sale_pool (sale, free) VALUES (%d, 0)".formatted(SALE));
        execute("INSERT INTO sale_segment (sale, node, epoch, granted, sold) VALUES (%d, 'n', %d, %d, 0)"
                .formatted(SALE, EPOCH, UNITS));
    }

    private void sellingFirst() throws SQLException {
        openSale();
        sellFirst(EPOCH - 1, 1, false);
        wrong("a batch of first orders under an old epoch sells", orders() != 0);
        long before = orders();
        sellFirst(EPOCH, 2, false);
        wrong("a batch of first orders under its epoch does not sell", orders() != before + 1);
        before = orders();
        sellFirst(EPOCH, 3, false);
        wrong("a batch of first orders sells to who has one", orders() != before);
        Savepoint unharmed = database.setSavepoint();
        boolean refused = false;
        try {
            sellFirst(EPOCH, 4, true);
        } catch (SQLException e) {
            refused = UNIQUE_VIOLATION.equals(e.getSQLState());
        }
        database.rollback(unharmed);
        wrong("a batch of first orders sells to who is wrongly said to have none", !refused);
        database.rollback();
    }

    /** Sells one unit to the one buyer, as the order of that number. */
    private void sellFirst(int epoch, int order, boolean isNew) throws SQLException {
        column("""
                EXECUTE proof_selling_first (%d, 'n', %d, '{%d}', '{1}', '{k}', '{1}', %d, 1, '一', 'One', 1, now(),
                                             now() + interval '1 minute', '{%b}')
                """.formatted(SALE, epoch, order, UNITS, isNew), "first_orders");
    }

    private void paying() throws SQLException {
        insert(4, 4, "'m'");
        wrong("an order is paid at its deadline", pays("now()"));
        wrong("an order is not paid before its deadline", !pays("now() - interval '1 second'"));
        wrong("an order is paid twice", pays("now() - interval '1 second'"));
        database.rollback();
    }

    /** Whether the order of {@link #paying} becomes paid. */
    private boolean pays(String when) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("EXECUTE proof_PAYING (4, " + when + ")")) {
            return row.next();
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
