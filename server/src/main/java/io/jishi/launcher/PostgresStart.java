package io.jishi.launcher;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The way from a data directory in whatever state to a server that answers: made, recovered after a kill, or adopted
 * while still alive.
 */
final class PostgresStart {
    /** Recovery replays at the most max_wal_size, which takes seconds on most disks and may take minutes on a slow one. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    private static final int LEFT_OVER_STOP_SECONDS_MAX = 10;
    private static final int FROZEN_STOP_SECONDS_MAX = 1;
    private static final int REMAINS_SECONDS_MAX = 5;
    private static final int ANSWER_SECONDS_MAX = 5;
    private static final int PORT_ATTEMPTS_MAX = 3;
    private static final int POLL_MILLIS = 20;

    private final DataDirectory data;
    private final Map<String, String> settings;
    private final Unprivileged unprivileged;
    private final Consumer<String> progress;
    private final Path folder;
    private Map<String, String> environment = Map.of();

    PostgresStart(
            DataDirectory data, Map<String, String> settings, Unprivileged unprivileged, Consumer<String> progress) {
        this.data = data;
        this.settings = settings;
        this.unprivileged = unprivileged;
        this.progress = progress;
        this.folder = data.postgres();
    }

    /** Variables for the server's process beside those that it inherits. */
    PostgresStart environment(Map<String, String> more) {
        environment = Map.copyOf(more);
        return this;
    }

    PostgresServer run() {
        PostgresBinaries binaries = binaries();
        if (!Files.exists(folder)) {
            initialise(binaries);
        }
        requireSecret();
        Optional<PostgresServer> adopted =
                Postmaster.read(folder).flatMap(file -> file.server(folder).flatMap(it -> adoptOrStop(binaries, it)));
        if (adopted.isPresent()) {
            return adopted.get();
        }
        endRemains();
        unprivileged.own(folder);
        return launch(binaries);
    }

    private PostgresBinaries binaries() {
        Path fallback = data.root().resolve("cache");
        // another user than root may not enter root's home folder, but must enter the data directory anyway
        Path cache = unprivileged instanceof Unprivileged.OtherUser ? fallback : PostgresBinaries.cache(fallback);
        if (!PostgresBinaries.isUnpackedIn(cache)) {
            progress.accept("Unpacking PostgreSQL into " + cache);
        }
        PostgresBinaries binaries = PostgresBinaries.unpackedIn(cache);
        unprivileged.requireReach(binaries.program("postgres"), data.root());
        return binaries;
    }

    /** Makes the database beside its place and moves it there when it is whole, so that a kill leaves nothing half done. */
    private void initialise(PostgresBinaries binaries) {
        progress.accept("Making an empty database in " + folder);
        Path fresh = data.root().resolve("postgres.new");
        Path password = data.root().resolve("postgres.password");
        try {
            PostgresBinaries.deleteTree(fresh);
            Files.createDirectory(fresh);
            DataDirectory.writePrivately(password, data.secret(PostgresServer.ADMINISTRATOR + "-password"));
            unprivileged.own(fresh);
            unprivileged.own(password);
            List<String> words = new ArrayList<>(Command.ownSession());
            words.addAll(unprivileged.prefix());
            words.addAll(List.of(binaries.program("initdb").toString(), "--pgdata=" + fresh));
            words.addAll(List.of("--username=" + PostgresServer.ADMINISTRATOR, "--pwfile=" + password));
            words.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"));
            words.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
            long logged = Logs.size(data.log("postgres"));
            Process process = start(words);
            if (process.waitFor() != 0) {
                throw new StartFailure("Cannot make a database in " + folder + ": " + lastLogged(logged));
            }
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StartFailure("Cannot make a database in " + folder + " (" + DataDirectory.reason(e) + ").");
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            deleteQuietly(password);
        }
    }

    private void requireSecret() {
        if (!data.hasSecret(PostgresServer.ADMINISTRATOR + "-password")) {
            throw new StartFailure("The password of the database in " + folder + " is missing from " + data.root()
                    + "/secrets; put it back, or move the database away to start with an empty one.");
        }
    }

    /** Keeps a server that lives and runs as we would run it now; another is stopped, to be started again. */
    private Optional<PostgresServer> adoptOrStop(PostgresBinaries binaries, ProcessHandle process) {
        Postmaster file = Postmaster.read(folder).orElseThrow();
        PostgresServer running = new PostgresServer(data, process, file.port());
        boolean answers = awaitReady(process) && answers(running);
        if (answers && isAsWeWouldStart(binaries, file.port())) {
            progress.accept("PostgreSQL was still running (process " + process.pid() + "); it is used further");
            return Optional.of(running);
        }
        progress.accept("Stopping a PostgreSQL left over on this data directory (process " + process.pid() + ")");
        running.stopWithin(answers ? LEFT_OVER_STOP_SECONDS_MAX : FROZEN_STOP_SECONDS_MAX);
        return Optional.empty();
    }

