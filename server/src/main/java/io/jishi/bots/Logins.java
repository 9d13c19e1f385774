package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Registers and logs in over the HTTP routes, at one of several servers in turn. */
public final class Logins {
    /** Argon2id makes the server take its time, more so when many log in at once. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private static final int HTTP_OK = 200;

    private final HttpClient http;
    private final List<URI> servers;
    private final AtomicInteger requests = new AtomicInteger();

    /** What somebody has who has logged in. Kept in memory only. */
    public record Tokens(String token, long expiresInSeconds, String refreshToken, String userId, String displayName) {
        static Tokens of(JsonNode json) {
            return new Tokens(
                    json.path("token").asText(),
                    json.path("expiresInSeconds").asLong(),
                    json.path("refreshToken").asText(),
                    json.path("user").path("id").asText(),
                    json.path("user").path("displayName").asText());
        }
    }

    public Logins(HttpClient http, List<URI> servers) {
        this.http = http;
        this.servers = List.copyOf(servers);
    }

    public Future<Tokens> login(String name, String password) {
        return post("/api/login", Wire.object().put("name", name).put("password", password));
    }

    public Future<Tokens> register(String name, String password, String displayName) {
        return post(
                "/api/register",
                Wire.object().put("name", name).put("password", password).put("displayName", displayName));
    }

    public Future<Tokens> refresh(String refreshToken) {
        return post("/api/refresh", Wire.object().put("refreshToken", refreshToken));
    }

    public Future<Tokens> device(String device, String secret) {
        return post("/api/devices/login", Wire.object().put("device", device).put("secret", secret));
    }

    private Future<Tokens> post(String path, ObjectNode body) {
        URI server = servers.get(Math.floorMod(requests.getAndIncrement(), servers.size()));
        RequestOptions target = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(server.getHost())
                .setPort(Wire.port(server))
                .setSsl(Wire.isSecure(server))
                .setURI(path)
                .putHeader("content-type", "application/json");
        target.setTimeout(ANSWER_MAX.toMillis());
        return http.request(target)
                .compose(request -> request.send(Buffer.buffer(body.toString())))
                .compose(Logins::tokens);
    }

    private static Future<Tokens> tokens(HttpClientResponse response) {
        return response.body().map(body -> {
            JsonNode json = json(body);
            if (response.statusCode() != HTTP_OK) {
                throw refused(response.statusCode(), json);
            }
            return Tokens.of(json);
        });
    }

    private static JsonNode json(Buffer body) {
        try {
            return Wire.tree(body.toString());
        } catch (java.io.UncheckedIOException e) {
            return Wire.object();
        }
    }

    private static ServerError refused(int status, JsonNode json) {
        JsonNode error = json.path("error");
        return error.isMissingNode()
                ? new ServerError(status, "HTTP " + status, status >= 500)
                : new ServerError(
                        error.path("code").asInt(), error.path("name").asText(), status >= 500 || status == 429);
    }
}
