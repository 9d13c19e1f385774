package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of Jishi: one connection at a time to one of several servers, to the next one when it breaks, with its
 * subscriptions recovered. It lives on one event loop, which may carry thousands of them; its methods may be called from
 * any thread.
 */
public final class Client {
    private static final int HANDSHAKE_SECONDS_MAX = 10;
    private static final int MESSAGE_BYTES_MAX = 1 << 23;
    private static final int SUBSCRIPTIONS_END_FOR_GOOD_BELOW = 2500;

    private final Context context;
    private final WebSocketClient sockets;
    private final Options options;
    private final Map<String, Subscribed> subscriptions = new LinkedHashMap<>();
    private final Map<String, Listener> ownNamespaces = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Promise<Void> closed = Promise.promise();
    private State state = new State.Idle();
    private int nextUrl;
    private volatile int server;
    private final AtomicInteger connects = new AtomicInteger();

    /**
     * What a client is made with.
     *
     * @param urls of servers, {@code http://host:port}; tried in turn from {@code firstUrl}
     * @param callsMax calls in flight, and as many that wait for a connection; one more fails
     * @param callSecondsMax how long a call may wait for its answer
     */
    public record Options(
            List<URI> urls, int firstUrl, Session session, Backoff backoff, int callsMax, int callSecondsMax) {
        /** Below what the server allows a connection. */
        private static final int CALLS_MAX = 48;

        private static final int CALL_SECONDS_MAX = 15;

        public Options {
            urls = List.copyOf(urls);
        }

        public static Options of(List<URI> urls, Session session, Backoff backoff) {
            return new Options(urls, 0, session, backoff, CALLS_MAX, CALL_SECONDS_MAX);
        }

        /** Begins with another of the servers, so that many clients spread over all. */
        public Options from(int firstUrl) {
            return new Options(urls, Math.floorMod(firstUrl, urls.size()), session, backoff, callsMax, callSecondsMax);
        }
    }

    private sealed interface State {
        record Idle() implements State {}

        /** Opening, or waiting to open again. */
        record Opening() implements State {}

        record Live(Link link) implements State {}

        record Closed() implements State {}
    }

    private record Waiting(Supplier<Future<JsonNode>> call, Promise<JsonNode> answer) {}

    /**
     * Sockets for so many clients. A connection that ends keeps its place until it is gone, so there is room for as many
     * again: a client that waited for a place would neither connect nor go on to the next server.
     */
    public static WebSocketClient sockets(Vertx vertx, int clientsMax) {
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setMaxConnections(2 * clientsMax)
                .setMaxFrameSize(MESSAGE_BYTES_MAX)
                .setMaxMessageSize(MESSAGE_BYTES_MAX);
        options.setConnectTimeout(HANDSHAKE_SECONDS_MAX * 1_000);
        return vertx.createWebSocketClient(options);
    }

    /** @param context an event loop; that of {@code vertx.getOrCreateContext()} */
    public Client(Context context, WebSocketClient sockets, Options options) {
        this.context = context;
        this.sockets = sockets;
        this.options = options;
        this.nextUrl = options.firstUrl;
    }

    /** Begins to connect, and keeps the connection up from then on. */
    public void start() {
        context.runOnContext(_ -> {
            if (state instanceof State.Idle) {
                open(false);
            }
        });
    }

    /** How often a connection was made. */
    public int connects() {
        return connects.get();
    }

    /** Completes when it was closed; fails where the server told it not to come back. */
    public Future<Void> closed() {
        return closed.future();
    }

    public void close() {
        context.runOnContext(_ -> finish(null));
    }

    /**
     * Calls a method. Waits for a connection where there is none.
     *
     * @return the result; fails with {@link ServerError} where the server said no, with {@link NoAnswer} where nobody knows
     */
    public Future<JsonNode> call(String method, ObjectNode params) {
        ObjectNode body = Wire.object().put("method", method);
        body.set("data", params);
        Promise<JsonNode> answer = Promise.promise();
        context.runOnContext(_ -> enqueue(() -> request("rpc", body).map(reply -> reply.path("data")), answer));
        return answer.future();
    }

    /** Subscribes to a channel until the client is closed; the future brings the channel's greeting. */
    public Future<JsonNode> subscribe(String channel, Listener listener) {
        return subscribe(new Subscribed(channel, false, false, listener));
    }

    /** As {@link #subscribe}, for who must hear all of it, where viewers of a busy channel are spared some. */
    public Future<JsonNode> subscribeToAll(String channel, Listener listener) {
        return subscribe(new Subscribed(channel, false, true, listener));
    }

