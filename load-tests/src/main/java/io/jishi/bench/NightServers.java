package io.jishi.bench;

import io.jishi.core.Setting;
import io.jishi.launcher.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A durable PostgreSQL and the nodes of one cluster, each a process that can be killed and started again. */
final class NightServers implements AutoCloseable {
    private static final int NODES = 2;
    private static final List<String> FLAGS = List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-Xmx768m");
    private static final Duration READY_MAX = Duration.ofMinutes(2);
    private static final int STOP_SECONDS_MAX = 20;
    private static final int STARTS_MAX = 5;
    private static final int HTTP_OK = 200;

    private final Path directory;
    private final String secret;
    private final FreePorts ports = new FreePorts();
    private final List<Integer> httpPorts = new ArrayList<>();
    private final List<Integer> clusterPorts = new ArrayList<>();
    private final Process[] nodes;
    private final Settings settings;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile PostgresServer postgres;
    private final AtomicInteger startsAgain = new AtomicInteger();

    /** For a run that is broken off: nodes end with their standard input, a database would live on. */
    private final PostgresWatch watch;

    /** What a node is told beside how it finds the others; asked at each of its starts. */
    interface Settings {
        /**
         * @param node from 0 on
         * @param databaseUrl where the database is
         * @return settings by name, which count more than those that every node has
         */
        Map<String, String> of(int node, String databaseUrl) throws IOException;

        /** Where a node is for clients. */
        default String httpHost(int node) {
            return "127.0.0.1";
        }

        /** Where a node is for the others. */
        default String clusterHost(int node) {
            return "127.0.0.1";
        }

        /** What the command of its process begins with. */
        default List<String> prefix(int node) {
            return List.of();
        }

        /** What its process is started with, beside what it is told. */
        default Map<String, String> environment(int node) throws IOException {
            return Map.of();
        }

        /** The same of the database's process. */
        default Map<String, String> databaseEnvironment() {
            return Map.of();
        }
    }

    private NightServers(
            Path directory, String secret, PostgresServer postgres, PostgresWatch watch, int count, Settings settings) {
        this.directory = directory;
        this.secret = secret;
        this.postgres = postgres;
        this.watch = watch;
        this.nodes = new Process[count];
        this.settings = settings;
    }

    /** Blocks until two nodes serve as one cluster. */
    static NightServers start(Path directory, String secret) throws IOException, InterruptedException {
        return start(directory, secret, NODES, (node, databaseUrl) -> Map.of());
    }

    /** Blocks until all nodes serve as one cluster. */
    static NightServers start(Path directory, String secret, int count, Settings settings)
            throws IOException, InterruptedException {
        PostgresWatch watch = PostgresWatch.over(directory.resolve("data").resolve("postgres"));
        PostgresServer postgres = PostgresServer.start(directory.resolve("data"), settings.databaseEnvironment());
        NightServers servers = new NightServers(directory, secret, postgres, watch, count, settings);
        try {
            for (int node = 0; node < count; node++) {
                servers.httpPorts.add(servers.ports.one());
                servers.clusterPorts.add(servers.ports.one());
            }
            for (int node = 0; node < count; node++) {
                servers.startNode(node);
            }
            servers.awaitAllReady();
            return servers;
        } catch (IOException | InterruptedException | RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    List<URI> urls() {
        return IntStream.range(0, nodes.length)
                .mapToObj(node -> URI.create("http://" + settings.httpHost(node) + ":" + httpPorts.get(node)))
                .toList();
    }

    Connection connect() throws SQLException {
        URI url = URI.create(postgres.url());
        String[] user = url.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), user[0], user[1]);
    }

    /** {@code kill -9}, as a power cut; does not wait for the end of a node. */
    void kill(NightPlan.Fault fault) {
        switch (fault) {
            case NOTHING -> {}
            case NODE_1 -> killNode(0);
            case NODE_2 -> killNode(1);
            case DATABASE -> killDatabase();
        }
    }

    void killNode(int node) {
        nodes[node].destroyForcibly();
    }

    /** Asks a node to stop, as its supervisor would, and blocks until it has. */
    void stopNode(int node) throws InterruptedException {
        nodes[node].destroy();
        if (!nodes[node].waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException("node " + (node + 1) + " does not stop");
        }
    }

    void killDatabase() {
        postgres.kill9();
    }

    int count() {
        return nodes.length;
    }

