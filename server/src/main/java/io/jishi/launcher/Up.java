package io.jishi.launcher;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code ./jishi up}: from an empty folder, or one left in whatever state, to a cluster that serves, until told to stop. */
final class Up {
    private static final String DEMO_NAMES = "viewer, host, courier, operator, staff, admin";
    private static final Duration LEFT_OVER_DRAIN_MAX = Duration.ofSeconds(15);
    private static final Duration LEFT_OVER_KILL_MAX = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 25;

    private final UpOptions options;
    private final Installation installation;
    private final Progress progress;
    private final DataDirectory data;
    private final Fleet fleet;
    private @Nullable PostgresServer database;
    private @Nullable Supervisor supervisor;

    /** @throws StartFailure where a port is busy, before the data directory is made, or where that cannot be made */
    static Up of(UpOptions options, Installation installation, Progress progress) {
        if (!DataDirectory.isAt(options.dataDirectory())) {
            requireFreePorts(options); // with one that is there, nodes left over from an earlier start may hold them
        }
        DataDirectory data = DataDirectory.at(options.dataDirectory(), options::isReserved);
        return new Up(options, installation, progress, data);
    }

    private Up(UpOptions options, Installation installation, Progress progress, DataDirectory data) {
        this.options = options;
        this.installation = installation;
        this.progress = progress;
        this.data = data;
        this.fleet = new Fleet(options, data, installation, progress);
    }

    /**
     * Runs until the thread is interrupted, and leaves nothing running.
     *
     * @throws InterruptedException after that
     * @throws StartFailure where it cannot start or go on
     */
    void run() throws InterruptedException {
        try (DataDirectory.Claim ignored = data.claim()) {
            try {
                start();
                Supervisor watching =
                        new Supervisor(data, progress, fleet.services(), database, InstantSource.system());
                supervisor = watching;
                watching.run();
            } finally {
                boolean asked = Thread.interrupted();
                stop();
                if (asked) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void start() throws InterruptedException {
        endLeftOvers();
        requireFreePorts(options);
        String databaseUrl = options.given()
                .get("database.url")
                .filter(url -> !url.isBlank())
                .orElseGet(this::startDatabase);
        int clusterPort = options.clusterPort().orElseGet(() -> data.port("cluster", options.nodes()));
        NodeEnvironment environment = new NodeEnvironment(options, data, databaseUrl, clusterPort);
        fleet.startNodes(environment, startUpCache());
        if (options.demo()) {
            fleet.startBots();
        }
        announce();
    }

    private void endLeftOvers() throws InterruptedException {
        List<ProcessHandle> leftOvers = Child.leftOvers(data);
        if (leftOvers.isEmpty()) {
            return;
        }
        progress.stage("Ending " + leftOvers.size() + " processes left over from an earlier start");
        leftOvers.forEach(ProcessHandle::destroy);
        awaitEnd(leftOvers, LEFT_OVER_DRAIN_MAX);
        leftOvers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(leftOvers, LEFT_OVER_KILL_MAX);
    }

    private static void awaitEnd(List<ProcessHandle> processes, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void requireFreePorts(UpOptions options) {
        for (int node = 1; node <= options.nodes(); node++) {
            requireFree(options.httpPort(node), "HTTP", node, "pass another --http-port");
            requireFree(options.mqttPort(node), "MQTT", node, "pass another --mqtt-port");
            if (options.clusterPort().isPresent()) {
                int port = options.clusterPort().getAsInt() + node - 1;
                requireFree(port, "cluster", node, "set another JISHI_CLUSTER_PORT");
            }
        }
    }

    private static void requireFree(int port, String purpose, int node, String remedy) {
        if (!Ports.isFree(port)) {
            throw new StartFailure(
                    "Port " + port + " (" + purpose + " of node " + node + ") is in use; stop what uses it or " + remedy
                            + ".",
                    StartFailure.WRONG_REQUEST);
        }
    }

    private String startDatabase() {
        Logs.rotate(data.log("postgres"));
        PostgresServer server = PostgresServer.start(data, progress::stage);
        database = server;
        progress.stage("PostgreSQL is ready on 127.0.0.1:" + server.port());
        return server.url();
    }

    /** Flags by which nodes start faster; none where there is no cache and none can be made. */
    private List<String> startUpCache() throws InterruptedException {
        Optional<AotCache> cache = AotCache.of(installation, data.root().resolve("cache"));
        if (cache.isEmpty()) {
            return List.of();
        }
        if (!cache.get().isThere()) {
            long start = System.nanoTime();
            progress.stage("Training the start-up cache, once for this build");
            try {
                new Training(options, data, installation, cache.get()).run(database);
                progress.stage("The start-up cache is ready after " + Progress.since(start));
            } catch (StartFailure | IllegalStateException | UncheckedIOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (e instanceof StartFailure failure && failure.exitCode() == StartFailure.WRONG_REQUEST) {
                    throw failure;
                }
                progress.stage("Going on without a start-up cache: " + e.getMessage());
            }
        }
        return cache.get().use();
    }

    private void announce() {
        progress.text("");
        fleet.nodes().forEach(node -> node.url().ifPresent(url -> progress.text("  " + url + "/")));
        progress.text("");
        if (options.demo()) {
            progress.text("Demo log-ins, each with the password jishi: " + DEMO_NAMES);
        }
        progress.text("Logs and data are in " + data.root() + ". Ctrl-C stops everything.");
    }

    /** What runs on the database first, each with time to drain, then the database. */
    private void stop() throws InterruptedException {
        if (fleet.services().isEmpty() && database == null) {
            return;
        }
        progress.event("Stopping");
        fleet.stop();
        PostgresServer running = supervisor == null ? database : supervisor.database();
        if (running != null) {
            running.stop();
        }
        progress.event("Stopped");
    }
}