    private Future<JsonNode> subscribe(Subscribed subscription) {
        context.runOnContext(_ -> {
            if (state instanceof State.Closed) {
                subscription.first().fail(NoAnswer.closed());
            } else if (subscriptions.putIfAbsent(subscription.channel(), subscription) != null) {
                subscription.first().fail(new IllegalStateException("subscribed already: " + subscription.channel()));
            } else if (state instanceof State.Live live) {
                subscribe(live.link, subscription);
            }
        });
        return subscription.first().future();
    }

    /**
     * Hears the channels of a namespace to which the server subscribes the user by itself ({@code user}, {@code courier}).
     * To be said before {@link #start}.
     */
    public void hear(String namespace, Listener listener) {
        context.runOnContext(_ -> ownNamespaces.put(namespace, listener));
    }

    /** Which of the servers it is connected to, or was the last time. */
    public int server() {
        return server;
    }

    /** Ends the connection as a fault of the network would; the client comes back by itself. */
    public void breakConnection() {
        context.runOnContext(_ -> {
            if (state instanceof State.Live live) {
                live.link.close("broken on purpose");
            }
        });
    }

    private void enqueue(Supplier<Future<JsonNode>> call, Promise<JsonNode> answer) {
        switch (state) {
            case State.Live _ -> call.get().onComplete(answer);
            case State.Closed _ -> answer.fail(NoAnswer.closed());
            case State.Idle _, State.Opening _ -> {
                if (waiting.size() >= options.callsMax) {
                    answer.fail(new NoAnswer("more than " + options.callsMax + " calls wait for a connection"));
                } else {
                    await(new Waiting(call, answer));
                }
            }
        }
    }

    private void await(Waiting call) {
        waiting.add(call);
        long timer = context.owner().setTimer(options.callSecondsMax * 1000L, _ -> {
            if (waiting.remove(call)) {
                call.answer.fail(new NoAnswer("there was no connection to " + options.urls));
            }
        });
        call.answer.future().onComplete(_ -> context.owner().cancelTimer(timer));
    }

    private Future<JsonNode> request(String kind, ObjectNode body) {
        return state instanceof State.Live live
                ? live.link.request(kind, body, Duration.ofSeconds(options.callSecondsMax))
                : Future.failedFuture(new NoAnswer("there is no connection"));
    }

    private void open(boolean tokenRefused) {
        state = new State.Opening();
        URI url = options.urls.get(nextUrl);
        server = nextUrl;
        nextUrl = (nextUrl + 1) % options.urls.size();
        ClientWebSocket socket = sockets.webSocket();
        Link link = new Link(context, socket, options.callsMax, this::pushed);
        // The reply is handled in the very call that reads it: what follows it in the frame must find it handled.
        here(options.session.token(tokenRefused))
                .compose(token ->
                        connect(socket, url).onSuccess(_ -> link.opened()).map(token))
                .compose(token -> link.request("connect", greeting(token), openMax()))
                .onSuccess(result -> opened(link, result))
                .onFailure(fault -> {
                    link.close("it did not open");
                    again(link, fault);
                });
    }

    /** Vert.x sets deadlines to what follows once it has a place for one more connection; that may be never. */
    private Future<WebSocket> connect(ClientWebSocket socket, URI server) {
        Future<WebSocket> connecting = socket.connect(target(server));
        return here(connecting.timeout(openMax().toMillis(), TimeUnit.MILLISECONDS))
                .onFailure(_ -> connecting.onSuccess(WebSocket::close));
    }

    private Duration openMax() {
        return Duration.ofSeconds(Math.min(HANDSHAKE_SECONDS_MAX, options.callSecondsMax));
    }