    private boolean isAsWeWouldStart(PostgresBinaries binaries, int port) {
        try {
            return Files.readString(data.run("postgres.command"))
                    .equals(String.join("\n", serverCommand(binaries, port)));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean answers(PostgresServer server) {
        try {
            prepare(server);
            return true;
        } catch (StartFailure e) {
            return false;
        }
    }

    /** Ends what a killed server left behind, and forgets its process id where that belongs to a stranger now. */
    private void endRemains() {
        Postmaster.remains(folder).forEach(PostgresStart::end);
        Optional<Postmaster> file = Postmaster.read(folder);
        if (file.isPresent() && ProcessHandle.of(file.get().processId()).isPresent()) {
            deleteQuietly(Postmaster.file(folder));
        }
    }

    private static void end(ProcessHandle process) {
        try {
            process.onExit()
                    .completeOnTimeout(process, REMAINS_SECONDS_MAX, TimeUnit.SECONDS)
                    .get();
            if (process.isAlive()) {
                process.destroyForcibly();
                process.onExit().get(REMAINS_SECONDS_MAX, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException | TimeoutException e) {
            throw new StartFailure("Process " + process.pid() + " of an earlier PostgreSQL does not end.");
        }
    }

    private PostgresServer launch(PostgresBinaries binaries) {
        for (int attempt = 1; ; attempt++) {
            int port = data.port("postgres", 1);
            progress.accept("Starting PostgreSQL on 127.0.0.1:" + port);
            List<String> command = serverCommand(binaries, port);
            DataDirectory.writePrivately(data.run("postgres.command"), String.join("\n", command));
            long logged = Logs.size(data.log("postgres"));
            Process process = start(command);
            PostgresServer server = new PostgresServer(data, process.toHandle(), port);
            if (isPrepared(server, process)) {
                return server;
            }
            boolean portTaken = !process.isAlive() && !Ports.isFreeOnLoopback(port);
            if (!portTaken || attempt == PORT_ATTEMPTS_MAX) {
                server.kill9();
                throw new StartFailure(
                        "PostgreSQL did not start: " + lastLogged(logged) + " (see " + data.log("postgres") + ")");
            }
        }
    }

    /** False where it does not come up. Whoever breaks off the wait leaves no server behind. */
    private boolean isPrepared(PostgresServer server, Process process) {
        try {
            if (!awaitReady(process.toHandle())) {
                return false;
            }
            prepare(server);
            return true;
        } catch (StartFailure e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private List<String> serverCommand(PostgresBinaries binaries, int port) {
        List<String> words = new ArrayList<>(Command.ownSession());
        words.addAll(unprivileged.prefix());
        words.addAll(List.of(binaries.program("postgres").toString(), "-D", folder.toString()));
        words.addAll(List.of("-p", Integer.toString(port)));
        settings.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        return words;
    }

    private Process start(List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(data.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(data.log("postgres").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("JISHI_"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new StartFailure("Cannot run " + words.getFirst() + " (" + DataDirectory.reason(e) + ").");
        }
    }

    /** False where the process ends, or time runs out, before the server takes connections. */
    private boolean awaitReady(ProcessHandle process) {
        long start = System.nanoTime();
        boolean told = false;
        while (process.isAlive()) {
            Optional<Postmaster> file = Postmaster.read(folder);
            if (file.isPresent()
                    && file.get().processId() == process.pid()
                    && file.get().isReady()) {
                return true;
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (waited.compareTo(READY_WITHIN) > 0) {
                return false;
            }
            if (!told && waited.toSeconds() >= 3) {
                progress.accept("PostgreSQL is recovering from an unclean end");
                told = true;
            }
            pause();
        }
        return false;
    }

    /** The role and the database of Jishi: there after the first start, and again where that start was cut short. */
    private static void prepare(PostgresServer server) {
        try (Connection probe = server.connect(PostgresServer.OWNER, PostgresServer.DATABASE)) {
            if (probe.isValid(ANSWER_SECONDS_MAX)) {
                return;
            }
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().matches("28...|3D000")) {
                throw new StartFailure("PostgreSQL does not answer: " + e.getMessage());
            }
        }
        try (Connection connection = server.connect(PostgresServer.ADMINISTRATOR, PostgresServer.ADMINISTRATOR);
                Statement statement = connection.createStatement()) {
            String role = PostgresServer.OWNER;
            boolean hasRole = has(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'");
            statement.execute((hasRole ? "ALTER" : "CREATE") + " ROLE " + role + " LOGIN PASSWORD '"
                    + server.password(role) + "'");
            if (!has(statement, "SELECT 1 FROM pg_database WHERE datname = '" + PostgresServer.DATABASE + "'")) {
                statement.execute("CREATE DATABASE " + PostgresServer.DATABASE + " OWNER " + role);
            }
        } catch (SQLException e) {
            throw new StartFailure("Cannot prepare the database: " + e.getMessage());
        }
    }

    private static boolean has(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    /** The first complaint since then, else the last line. */
    private String lastLogged(long since) {
        List<String> lines = Logs.since(data.log("postgres"), since);
        return lines.stream()
                .filter(line -> line.contains("FATAL:") || line.contains("error:") || line.contains("PANIC:"))
                .map(line -> line.replaceFirst("^.*?(FATAL|error|PANIC):\\s+", ""))
                .findFirst()
                .orElseGet(() -> lines.isEmpty() ? "it said nothing" : lines.getLast());
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static StartFailure interrupted() {
        Thread.currentThread().interrupt();
        return new StartFailure("Interrupted.");
    }
}
