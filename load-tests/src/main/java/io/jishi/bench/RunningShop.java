package io.jishi.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code ./jishi up}, as people start it, in a process of its own. */
final class RunningShop implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration CHANGE_MAX = Duration.ofMinutes(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(40);
    private static final int POLL_MILLIS = 10;
    private static final String UP = "Ctrl-C stops everything";
    private static final Pattern READY = Pattern.compile("Node 1 is ready after ([0-9.]+) s");
    private static final Pattern MEMBERS = Pattern.compile("\"members\":(\\d+)");

    private final Process process;
    private final Path data;
    private final Path output;
    private final URI health;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningShop(Process process, Path data, Path output, URI health) {
        this.process = process;
        this.data = data;
        this.output = output;
        this.health = health;
    }

    /** Blocks until every node is ready. A folder that was used before keeps its database and its start-up cache. */
    static RunningShop start(Path directory, int nodes) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("jishi.home", ".")).toAbsolutePath();
        Path data = directory.resolve("data");
        Path output = directory.resolve("up.log");
        FreePorts ports = new FreePorts();
        int httpPort = ports.inARow(nodes);
        int mqttPort = ports.inARow(nodes);
        ProcessBuilder builder = new ProcessBuilder(
                        home.resolve("jishi").toString(),
                        "up",
                        "--nodes",
                        Integer.toString(nodes),
                        "--http-port",
                        Integer.toString(httpPort),
                        "--mqtt-port",
                        Integer.toString(mqttPort),
                        "--data-dir",
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JISHI_"));
        URI health = URI.create("http://127.0.0.1:" + httpPort + "/health/ready");
        RunningShop shop = new RunningShop(builder.start(), data, output, health);
        try {
            shop.awaitUp();
            return shop;
        } catch (InterruptedException | RuntimeException e) {
            shop.close();
            throw e;
        }
    }

    private void awaitUp() throws IOException, InterruptedException {
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!said().contains(UP)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the shop did not start: " + said());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** From the start of the node's process, with the database running, as {@code up} itself tells it. */
    long readyMillis() throws IOException {
        Matcher ready = READY.matcher(said());
        if (!ready.find()) {
            throw new IllegalStateException("node 1 was never ready: " + said());
        }
        return Math.round(1_000 * Double.parseDouble(ready.group(1)));
    }

    /** From a signal to node 2 until node 1 logs that it has left; a frozen process is killed at the end. */
    double millisUntilMissed(String signal) throws IOException, InterruptedException {
        millisUntilMembers(2);
        ProcessHandle node = node(2);
        long before = departures();
        long start = System.nanoTime();
        new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid()))
                .start()
                .waitFor();
        try {
            while (departures() == before) {
                if (System.nanoTime() - start > CHANGE_MAX.toNanos()) {
                    throw new IllegalStateException("node 1 never missed node 2");
                }
                Thread.sleep(POLL_MILLIS);
            }
            return (System.nanoTime() - start) / 1e6;
        } finally {
            if (!signal.equals("KILL")) {
                node.destroyForcibly();
            }
        }
    }

    /** Told by the log: a node that is back within a second and a half may never be seen to be away. */
    private long departures() throws IOException {
        try (Stream<String> lines = Files.lines(data.resolve("logs").resolve("node-1.log"))) {
            return lines.filter(line -> line.contains("event=member-left")).count();
        }
    }

    double millisUntilMembers(int wanted) throws InterruptedException {
        long start = System.nanoTime();
        while (members() != wanted) {
            if (System.nanoTime() - start > CHANGE_MAX.toNanos()) {
                throw new IllegalStateException("the cluster never had " + wanted + " members");
            }
            Thread.sleep(POLL_MILLIS);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private int members() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(health)
                    .timeout(Duration.ofSeconds(2))
                    .build();
            Matcher members = MEMBERS.matcher(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            return members.find() ? Integer.parseInt(members.group(1)) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** A node is known by the marks on its command line. */
    private ProcessHandle node(int number) {
        return ProcessHandle.allProcesses()
                .filter(candidate -> candidate
                        .info()
                        .commandLine()
                        .filter(line -> line.contains("-Djishi.data-directory=" + data + " ")
                                && line.contains("-Djishi.process=node-" + number + " "))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("node " + number + " does not run"));
    }

    private String said() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
        http.close();
    }
}