    /** Sends a signal by name to a node: {@code STOP} freezes it, {@code CONT} lets it go on. */
    void signal(int node, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(nodes[node].pid()))
                .start()
                .waitFor();
    }

    /** Blocks until a node ends by itself; its exit code. */
    int awaitEnd(int node) throws InterruptedException {
        if (!nodes[node].waitFor(READY_MAX.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("node " + (node + 1) + " does not end");
        }
        return nodes[node].exitValue();
    }

    /** Blocks until a node says that it is not ready, which it does as soon as it misses the other. */
    void awaitLonely(int node) throws InterruptedException {
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        while (isReady(node)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("node " + (node + 1) + " misses nobody");
            }
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    /** Blocks until what was killed serves again, and both nodes know it. */
    void startAgain(NightPlan.Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case NOTHING -> {}
            case NODE_1 -> startNodeAgain(0);
            case NODE_2 -> startNodeAgain(1);
            case DATABASE -> startDatabaseAgain();
        }
        awaitAllReady();
    }

    /** Blocks until the database answers again, at its old address. */
    void startDatabaseAgain() {
        String before = postgres.url();
        postgres = PostgresServer.start(directory.resolve("data"), settings.databaseEnvironment());
        if (!postgres.url().equals(before)) {
            throw new IllegalStateException("the database came back at another address");
        }
    }

    void awaitAllReady() throws IOException, InterruptedException {
        for (int node = 0; node < nodes.length; node++) {
            awaitReady(node);
        }
    }

    /** Blocks until all nodes are ready; one that has ended is started again, as the launcher does. */
    void reviveAll() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        boolean ready = false;
        while (!ready) {
            ready = true;
            for (int node = 0; node < nodes.length; node++) {
                if (!nodes[node].isAlive()) {
                    startNodeAgain(node);
                }
                ready &= isReady(node);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the nodes do not become ready");
            }
            Thread.sleep(Duration.ofMillis(100));
        }
    }

    /** As the launcher does: a node that ends while it starts is started again, a few times. */
    void startNodeAgain(int node) throws IOException, InterruptedException {
        for (int start = 1; ; start++) {
            nodes[node].waitFor();
            startNode(node);
            try {
                awaitReady(node);
                return;
            } catch (IllegalStateException e) {
                if (nodes[node].isAlive() || start == STARTS_MAX) {
                    throw e;
                }
                startsAgain.incrementAndGet();
            }
        }
    }

    /** How often a node ended while it started and was started once more. */
    int startsAgain() {
        return startsAgain.get();
    }

    private void startNode(int node) throws IOException {
        Map<String, String> all = new HashMap<>(Map.ofEntries(
                Map.entry("profile", "development"),
                Map.entry("node.name", "node-" + (node + 1)),
                Map.entry("http.host", settings.httpHost(node)),
                Map.entry("http.port", Integer.toString(httpPorts.get(node))),
                Map.entry("mqtt.port", "0"),
                Map.entry("cluster.discovery", "members"),
                Map.entry("cluster.host", settings.clusterHost(node)),
                Map.entry("cluster.port", Integer.toString(clusterPorts.get(node))),
                Map.entry("cluster.members", clusterMembers()),
                Map.entry("cluster.size-min", Integer.toString(Math.min(NODES, nodes.length))),
                Map.entry("stop-on-stdin-eof", "true"),
                Map.entry("database.url", postgres.url()),
                Map.entry("token.secret", secret),
                // a recording that is told faster than it happened has people who talk faster than people do
                Map.entry("liverooms.comment-burst-max", "1000"),
                Map.entry("liverooms.comment-every-millis", "1")));
        all.putAll(settings.of(node, postgres.url()));
        Map<String, String> environment = new HashMap<>();
        all.forEach((name, value) -> environment.put(Setting.text(name, "", "").environmentVariable(), value));
        environment.putAll(settings.environment(node));
        ProcessBuilder process = JavaProcess.prepare(FLAGS, "io.jishi.Main", List.of(), environment);
        process.command().addAll(0, settings.prefix(node));
        nodes[node] = process.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(node).toFile()))
                .start();
    }

    private String clusterMembers() {
        return IntStream.range(0, nodes.length)
                .mapToObj(node -> settings.clusterHost(node) + ":" + clusterPorts.get(node))
                .collect(Collectors.joining(","));
    }

    private Path log(int node) {
        return directory.resolve("node-" + (node + 1) + ".log");
    }

    private void awaitReady(int node) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        while (!nodes[node].isAlive() || !isReady(node)) {
            if (!nodes[node].isAlive() || System.nanoTime() > deadline) {
                List<String> lines = Files.readAllLines(log(node));
                throw new IllegalStateException("node " + (node + 1) + " does not become ready, its health is "
                        + health(node).map(HttpResponse::body).orElse("not told") + ": "
                        + String.join(" | ", lines.subList(Math.max(0, lines.size() - 8), lines.size())));
            }
            Thread.sleep(Duration.ofMillis(100));
        }
    }

    private boolean isReady(int node) throws InterruptedException {
        return health(node).filter(answer -> answer.statusCode() == HTTP_OK).isPresent();
    }

    private Optional<HttpResponse<String>> health(int node) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(urls().get(node).resolve("/health/ready"))
                    .timeout(Duration.ofSeconds(3))
                    .build();
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Lines of the nodes' logs above the level of information, to explain a verdict. */
    List<String> troubles(int linesMax) throws IOException {
        List<String> troubles = new ArrayList<>();
        for (int node = 0; node < nodes.length; node++) {
            String name = "node " + (node + 1) + ": ";
            Files.readAllLines(log(node)).stream()
                    .filter(line -> line.contains(" ERROR ") || line.contains(" WARN  i.j"))
                    .limit(linesMax)
                    .forEach(line -> troubles.add(name + line));
        }
        return troubles;
    }

    /** How often a node printed the stack of a blocked event loop, or a buffer that was never released. */
    long complaints() throws IOException {
        long complaints = 0;
        for (int node = 0; node < nodes.length; node++) {
            complaints += Files.readAllLines(log(node)).stream()
                    .filter(line -> line.contains("VertxException: Thread blocked") || line.contains(" LEAK: "))
                    .count();
        }
        return complaints;
    }

    @Override
    public void close() throws InterruptedException {
        http.close();
        for (Process node : nodes) {
            if (node != null) {
                node.destroy();
            }
        }
        for (Process node : nodes) {
            if (node != null && !node.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                node.destroyForcibly().waitFor();
            }
        }
        watch.close();
        postgres.close();
    }
}
