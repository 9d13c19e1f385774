package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ClientWebSocket;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One WebSocket from its opening to its end: matches replies to requests, answers pings, and notices a silent server.
 * Used on one event loop only.
 */
final class Link {
    /** A server that has not pinged this long after its ping was due is taken for dead. */
    private static final Duration PING_GRACE = Duration.ofSeconds(8);

    /** The server closes connections that ask more than this and half as much again. */
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int REQUESTS_PER_SECOND_MAX = 150;

    private final Context context;
    private final ClientWebSocket socket;
    private final Consumer<JsonNode> pushes;
    private final int requestsMax;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Promise<Ending> ended = Promise.promise();
    private boolean open;
    private int lastId;
    private boolean answersPings;
    private long silenceNanosMax = Long.MAX_VALUE;
    private long lastFrameNanos = System.nanoTime();
    private long watchdog = -1;
    private long secondBeganNanos = lastFrameNanos;
    private int requestsInSecond;

    /**
     * Why a link ended.
     *
     * @param code the close code, 0 where there was none
     */
    record Ending(int code, String reason) {
        private static final int APPLICATION_CODES = 3000;

        /** By the protocol's ranges 3500–3999 and 4500–4999 the client must not come back. */
        boolean forGood() {
            return code >= APPLICATION_CODES && code % 1000 >= 500;
        }
    }

    private record Pending(Promise<JsonNode> reply, long timer) {}

    Link(Context context, ClientWebSocket socket, int requestsMax, Consumer<JsonNode> pushes) {
        this.context = context;
        this.socket = socket;
        this.requestsMax = requestsMax;
        this.pushes = pushes;
        socket.textMessageHandler(this::read);
        socket.exceptionHandler(_ -> {});
        socket.closeHandler(_ -> end(closeCode(), socket.closeReason() == null ? "" : socket.closeReason()));
    }

    /** The socket is connected: until then there is nothing to close, and Vert.x would throw. */
    void opened() {
        open = true;
    }

    /** Watches for silence from now on. */
    void watch(Duration pingInterval, boolean answersPings) {
        this.answersPings = answersPings;
        if (!pingInterval.isZero()) {
            silenceNanosMax = pingInterval.plus(PING_GRACE).toNanos();
            watchdog = context.owner().setPeriodic(1000, _ -> {
                if (System.nanoTime() - lastFrameNanos > silenceNanosMax) {
                    close("no ping");
                }
            });
        }
    }

    /** Asks, and is answered with the body of the reply of the same kind. */
    Future<JsonNode> request(String kind, ObjectNode body, Duration deadline) {
        if (ended.future().isComplete()) {
            return Future.failedFuture(new NoAnswer("the connection is closed"));
        }
        if (pending.size() >= requestsMax) {
            return Future.failedFuture(new NoAnswer("more than " + requestsMax + " requests are in flight"));
        }
        if (!isPaced()) {
            return Future.failedFuture(new NoAnswer("more than " + REQUESTS_PER_SECOND_MAX + " requests in a second"));
        }
        int id = ++lastId;
        Promise<JsonNode> reply = Promise.promise();
        long timer = context.owner().setTimer(Math.max(1, deadline.toMillis()), _ -> {
            Pending late = pending.remove(id);
            if (late != null) {
                late.reply.fail(new NoAnswer("no answer within " + deadline.toMillis() + " ms"));
            }
        });
        pending.put(id, new Pending(reply, timer));
        socket.writeTextMessage(Wire.command(id, kind, body));
        return reply.future().map(json -> json.path(kind));
    }

    private boolean isPaced() {
        long now = System.nanoTime();
        if (now - secondBeganNanos >= SECOND_NANOS) {
            secondBeganNanos = now;
            requestsInSecond = 0;
        }
        return requestsInSecond++ < REQUESTS_PER_SECOND_MAX;
    }

    /** Completes when the link has ended; never fails. */
    Future<Ending> ended() {
        return ended.future();
    }

    /** Ends it from this side; the server may never hear of it. */
    void close(String reason) {
        if (open) {
            socket.close();
        }
        end(0, reason);
    }

    private void read(String frame) {
        lastFrameNanos = System.nanoTime();
        try {
            Wire.replies(frame).forEach(this::take);
        } catch (UncheckedIOException e) {
            close("the server sent something that is not JSON");
        }
    }

    private void take(JsonNode reply) {
        if (reply.isEmpty()) {
            pong();
        } else if (reply.has("id")) {
            answer(reply);
        } else {
            pushes.accept(reply.path("push"));
        }
    }

    private void pong() {
        if (answersPings) {
            socket.writeTextMessage(Wire.PING);
        }
    }

    private void answer(JsonNode reply) {
        Pending asked = pending.remove(reply.path("id").asInt());
        if (asked == null) {
            return; // it came after its deadline
        }
        context.owner().cancelTimer(asked.timer);
        if (reply.has("error")) {
            asked.reply.fail(ServerError.of(reply.path("error")));
        } else {
            asked.reply.complete(reply);
        }
    }

    private int closeCode() {
        return socket.closeStatusCode() == null ? 0 : socket.closeStatusCode();
    }

    private void end(int code, String reason) {
        if (!ended.tryComplete(new Ending(code, reason))) {
            return;
        }
        if (watchdog >= 0) {
            context.owner().cancelTimer(watchdog);
        }
        Map<Integer, Pending> unanswered = new HashMap<>(pending);
        pending.clear();
        unanswered.values().forEach(asked -> {
            context.owner().cancelTimer(asked.timer);
            asked.reply.fail(new NoAnswer("the connection ended: " + code + " " + reason));
        });
    }
}
