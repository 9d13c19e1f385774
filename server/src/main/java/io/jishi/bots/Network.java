package io.jishi.bots;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The sockets, the one event loop and the dice that all clients of a program share. */
final class Network implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 5000;
    private static final Duration WAIT_FIRST = Duration.ofMillis(200);
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Context context;
    private final HttpClient http;
    private final WebSocketClient sockets;
    private final List<URI> urls;
    private final RandomGenerator random;
    private final int haste;

    /** @param clientsMax WebSockets and HTTP connections at the same time */
    Network(List<URI> urls, int clientsMax, RandomGenerator random) {
        this(urls, clientsMax, random, 1);
    }

    /** @param haste how many times faster than usual bots do what they do at their leisure */
    Network(List<URI> urls, int clientsMax, RandomGenerator random, int haste) {
        this.haste = haste;
        this.urls = List.copyOf(urls);
        this.random = random;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        context = vertx.getOrCreateContext();
        http = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS_MAX),
                new PoolOptions().setHttp1MaxSize(Math.min(clientsMax, 64)));
        sockets = Client.sockets(vertx, clientsMax);
    }

    static RandomGenerator dice() {
        return new SplittableRandom();
    }

    Context context() {
        return context;
    }

    RandomGenerator random() {
        return random;
    }

    List<URI> urls() {
        return urls;
    }

    Logins logins() {
        return new Logins(http, urls);
    }

    Backoff backoff() {
        return new Backoff(WAIT_FIRST, WAIT_MAX, random);
    }

    /** A client, not started yet, that begins with the given one of the servers. */
    Client client(Session session, int firstUrl) {
        return new Client(
                context, sockets, Client.Options.of(urls, session, backoff()).from(firstUrl));
    }

    /** Runs an action on the event loop every so often, until the timer is cancelled. */
    long every(Duration period, Runnable action) {
        return vertx.setPeriodic(period.toMillis(), _ -> context.runOnContext(_ -> action.run()));
    }

    void after(Duration delay, Runnable action) {
        vertx.setTimer(Math.max(1, delay.toMillis()), _ -> context.runOnContext(_ -> action.run()));
    }

    /** After a time that nothing depends on. */
    void atLeisure(Duration delay, Runnable action) {
        after(delay.dividedBy(haste), action);
    }

    void cancel(long timer) {
        vertx.cancelTimer(timer);
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
