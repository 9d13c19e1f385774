package io.jishi.bench;

import io.jishi.bench.FlashSaleNode.Load;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The baseline: each claim is a transaction of its own that takes a unit with {@code UPDATE … WHERE stock >= 1} and
 * inserts an order into a table with the same columns and indexes as Jishi's. Each client is a thread with a JDBC
 * connection and prepared statements.
 */
final class PlainSale implements AutoCloseable {
    private static final String ORDER =
            "INSERT INTO plain_order (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor, currency,"
                    + " stage, created_at, pay_before) ";
    private static final String VALUES =
            "?, ?, 1, 1, 'k', 1, '龙井茶', 'Longjing tea', 1, 1900, 'CNY', 'reserved', now(), now() + interval '1 hour'";

    private final Postgres postgres;
    private final AtomicLong buyers = new AtomicLong();

    /** How a client writes it. */
    enum Form {
        /** UPDATE, INSERT, COMMIT: three round trips. */
        TRANSACTION,
        /** Both in one statement that commits by itself. */
        STATEMENT
    }

    record Variant(Form form, int clients) {
        @Override
        public String toString() {
            return "one " + form.name().toLowerCase(Locale.ROOT) + " a claim, " + clients
                    + (clients == 1 ? " client" : " clients");
        }
    }

    private PlainSale(Postgres postgres) {
        this.postgres = postgres;
    }

    static PlainSale prepare(Postgres postgres) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE plain_stock (sku bigint PRIMARY KEY, stock integer CHECK (stock >= 0))");
            statement.execute("CREATE TABLE plain_order (LIKE orders INCLUDING ALL)");
            statement.execute("INSERT INTO plain_stock VALUES (1, 2000000000)");
        }
        return new PlainSale(postgres);
    }

    Load run(Variant variant, Duration duration) throws Exception {
        List<Future<int[]>> clients = new ArrayList<>();
        long startedAt = System.nanoTime();
        long until = startedAt + duration.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(variant.clients())) {
            for (int i = 0; i < variant.clients(); i++) {
                clients.add(threads.submit(() -> client(variant.form(), until)));
            }
        }
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        List<int[]> all = new ArrayList<>();
        for (Future<int[]> client : clients) {
            all.add(client.get());
        }
        int[] nanos = all.stream().flatMapToInt(Arrays::stream).sorted().toArray();
        return new Load(nanos.length, nanos, seconds);
    }

    private int[] client(Form form, long until) throws SQLException {
        int[] nanos = new int[1024];
        int count = 0;
        try (Connection connection = postgres.connect();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE plain_stock SET stock = stock - 1 WHERE sku = 1 AND stock >= 1");
                PreparedStatement insert = connection.prepareStatement(ORDER + "VALUES (" + VALUES + ")");
                PreparedStatement both = connection.prepareStatement(
                        "WITH taken AS (UPDATE plain_stock SET stock = stock - 1 WHERE sku = 1 AND stock >= 1 RETURNING 1) "
                                + ORDER
                                + "SELECT "
                                + VALUES
                                + " FROM taken")) {
            connection.setAutoCommit(form == Form.STATEMENT);
            for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
                long buyer = buyers.incrementAndGet();
                switch (form) {
                    case TRANSACTION -> {
                        update.executeUpdate();
                        insert(insert, buyer);
                        connection.commit();
                    }
                    case STATEMENT -> insert(both, buyer);
                }
                if (count == nanos.length) {
                    nanos = Arrays.copyOf(nanos, count * 2);
                }
                nanos[count++] = (int) (System.nanoTime() - now);
            }
        }
        return Arrays.copyOf(nanos, count);
    }

    private static void insert(PreparedStatement statement, long buyer) throws SQLException {
        statement.setLong(1, buyer);
        statement.setLong(2, buyer);
        if (statement.executeUpdate() != 1) {
            throw new IllegalStateException("no order was inserted");
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE plain_stock, plain_order");
        }
    }
}
