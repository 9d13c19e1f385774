package io.jishi.bench;

import io.jishi.core.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One server in a process of its own, with the flags of {@code ./jishi up}. */
public final class ServerNode implements AutoCloseable {
    private static final String MAIN = "io.jishi.Main";
    static final List<String> FLAGS = List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-Xmx1g");
    private static final Duration READY_MAX = Duration.ofSeconds(60);
    private static final FreePorts PORTS = new FreePorts();
    private static final int HTTP_OK = 200;

    private final ChildProcess process;
    private final URI url;

    private ServerNode(ChildProcess process, URI url) {
        this.process = process;
        this.url = url;
    }

    static ServerNode start(Path directory, List<String> flags, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(Map.of(
                "profile", "development",
                "http.host", "127.0.0.1",
                "http.port", Integer.toString(PORTS.one()),
                "mqtt.port", Integer.toString(PORTS.one()),
                "cluster.discovery", "none",
                "stop-on-stdin-eof", "true",
                "token.secret", "a-secret-that-is-good-enough-for-a-benchmark"));
        all.putAll(settings);
        Map<String, String> environment = new HashMap<>();
        all.forEach((name, value) -> environment.put(Setting.text(name, "", "").environmentVariable(), value));
        ChildProcess process = JavaProcess.start(directory, flags, MAIN, List.of(), environment);
        process.ignoreOutput();
        ServerNode node = new ServerNode(process, URI.create("http://127.0.0.1:" + all.get("http.port")));
        try {
            node.awaitReady();
            return node;
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    /** {@code http://127.0.0.1:port} */
    public URI url() {
        return url;
    }

    public ChildProcess process() {
        return process;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!isReady(http)) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the server ended while it started: " + process.lastWords());
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the server was not ready within " + READY_MAX.toSeconds() + " s");
                }
                Thread.sleep(Duration.ofMillis(50));
            }
        }
    }

    private boolean isReady(HttpClient http) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
