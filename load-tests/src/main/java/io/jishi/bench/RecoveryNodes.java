package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Nodes of one cluster with lossless channels for anybody, and their server API. */
final class RecoveryNodes implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String API_KEY = "a-key-for-a-benchmark";
    private static final String RULES = """
            anonymous: true
            development-only: true
            api-key: %s
            channels:
              lossless: {class: lossless, history-size: 20000, history-seconds: 86400, force-recovery: true, open: true}
            """.formatted(API_KEY);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
    private static final int PAGE = 1_000;

    private final NightServers servers;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RecoveryNodes(NightServers servers) {
        this.servers = servers;
    }

    static RecoveryNodes start(Path directory, int nodes) throws IOException, InterruptedException {
        Path rules = Files.writeString(directory.resolve("lossless-channels.yaml"), RULES);
        return new RecoveryNodes(NightServers.start(
                directory,
                "a-secret-that-is-good-enough-for-a-benchmark",
                nodes,
                (node, databaseUrl) -> Map.of("channels", rules.toString())));
    }

    NightServers servers() {
        return servers;
    }

    private URI url(int node, String path) {
        return servers.urls().get(node).resolve(path);
    }

    private CompletableFuture<JsonNode> call(int node, String command, String body) {
        HttpRequest request = HttpRequest.newBuilder(url(node, "/api/" + command))
                .header("X-API-Key", API_KEY)
                .header("Content-Type", "application/json")
                .timeout(ANSWER_MAX)
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(response -> {
            JsonNode answer = tree(response.body());
            if (!answer.has("result")) {
                throw new IllegalStateException(command + ": " + answer);
            }
            return answer.path("result");
        });
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the offset that was acknowledged; fails where nobody knows what became of the publication */
    CompletableFuture<Long> publish(int node, String channel, long id) {
        String body = "{\"channel\":\"" + channel + "\",\"data\":{\"id\":" + id + "}}";
        return call(node, "publish", body)
                .thenApply(result -> result.path("offset").asLong());
    }

    /** The ids of a channel's publications by offset. */
    Map<Long, Long> history(int node, String channel) {
        Map<Long, Long> history = new TreeMap<>();
        String since = "";
        while (true) {
            JsonNode page = call(node, "history", "{\"channel\":\"" + channel + "\",\"limit\":" + PAGE + since + "}")
                    .join();
            page.path("publications")
                    .forEach(publication -> history.put(
                            publication.path("offset").asLong(),
                            publication.at("/data/id").asLong()));
            if (page.path("publications").size() < PAGE) {
                return history;
            }
            long last = page.path("publications").path(PAGE - 1).path("offset").asLong();
            since = ",\"since\":{\"offset\":" + last + ",\"epoch\":\""
                    + page.path("epoch").asText() + "\"}";
        }
    }

    /** The sum of a counter. */
    double counter(int node, String name) throws IOException, InterruptedException {
        String metrics = http.send(
                        HttpRequest.newBuilder(url(node, "/metrics"))
                                .timeout(ANSWER_MAX)
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Override
    public void close() throws InterruptedException {
        http.close();
        servers.close();
    }
}
