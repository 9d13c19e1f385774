package io.jishi.launcher;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code ./jishi up}: from an empty folder, or one left in whatever state, to a cluster that serves, until told to stop. */
final class Up {
    /** A slow machine that migrates and trains at once needs a part of that. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    /** What one node may take to drain, and how long the next waits for it before it begins to. */
    static final Duration DRAIN_MAX = Duration.ofSeconds(15);

    private static final Duration STOP_STAGGER = Duration.ofSeconds(3);
    private static final Duration KILL_MAX = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 25;

    private final UpOptions options;
    private final Installation installation;
    private final Progress progress;
    private final DataDirectory data;
    private final List<Node> nodes = new ArrayList<>();
    private @Nullable PostgresServer database;
    private @Nullable Supervisor supervisor;

    Up(UpOptions options, Installation installation, Progress progress) {
        this.options = options;
        this.installation = installation;
        this.progress = progress;
        this.data = DataDirectory.at(options.dataDirectory());
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
                Supervisor watching = new Supervisor(data, progress, nodes, database, InstantSource.system());
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
        requireFreePorts();
        String databaseUrl = options.given()
                .get("database.url")
                .filter(url -> !url.isBlank())
                .orElseGet(this::startDatabase);
        int clusterPort =
                options.clusterPort().orElseGet(() -> Ports.remembered(data.run("cluster.port"), options.nodes()));
        NodeEnvironment environment =
                new NodeEnvironment(options, databaseUrl, data.secret("token-secret"), clusterPort);
        startNodes(environment, startUpCache());
        awaitReady();
        announce();
    }

    private void endLeftOvers() throws InterruptedException {
        List<ProcessHandle> leftOvers = Child.leftOvers(data);
        if (leftOvers.isEmpty()) {
            return;
        }
        progress.stage("Ending " + leftOvers.size() + " processes left over from an earlier start");
        leftOvers.forEach(ProcessHandle::destroy);
        awaitEnd(leftOvers, DRAIN_MAX);
        leftOvers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(leftOvers, KILL_MAX);
    }

    private static void awaitEnd(List<ProcessHandle> processes, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    private void requireFreePorts() {
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

    private void startNodes(NodeEnvironment environment, List<String> cache) {
        List<String> flags = new ArrayList<>(Installation.flags(options.nodes()));
        flags.addAll(cache);
        List<String> words = options.nodeWords(installation);
        progress.stage(options.nodes() == 1 ? "Starting the node" : "Starting " + options.nodes() + " nodes");
        for (int number = 1; number <= options.nodes(); number++) {
            String name = "node-" + number;
            Map<String, String> variables = environment.of(number);
            Logs.rotate(data.log(name));
            Node node =
                    new Node(number, url(number), () -> Child.start(data, installation, name, flags, words, variables));
            nodes.add(node);
            node.start();
        }
    }

    /** Where the node can be asked from here, which is loopback unless it listens on one address only. */
    private URI url(int node) {
        String host = options.given()
                .get("http.host")
                .filter(address -> !address.isBlank() && !address.equals("0.0.0.0") && !address.contains(":"))
                .orElse("127.0.0.1");
        return URI.create("http://" + host + ":" + options.httpPort(node));
    }

    private void awaitReady() throws InterruptedException {
        long start = System.nanoTime();
        List<Node> waiting = new ArrayList<>(nodes);
        while (!waiting.isEmpty()) {
            for (Node node : List.copyOf(waiting)) {
                requireAlive(node);
                if (node.isReady()) {
                    waiting.remove(node);
                    progress.stage(node + " is ready after " + Progress.since(start));
                }
            }
            if (Progress.secondsSince(start) > READY_WITHIN.toSeconds()) {
                throw new StartFailure(waiting.getFirst() + " was not ready within " + READY_WITHIN.toSeconds()
                        + " s; see " + data.log("node-" + waiting.getFirst().number()) + ".");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void requireAlive(Node node) {
        Child child = node.child();
        if (child == null || child.isAlive()) {
            return;
        }
        if (child.exitCode() == StartFailure.WRONG_REQUEST) {
            throw new StartFailure(child.lastWords(), StartFailure.WRONG_REQUEST);
        }
        throw new StartFailure(
                node + " " + child.ending() + " while it started: " + child.lastWords() + " (see " + child.log() + ")");
    }

    private void announce() {
        progress.text("");
        nodes.forEach(node -> progress.text("  " + node.url() + "/"));
        progress.text("");
        progress.text("Logs and data are in " + data.root() + ". Ctrl-C stops everything.");
    }

    /** Nodes first, each with time to drain, then the database; what does not end is killed. */
    private void stop() throws InterruptedException {
        if (nodes.isEmpty() && database == null) {
            return;
        }
        progress.event("Stopping");
        List<Child> children = nodes.stream()
                .map(Node::child)
                .filter(child -> child != null && child.isAlive())
                .toList();
        long start = System.nanoTime();
        for (Child child : children) {
            child.askToStop();
            child.awaitEnd(STOP_STAGGER);
        }
        for (Child child : children) {
            Duration left = DRAIN_MAX.minusNanos(System.nanoTime() - start);
            if (!child.awaitEnd(left.isNegative() ? Duration.ZERO : left)) {
                progress.event(child + " did not stop in time and is killed");
                child.kill();
                child.awaitEnd(KILL_MAX);
            }
        }
        PostgresServer running = supervisor == null ? database : supervisor.database();
        if (running != null) {
            running.stop();
        }
        progress.event("Stopped");
    }
}
