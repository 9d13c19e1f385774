package io.jishi.database;

import io.jishi.catalog.StockAudit;
import io.jishi.core.Settings;
import io.jishi.ledger.LedgerAudit;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for tests: one server for the whole run, one migrated database for each {@code TestDatabase},
 * copied from a template.
 */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

    private final String name;
    private final int port;

    private TestDatabase(String name, int port) {
        this.name = name;
        this.port = port;
    }

    public static synchronized TestDatabase create() {
        EmbeddedPostgres running = server();
        TestDatabase made = new TestDatabase("test_" + NUMBERS.incrementAndGet(), running.getPort());
        administer("CREATE DATABASE " + made.name + " TEMPLATE jishi_template");
        return made;
    }

    public String url() {
        return "postgresql://postgres:postgres@127.0.0.1:" + port + "/" + name;
    }

    public Database open(Vertx vertx) {
        return open(vertx, Settings.defaults());
    }

    public Database open(Vertx vertx, Settings settings) {
        return DatabaseSettings.open(vertx, settings.with(DatabaseSettings.URL, url()));
    }

    /** As a database that is down is seen by its clients: open connections end, new ones are turned away. */
    public void refuseConnections(boolean refuse) {
        administer("ALTER DATABASE " + name + " ALLOW_CONNECTIONS " + !refuse);
        if (refuse) {
            administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
        }
    }

    /** Drops it, once the ledger was found to balance and the stock to add up, whatever the test was about. */
    @Override
    public void close() {
        try {
            audit();
        } finally {
            drop();
        }
    }

    /** The ledger balances, and the stock adds up. */
    public void audit() {
        administer("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + name, "postgres", "postgres")) {
            // in one snapshot, as servers that a test has left running may go on writing
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            LedgerAudit.check(connection);
            StockAudit.check(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void drop() {
        administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    private static synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "300")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            administer("CREATE DATABASE jishi_template");
            Migrations.migrate("postgresql://postgres:postgres@127.0.0.1:" + server.getPort() + "/jishi_template");
        }
        return server;
    }

    private static synchronized void administer(String sql) {
        if (server == null) {
            return;
        }
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
