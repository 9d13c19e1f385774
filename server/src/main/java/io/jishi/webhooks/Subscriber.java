package io.jishi.webhooks;

import io.jishi.outbound.OutboundHttp;
import io.jishi.outbound.OutboundHttp.Reply;
import io.jishi.outbound.OutboundHttp.Request;
import io.jishi.webhooks.WebhookStore.Due;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who is told over HTTP. Each has deliveries of its own under way and a secret of its own, so that one who is slow or
 * gone holds up nobody else, and none can sign for the shop what another believes.
 */
final class Subscriber {
    /** Deliveries that a node sends to one subscriber at once. */
    static final int SENT_AT_ONCE_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration MINE = Duration.ofSeconds(30);
    private static final int ERROR_CHARACTERS_MAX = 200;

    private final URI url;
    private final WebhookSignature signature;
    private final Tools tools;
    private final AtomicBoolean working = new AtomicBoolean();

    /** What all of them use. */
    record Tools(
            WebhookStore store,
            OutboundHttp http,
            InstantSource clock,
            RandomGenerator random,
            int triesMax,
            boolean mayBePrivate) {}

    Subscriber(URI url, WebhookSignature signature, Tools tools) {
        this.url = url;
        this.signature = signature;
        this.tools = tools;
    }

    String url() {
        return url.toString();
    }

    /** Sends until nothing is due, unless it is at it. */
    void work() {
        if (working.compareAndSet(false, true)) {
            sendAll().onComplete(done -> {
                working.set(false);
                if (done.failed()) {
                    LOG.warn("event=webhooks-failed reason=\"{}\"", done.cause().getMessage());
                }
            });
        }
    }

    private Future<Void> sendAll() {
        return send().compose(sent -> sent < SENT_AT_ONCE_MAX ? Future.succeededFuture() : sendAll());
    }

    /**
     * Sends what is due, as much as is sent at once.
     *
     * @return how many were sent, taken or not
     */
    Future<Integer> send() {
        Instant now = tools.clock().instant();
        return tools.store()
                .takeDue(url(), now, now.plus(MINE), SENT_AT_ONCE_MAX)
                .compose(due ->
                        Future.join(due.stream().map(this::send).toList()).map(done -> due.size()));
    }

    private Future<Void> send(Due due) {
        Delivery delivery = due.delivery();
        Request request = new Request(
                "POST",
                url,
                Map.of(
                        "Content-Type",
                        "application/json",
                        "Jishi-Event-Id",
                        delivery.eventId().toString(),
                        WebhookSignature.HEADER,
                        signature.of(tools.clock().instant(), due.body())),
                due.body(),
                DEADLINE);
        Future<Reply> sent =
                tools.mayBePrivate() ? tools.http().send(request) : tools.http().sendToPublic(request);
        return sent.transform(reply -> reply.succeeded() && reply.result().isOk()
                ? tools.store().taken(delivery.id(), tools.clock().instant())
                : failed(
                        delivery,
                        reply.succeeded()
                                ? "status " + reply.result().status()
                                : String.valueOf(reply.cause().getMessage())));
    }

    private Future<Void> failed(Delivery delivery, String error) {
        Instant now = tools.clock().instant();
        int tries = delivery.tries() + 1;
        boolean dead = tries >= tools.triesMax();
        if (dead) {
            LOG.warn("event=webhook-dead delivery={} tries={}", delivery.id(), tries);
        }
        return tools.store()
                .failed(
                        delivery.id(),
                        error.substring(0, Math.min(error.length(), ERROR_CHARACTERS_MAX)),
                        now.plus(Delivery.waitAfter(tries, tools.random())),
                        dead ? now : null);
    }
}
