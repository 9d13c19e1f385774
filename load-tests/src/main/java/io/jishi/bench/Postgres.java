package io.jishi.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A real PostgreSQL for one run, durable as in production: without fsync a benchmark of commits measures nothing. Its
 * empty database is {@code jishi}; the nodes migrate it.
 */
public final class Postgres implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final Path data;
    private final PostgresWatch watch;

    private Postgres(EmbeddedPostgres server, Path data, PostgresWatch watch) {
        this.server = server;
        this.watch = watch;
        this.data = data;
    }

    static Postgres start(Path directory) throws IOException {
        Path data = directory.resolve("data");
        PostgresWatch watch = PostgresWatch.over(data);
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setOverrideWorkingDirectory(directory.toFile())
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "256MB")
                .start();
        Postgres postgres = new Postgres(server, data, watch);
        if (!postgres.value("SELECT current_setting('fsync') || current_setting('synchronous_commit')")
                .equals("onon")) {
            postgres.close();
            throw new IllegalStateException("PostgreSQL does not run durably");
        }
        postgres.execute("CREATE DATABASE jishi");
        return postgres;
    }

    /** For {@code database.url}. */
    public String url() {
        return "postgresql://postgres:postgres@127.0.0.1:" + server.getPort() + "/jishi";
    }

    /** The process above all others of the server. */
    ProcessHandle process() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** A JDBC connection to the database of {@link #url}. */
    public Connection connect() throws SQLException {
        return server.getDatabase("postgres", "jishi").getConnection();
    }

    private void execute(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String value(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
        server.close();
    }
}
