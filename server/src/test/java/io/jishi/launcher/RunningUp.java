package io.jishi.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An {@code up} in a process of its own, as a person would run it, and all that it starts. */
final class RunningUp implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 90;
    private static final int SIGINT = 2;
    private static final int NODES_MAX = 2;

    private final Process process;
    private final Path output;
    private final Path dataDirectory;
    private final int httpPort;

    private RunningUp(Process process, Path output, Path dataDirectory, int httpPort) {
        this.process = process;
        this.output = output;
        this.dataDirectory = dataDirectory;
        this.httpPort = httpPort;
    }

    /** @param folder holds the data directory {@code data} and the launcher's output */
    static RunningUp start(Path folder, int httpPort, Map<String, String> environment, String... more)
            throws IOException {
        Path data = folder.resolve("data");
        List<String> arguments = new ArrayList<>(List.of("up", "--data-dir", data.toString()));
        arguments.addAll(List.of("--http-port", "" + httpPort, "--mqtt-port", "" + (httpPort + NODES_MAX)));
        arguments.addAll(List.of(more));
        return start(folder, classPath(), data, httpPort, environment, arguments);
    }

    static RunningUp start(
            Path folder,
            String classPath,
            Path data,
            int httpPort,
            Map<String, String> environment,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp", classPath));
        command.add(StubLauncher.class.getName());
        command.addAll(arguments);
        Path output = Files.createTempFile(folder, "up-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JISHI_"));
        builder.environment().putAll(environment);
        return new RunningUp(builder.start(), output, data, httpPort);
    }

    /** The first of as many free ports in a row as one test needs. */
    static int freePorts() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket socket = new ServerSocket(0)) {
                int first = socket.getLocalPort() - 10_000;
                if (java.util.stream.IntStream.range(first, first + 2 * NODES_MAX)
                        .allMatch(Ports::isFree)) {
                    return first;
                }
            }
        }
        throw new IllegalStateException("no free ports");
    }

    RunningUp awaitReady() {
        return awaitLine("Ctrl-C stops everything");
    }

    RunningUp awaitLine(String text) {
        await().alias(text)
                .atMost(PATIENCE_SECONDS, SECONDS)
                .failFast("it ended: " + output(), () -> {
                    if (!process.isAlive() && !output().contains(text)) {
                        throw new AssertionError(output());
                    }
                })
                .until(() -> output().contains(text));
        return this;
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
            throw new AssertionError("still running: " + output());
        }
        return process.exitValue();
    }

    void terminate() {
        process.destroy();
    }

    /** As Ctrl-C does; a process that began in the background of a script ignores that, and is terminated. */
    void interrupt() throws IOException {
        Command.signal(ignoresInterrupts() ? "TERM" : "INT", processId());
    }

    private boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/" + processId() + "/status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16))
                .anyMatch(ignored -> (ignored & 1L << (SIGINT - 1)) != 0);
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    long processId() {
        return process.pid();
    }

    /** The node processes on its data directory, whoever started them. */
    List<ProcessHandle> nodes() {
        return Files.exists(dataDirectory) ? Child.leftOvers(DataDirectory.at(dataDirectory)) : List.of();
    }

    /** By its name, as the launcher writes it on the command line: {@code node-1}, {@code demo}. */
    ProcessHandle process(String name) {
        return nodes().stream()
                .filter(process -> process.info().commandLine().orElse("").contains("-Djishi.process=" + name + " "))
                .findFirst()
                .orElseThrow();
    }

    Optional<ProcessHandle> database() {
        Path folder = dataDirectory.resolve("postgres");
        return Postmaster.read(folder).flatMap(file -> file.server(folder));
    }

    /** What the node answers: its arguments and its environment. */
    String environmentOf(int node) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI url = URI.create("http://127.0.0.1:" + (httpPort + node - 1) + "/");
            return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Whatever a failed test has left. */
    @Override
    public void close() {
        process.destroyForcibly();
        Stream.concat(nodes().stream(), database().stream()).forEach(ProcessHandle::destroyForcibly);
    }
}
