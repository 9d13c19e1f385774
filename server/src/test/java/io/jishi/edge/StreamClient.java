package io.jishi.edge;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A client of HTTP streaming or server-sent events, in JSON, that answers pings and keeps everything that it hears. */
final class StreamClient implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final JsonMapper MAPPER = new JsonMapper();

    final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    final int status;
    final String contentType;
    volatile boolean ended;
    volatile boolean answersPings = true;
    private final HttpClient http = HttpClient.newHttpClient();
    private final InputStream body;
    private volatile String emulationUrl;

    private StreamClient(HttpRequest request, String emulationUrl) {
        this.emulationUrl = emulationUrl;
        HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
        status = response.statusCode();
        contentType = response.headers().firstValue("Content-Type").orElse("");
        body = response.body();
        Thread.ofVirtual().start(this::read);
    }

    /** @param url of the node, without a path */
    static StreamClient httpStream(String url, String commands) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + StreamEndpoints.HTTP_STREAM))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(commands))
                .build();
        return new StreamClient(request, url + Emulation.PATH);
    }

    static StreamClient events(String url, String commands) {
        String query = "?cf_connect=" + URLEncoder.encode(commands, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + StreamEndpoints.SERVER_SENT_EVENTS + query))
                .header("Accept", "text/event-stream")
                .build();
        return new StreamClient(request, url + Emulation.PATH);
    }

    /** Sends what follows to another node. */
    StreamClient sendingTo(String url) {
        emulationUrl = url + Emulation.PATH;
        return this;
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String json = line.startsWith("data: ") ? line.substring("data: ".length()) : line;
                if (json.equals("{}")) {
                    answer();
                } else if (!json.isEmpty()) {
                    heard.add(MAPPER.readTree(json));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // the connection broke: that is an end too
        }
        ended = true;
    }

    private void answer() {
        if (answersPings) {
            send("{}");
        }
    }

    JsonNode connected() {
        return first(reply -> reply.at("/connect/client").isTextual()).get("connect");
    }

    JsonNode reply(int id) {
        return first(message -> message.path("id").asInt() == id);
    }

    JsonNode first(Predicate<JsonNode> wanted) {
        await().atMost(SOON).until(() -> heard.stream().anyMatch(wanted));
        return heard.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Publications of a channel so far. */
    List<JsonNode> publications(String channel) {
        return heard.stream()
                .filter(message -> message.at("/push/channel").asText().equals(channel)
                        && message.at("/push").has("pub"))
                .map(message -> message.at("/push/pub"))
                .toList();
    }

    /** @return the status of the answer */
    int send(String commands) {
        JsonNode connected = connected();
        return send(connected.path("node").asText(), connected.path("session").asText(), commands);
    }

    int send(String node, String session, String commands) {
        ObjectNode request = MAPPER.createObjectNode()
                .put("node", node)
                .put("session", session)
                .put("data", commands);
        return send(
                        HttpRequest.newBuilder(URI.create(emulationUrl))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(request.toString()))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
