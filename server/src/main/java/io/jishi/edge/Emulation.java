package io.jishi.edge;

import io.jishi.core.Invalid;
import io.jishi.core.Membership;
import io.jishi.realtime.Transport.ReturnAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * {@code /emulation}: what the clients of streams send. A request may reach any node; it names the session's node, to
 * which it is passed on over the event bus. Who knows a session's secret speaks for it, so secrets are random and never
 * shown to anybody else: not in presence, not in publications, not in logs.
 */
public final class Emulation {
    static final String PATH = "/emulation";
    private static final int SECRET_BYTES = 24;
    private static final int FORWARD_MILLIS_MAX = 2_000;
    private static final String SESSION = "session";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Vertx vertx;
    private final Membership membership;
    /** As many as there are open streams, which the limit of connections bounds. */
    private final Map<String, Mailbox> mailboxes = new ConcurrentHashMap<>();

    private Emulation(Vertx vertx, Membership membership) {
        this.vertx = vertx;
        this.membership = membership;
    }

    /** Starts to take what other nodes pass on. */
    public static Future<Emulation> start(Vertx vertx, Membership membership) {
        Emulation emulation = new Emulation(vertx, membership);
        return vertx.eventBus()
                .<Buffer>consumer(
                        busAddress(membership.self()),
                        message -> message.reply(
                                emulation.deliver(message.headers().get(SESSION), message.body())))
                .completion()
                .map(emulation);
    }

    private static String busAddress(String node) {
        return "jishi.emulation." + node;
    }

    /** Where what a client sends arrives for its session. */
    final class Mailbox {
        private final ReturnAddress address;
        private volatile Consumer<Buffer> receiver = early -> {};

        private Mailbox(ReturnAddress address) {
            this.address = address;
        }

        ReturnAddress address() {
            return address;
        }

        void receive(Consumer<Buffer> frames) {
            receiver = frames;
        }

        void close() {
            mailboxes.remove(address.session());
        }
    }

    Mailbox open() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        String session = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Mailbox mailbox = new Mailbox(new ReturnAddress(session, membership.self()));
        mailboxes.put(session, mailbox);
        return mailbox;
    }

    static boolean isProtobuf(RoutingContext context) {
        return "application/octet-stream".equalsIgnoreCase(context.request().getHeader("Content-Type"));
    }

    /** Answers 204 once the session has it, 404 where there is no such session or node. */
    void handle(RoutingContext context) {
        EmulationRequest request;
        try {
            Buffer body = context.body().buffer() == null
                    ? Buffer.buffer()
                    : context.body().buffer();
            request = isProtobuf(context) ? EmulationRequest.ofProtobuf(body) : EmulationRequest.ofJson(body);
        } catch (Invalid e) {
            Answers.invalid(context, e);
            return;
        }
        pass(request).onSuccess(delivered -> answer(context, delivered)).onFailure(fault -> {
            if (fault instanceof ReplyException lost && lost.failureType() == ReplyFailure.NO_HANDLERS) {
                answer(context, false);
            } else {
                Answers.error(context, HttpError.TIMEOUT);
            }
        });
    }

    private static void answer(RoutingContext context, boolean delivered) {
        if (delivered) {
            Answers.empty(context, 204);
        } else {
            Answers.error(context, HttpError.NOT_FOUND);
        }
    }

    private Future<Boolean> pass(EmulationRequest request) {
        if (request.node().equals(membership.self())) {
            return Future.succeededFuture(deliver(request.session(), request.data()));
        }
        if (!membership.members().contains(request.node())) {
            return Future.succeededFuture(false);
        }
        return vertx.eventBus()
                .<Boolean>request(
                        busAddress(request.node()),
                        request.data(),
                        new DeliveryOptions().setSendTimeout(FORWARD_MILLIS_MAX).addHeader(SESSION, request.session()))
                .map(reply -> reply.body());
    }

    private boolean deliver(String session, Buffer data) {
        Mailbox mailbox = mailboxes.get(session);
        if (mailbox == null) {
            return false;
        }
        mailbox.receiver.accept(data);
        return true;
    }
}
