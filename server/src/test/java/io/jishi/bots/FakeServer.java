package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Speaks just enough of the protocol to show how a client behaves; what it says is for the test to choose. */
final class FakeServer implements AutoCloseable {
    final Queue<JsonNode> received = new ConcurrentLinkedQueue<>();
    final Queue<ServerWebSocket> sockets = new ConcurrentLinkedQueue<>();
    final List<JsonNode> history = new ArrayList<>();
    private final Map<String, Function<JsonNode, List<String>>> answers = new ConcurrentHashMap<>();
    final List<JsonNode> registered = Collections.synchronizedList(new ArrayList<>());
    int registrationsMax = Integer.MAX_VALUE;
    private final HttpServer server;

    FakeServer(Vertx vertx) throws Exception {
        answer("connect", _ -> List.of("""
                {"id":ID,"connect":{"client":"c","ping":25,"pong":true}}"""));
        answer("subscribe", command -> List.of(subscribed(command)));
        server = vertx.createHttpServer()
                .webSocketHandler(this::opened)
                .requestHandler(request -> request.body().onSuccess(body -> register(request, body.toString())))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Each answer is one frame; ID stands for the command's id, \n parts the replies of a frame. */
    void answer(String kind, Function<JsonNode, List<String>> frames) {
        answers.put(kind, frames);
    }

    List<JsonNode> received(String kind) {
        return received.stream().filter(c -> c.has(kind)).map(c -> c.path(kind)).toList();
    }

    void send(String frame) {
        sockets.forEach(socket -> socket.writeTextMessage(frame));
    }

    /** Appends to the one channel that it has, and tells nobody. */
    synchronized void append(String text) {
        ObjectNode publication = Wire.object().put("offset", history.size() + 1);
        publication.set("data", Wire.object().put("text", text));
        history.add(publication);
    }

    synchronized String push(String channel, int offset) {
        ObjectNode push = Wire.object();
        push.putObject("push").put("channel", channel).set("pub", history.get(offset - 1));
        return push.toString();
    }

    private synchronized String subscribed(JsonNode command) {
        JsonNode request = command.path("subscribe");
        ObjectNode reply = Wire.object().put("id", command.path("id").asInt());
        ObjectNode result = reply.putObject("subscribe")
                .put("recoverable", true)
                .put("epoch", "e")
                .put("offset", history.size());
        if (request.path("recover").asBoolean()) {
            result.put("recovered", true).put("was_recovering", true);
            var publications = result.putArray("publications");
            history.stream()
                    .filter(p ->
                            p.path("offset").asInt() > request.path("offset").asInt())
                    .forEach(publications::add);
        }
        return reply.toString();
    }

    /** The tokens of everybody who commented. */
    Set<String> authors() {
        return received("connect").stream()
                .map(connect -> connect.path("token").asText())
                .filter(token -> !token.isEmpty())
                .collect(Collectors.toSet());
    }

    private void register(HttpServerRequest request, String body) {
        if (!request.path().equals("/api/register")) {
            request.response().setStatusCode(404).end();
        } else if (registered.size() >= registrationsMax) {
            request.response().setStatusCode(429).end("{\"error\":{\"code\":1002,\"name\":\"too_many_attempts\"}}");
        } else {
            registered.add(Wire.tree(body));
            request.response().end("""
                    {"token":"token %d","expiresInSeconds":900,"refreshToken":"r","user":{"id":"u"}}""".formatted(registered.size()));
        }
    }

    private void opened(ServerWebSocket socket) {
        sockets.add(socket);
        socket.closeHandler(_ -> sockets.remove(socket));
        socket.textMessageHandler(frame -> Wire.replies(frame).forEach(command -> {
            received.add(command);
            command.fieldNames().forEachRemaining(kind -> {
                if (answers.containsKey(kind)) {
                    answers.get(kind)
                            .apply(command)
                            .forEach(answer -> socket.writeTextMessage(
                                    answer.replace("ID", command.path("id").asText())));
                }
            });
        }));
    }

    @Override
    public void close() {
        server.close().await();
    }
}
