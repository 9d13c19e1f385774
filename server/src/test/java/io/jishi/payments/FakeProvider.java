package io.jishi.payments;

import io.jishi.core.ManualTime;
import io.jishi.orders.PaymentProvider.Notice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A provider's server for tests: it looks at every call as the provider would, and remembers trades and refunds. */
abstract class FakeProvider implements AutoCloseable {
    /** How it behaves. */
    enum Mood {
        WELL,
        /** Does it, and closes the connection instead of answering. */
        LOSES_REPLY,
        /** The same with the calls that give some of the money back. */
        LOSES_PARTS,
        /** Answers, but not with its own signature. */
        UNSIGNED,
        /** Answers without end. */
        ENDLESS,
        /** Takes refunds, and is long about them. */
        SLOW_REFUNDS
    }

    static final class Trade {
        final String id;
        final long minor;
        volatile String state = "open";
        volatile String refund = "";
        /** What went back in parts, by the number that the shop gave each. */
        final Map<String, Long> parts = new ConcurrentHashMap<>();

        Trade(String id, long minor) {
            this.id = id;
            this.minor = minor;
        }

        /** @return whether it is a new one; providers refuse to give back more than they took */
        synchronized boolean part(String number, long partMinor) {
            boolean isNew = !parts.containsKey(number);
            long before = parts.values().stream().mapToLong(Long::longValue).sum();
            if (isNew && before + partMinor > minor) {
                throw new IllegalStateException("more refunded than paid");
            }
            parts.put(number, partMinor);
            return isNew;
        }
    }

    final Map<String, Trade> trades = new ConcurrentHashMap<>();
    /** What was wrong with calls. */
    final List<String> wrongs = new CopyOnWriteArrayList<>();

    final ManualTime time;
    volatile Mood mood = Mood.WELL;
    private final HttpServer server;

    FakeProvider(Vertx vertx, ManualTime time) {
        this.time = time;
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> serve(request, body.toString())))
                .listen(0, "127.0.0.1")
                .await();
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** The part of the configuration that leads here. */
    abstract Map<String, String> settings();

    abstract String name();

    /** Answers a call, after a look at its signature. */
    abstract Answer answer(HttpServerRequest request, String body);

    /** The notice of what a trade is now. */
    abstract Notice notice(Trade trade, long minor);

    record Answer(int status, Map<String, String> headers, String body) {}

    Trade only() {
        return trades.values().iterator().next();
    }

    private void serve(HttpServerRequest request, String body) {
        int before = parts();
        Answer answer;
        try {
            answer = answer(request, body);
        } catch (RuntimeException e) {
            wrongs.add(e.toString());
            answer = new Answer(500, Map.of(), "{}");
        }
        if (mood == Mood.LOSES_REPLY || mood == Mood.LOSES_PARTS && parts() > before) {
            request.connection().close();
            return;
        }
        request.response().setStatusCode(answer.status());
        answer.headers().forEach(request.response()::putHeader);
        if (mood == Mood.ENDLESS) {
            request.response().setChunked(true);
            request.response().write("x".repeat(300_000));
            return;
        }
        request.response().end(answer.body());
    }

    private int parts() {
        return trades.values().stream().mapToInt(trade -> trade.parts.size()).sum();
    }

    void check(boolean right, String what) {
        if (!right) {
            wrongs.add(what);
        }
    }

    @Override
    public void close() {
        server.close().await();
    }
}
