package io.jishi.launcher;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A PostgreSQL of our own, on loopback, with its data in a folder that survives stops, kills and restarts. Who starts it
 * on a folder must hold that folder alone; {@code up} does so by {@link DataDirectory#claim}.
 *
 * <p>It is a process of its own: it lives on when this one is killed, and the next start on the folder adopts it.
 */
public final class PostgresServer implements AutoCloseable {
    static final String OWNER = "jishi";
    static final String DATABASE = "jishi";
    static final String ADMINISTRATOR = "postgres";

    /** After that long a fast stop, which writes a checkpoint, turns into an immediate one, which recovers at the start. */
    private static final int FAST_STOP_SECONDS_MAX = 30;

    private static final int KILL_SECONDS_MAX = 5;

    private final DataDirectory data;
    private final ProcessHandle process;
    private final int port;

    PostgresServer(DataDirectory data, ProcessHandle process, int port) {
        this.data = data;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts or adopts the server whose data is in {@code postgres} under the folder, making it at the first call. Blocks
     * until it answers.
     *
     * @throws StartFailure saying in one line why not
     */
    public static PostgresServer start(Path dataDirectory) {
        return start(dataDirectory, Map.of());
    }

    /** As {@link #start(Path)}, but the process has these variables in its environment: for proofs that trouble it. */
    public static PostgresServer start(Path dataDirectory, Map<String, String> environment) {
        return start(DataDirectory.at(dataDirectory), environment, line -> {});
    }

    /** As {@link #start}, but a commit does not wait for the disk: for tests in which the machine stays up. */
    public static PostgresServer startForgetful(Path dataDirectory) {
        DataDirectory data = DataDirectory.at(dataDirectory);
        return new PostgresStart(data, PostgresSettings.forgetful(), Unprivileged.choose(), line -> {}).run();
    }

    static PostgresServer start(DataDirectory data, Consumer<String> progress) {
        return start(data, Map.of(), progress);
    }

    private static PostgresServer start(
            DataDirectory data, Map<String, String> environment, Consumer<String> progress) {
        Map<String, String> settings = PostgresSettings.durable();
        PostgresServer server = new PostgresStart(data, settings, Unprivileged.choose(), progress)
                .environment(environment)
                .run();
        try {
            server.requireDurable();
            return server;
        } catch (StartFailure e) {
            server.stop();
            throw e;
        }
    }

    /** Where the database {@code jishi} is, for its owner. */
    public String url() {
        return url(DATABASE);
    }

    public String url(String database) {
        return url(OWNER, database);
    }

    /** The same for the server's administrator, who may create databases. */
    public String administratorUrl(String database) {
        return url(ADMINISTRATOR, database);
    }

    public int port() {
        return port;
    }

    public long processId() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the server's main process has ended, for whatever reason. */
    public CompletableFuture<Void> onExit() {
        return process.onExit().thenAccept(ended -> {});
    }

    /** Makes an empty database of this name, in the place of one that may be there. */
    public void recreateDatabase(String name) {
        dropDatabase(name);
        administer("CREATE DATABASE " + checked(name) + " OWNER " + OWNER);
    }

    public void dropDatabase(String name) {
        administer("DROP DATABASE IF EXISTS " + checked(name) + " WITH (FORCE)");
    }

    /** Runs one statement as the administrator, outside a transaction. */
    public void administer(String sql) {
        try (Connection connection = connect(ADMINISTRATOR, ADMINISTRATOR);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a power cut or the out-of-memory killer does. */
    public void kill9() {
        process.destroyForcibly();
        endedWithin(KILL_SECONDS_MAX);
    }

    /** Ends all sessions, writes everything down and stops. */
    public void stop() {
        stopWithin(FAST_STOP_SECONDS_MAX);
    }

    /** As {@link #stop}, with less patience; what was committed is safe however it ends. */
    void stopWithin(int seconds) {
        if (!process.isAlive()) {
            return;
        }
        Command.signal("INT", process.pid());
        if (!endedWithin(seconds)) {
            Command.signal("QUIT", process.pid());
            if (!endedWithin(KILL_SECONDS_MAX)) {
                kill9();
            }
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Whoever may have changed the configuration behind our back: what was acknowledged must be on disk. */
    void requireDurable() {
        for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
            String value = show(setting);
            if (!value.equals("on")) {
                throw new StartFailure(
                        "PostgreSQL runs with " + setting + "=" + value + ", so that acknowledged data could be lost;"
                                + " set it to on for role " + OWNER + " and database " + DATABASE + ".");
            }
        }
    }

    private String show(String setting) {
        try (Connection connection = connect(OWNER, DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT current_setting('" + setting + "')")) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new StartFailure("PostgreSQL does not answer: " + e.getMessage());
        }
    }

    Connection connect(String role, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", password(role));
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("ApplicationName", "jishi-launcher");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
    }

    private boolean endedWithin(int seconds) {
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    String password(String role) {
        return data.secret(role + "-password");
    }

    private String url(String role, String database) {
        return "postgresql://" + role + ":" + password(role) + "@127.0.0.1:" + port + "/" + database;
    }

    private static String checked(String name) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a database name: " + name);
        }
        return name;
    }
}