    /** The future on this client's event loop. */
    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> here = Promise.promise();
        elsewhere.onComplete(done -> context.runOnContext(_ -> here.handle(done)));
        return here.future();
    }

    private WebSocketConnectOptions target(URI server) {
        WebSocketConnectOptions target = new WebSocketConnectOptions()
                .setHost(server.getHost())
                .setPort(Wire.port(server))
                .setSsl(Wire.isSecure(server))
                .setURI(Wire.socketOf(server).getPath());
        target.setTimeout(openMax().toMillis());
        return target;
    }

    /** The connect request: who, and how far its server-side subscriptions were heard. */
    private ObjectNode greeting(String token) {
        ObjectNode greeting = Wire.object().put("name", "jishi-bots");
        if (!token.isEmpty()) {
            greeting.put("token", token);
        }
        ObjectNode known = Wire.object();
        subscriptions.values().stream()
                .filter(s -> s.isServerSide() && s.isPositioned())
                .forEach(s -> known.set(s.channel(), s.request()));
        if (!known.isEmpty()) {
            greeting.set("subs", known);
        }
        return greeting;
    }

    private void opened(Link link, JsonNode result) {
        if (state instanceof State.Closed) {
            link.close("closed meanwhile");
            return;
        }
        state = new State.Live(link);
        connects.incrementAndGet();
        options.backoff.reset();
        link.watch(
                Duration.ofSeconds(result.path("ping").asLong()),
                result.path("pong").asBoolean());
        link.ended().onSuccess(ending -> again(link, new NoAnswer(ending.reason())));
        result.path("subs").properties().forEach(entry -> serverSide(entry.getKey(), entry.getValue()));
        subscriptions.values().stream()
                .filter(subscription -> !subscription.isServerSide())
                .toList()
                .forEach(subscription -> subscribe(link, subscription));
        if (result.path("expires").asBoolean()) {
            refreshLater(link, result.path("ttl").asLong());
        }
        flush();
    }

    private void serverSide(String channel, JsonNode result) {
        Listener listener = ownNamespaces.get(channel.substring(0, Math.max(0, channel.indexOf(':'))));
        if (listener != null) {
            subscriptions
                    .computeIfAbsent(channel, _ -> new Subscribed(channel, true, false, listener))
                    .accepted(result);
        }
    }

    private void subscribe(Link link, Subscribed subscription) {
        link.request("subscribe", subscription.request(), openMax())
                .onSuccess(subscription::accepted)
                .onFailure(fault -> {
                    if (fault instanceof ServerError error && !error.temporary()) {
                        subscriptions.remove(subscription.channel());
                        subscription.ended(error);
                    } else {
                        link.close("could not subscribe"); // and come back with all of them
                    }
                });
    }

    private void refreshLater(Link link, long seconds) {
        long timer = context.owner()
                .setTimer(
                        Math.max(1000, seconds * 800),
                        _ -> here(options.session.token(true))
                                .compose(token ->
                                        link.request("refresh", Wire.object().put("token", token), openMax()))
                                .onSuccess(result ->
                                        refreshLater(link, result.path("ttl").asLong())));
        link.ended().onComplete(_ -> context.owner().cancelTimer(timer));
    }

    private void flush() {
        while (!waiting.isEmpty()) {
            Waiting next = waiting.remove();
            next.call.get().onComplete(next.answer);
        }
    }

    private void pushed(JsonNode push) {
        String channel = push.path("channel").asText();
        if (push.has("subscribe")) {
            serverSide(channel, push.path("subscribe"));
            return;
        }
        Subscribed subscription = subscriptions.get(channel);
        if (subscription == null) {
            return;
        }
        if (push.has("pub")) {
            subscription.heard(push.path("pub"));
        } else if (push.has("unsubscribe")) {
            int code = push.path("unsubscribe").path("code").asInt();
            if (code >= SUBSCRIPTIONS_END_FOR_GOOD_BELOW && state instanceof State.Live live) {
                subscribe(live.link, subscription);
            } else {
                subscriptions.remove(subscription.channel());
                subscription.ended(new ServerError(
                        code, push.path("unsubscribe").path("reason").asText(), false));
            }
        }
    }

    /** The link is gone: comes back after a while, unless it must not. */
    private void again(Link link, Throwable cause) {
        if (state instanceof State.Closed || state instanceof State.Live live && live.link != link) {
            return;
        }
        state = new State.Opening();
        Link.Ending ending = link.ended().result();
        boolean tokenRefused = cause instanceof ServerError error && error.isTokenExpired();
        if (ending != null && ending.forGood()) {
            finish(new ServerError(ending.code(), ending.reason(), false));
        } else if (cause instanceof ServerError error && !error.temporary() && !tokenRefused) {
            finish(error);
        } else {
            context.owner().setTimer(options.backoff.next().toMillis(), _ -> {
                if (state instanceof State.Opening) {
                    open(tokenRefused);
                }
            });
        }
    }

    private void finish(@Nullable ServerError reason) {
        State before = state;
        state = new State.Closed();
        if (before instanceof State.Live live) {
            live.link.close("closed");
        }
        waiting.forEach(call -> call.answer.fail(NoAnswer.closed()));
        waiting.clear();
        List<Subscribed> all = List.copyOf(subscriptions.values());
        subscriptions.clear();
        if (reason == null) {
            all.forEach(subscription -> subscription.first().tryFail(NoAnswer.closed()));
            closed.tryComplete();
        } else {
            all.forEach(subscription -> subscription.ended(reason));
            closed.tryFail(reason);
        }
    }
}
