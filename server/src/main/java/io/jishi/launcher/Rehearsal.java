package io.jishi.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a training node is put through, so that the classes of the usual paths are in the cache: the pages, health and
 * metrics, a registration and a log-in, and a WebSocket with a few calls. Answers do not matter; what fails is left out of
 * the cache and loaded later.
 */
final class Rehearsal {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ACCOUNT = "{\"name\":\"rehearsal\",\"password\":\"a long enough rehearsal\"}";
    private static final List<String> COMMANDS = List.of(
            "{\"id\":1,\"connect\":{\"token\":\"%s\",\"name\":\"rehearsal\"}}",
            "{\"id\":2,\"rpc\":{\"method\":\"accounts.me\",\"data\":{}}}",
            "{\"id\":3,\"rpc\":{\"method\":\"rooms.list\",\"data\":{\"limit\":10}}}",
            "{\"id\":4,\"rpc\":{\"method\":\"catalog.products\",\"data\":{\"limit\":10}}}",
            "{\"id\":5,\"rpc\":{\"method\":\"flashsales.list\",\"data\":{\"limit\":10}}}",
            "{\"id\":6,\"rpc\":{\"method\":\"orders.list\",\"data\":{\"limit\":10}}}",
            "{\"id\":7,\"subscribe\":{\"channel\":\"room:0000000000000\"}}",
            "{\"id\":8,\"rpc\":{\"method\":\"no.such\",\"data\":{}}}");

    private final URI url;
    private final CountDownLatch replies = new CountDownLatch(COMMANDS.size());

    Rehearsal(URI url) {
        this.url = url;
    }

    void run() throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            for (String path : List.of("/", "/health/live", "/health/ready", "/metrics", "/openapi.yaml")) {
                send(client, HttpRequest.newBuilder(url.resolve(path)).GET());
            }
            post(client, "/api/register");
            String token = token(post(client, "/api/login"));
            talk(client, token);
        }
    }

    private String post(HttpClient client, String path) throws InterruptedException {
        return send(
                client,
                HttpRequest.newBuilder(url.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(ACCOUNT)));
    }

    private static String send(HttpClient client, HttpRequest.Builder request) throws InterruptedException {
        try {
            return client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        }
    }

    /** Good enough for one known answer; where it fails the socket is tried without a token. */
    private static String token(String answer) {
        String[] parts = answer.split("\"token\":\"", 2);
        return parts.length == 2 ? parts[1].substring(0, Math.max(0, parts[1].indexOf('"'))) : "";
    }

    private void talk(HttpClient client, String token) throws InterruptedException {
        URI socket = URI.create(url.toString().replaceFirst("^http", "ws") + "/connection/websocket");
        try {
            WebSocket open = client.newWebSocketBuilder()
                    .connectTimeout(PATIENCE)
                    .buildAsync(socket, new Listener())
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            for (String command : COMMANDS) {
                open.sendText(command.formatted(token), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            replies.await(2, TimeUnit.SECONDS);
            open.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // then the cache lacks these paths
        }
    }

    private final class Listener implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            replies.countDown();
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }
    }
}
