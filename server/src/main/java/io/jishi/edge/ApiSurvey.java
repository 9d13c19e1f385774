package io.jishi.edge;

import io.jishi.core.Membership;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/** Has every node of the cluster do its part of a command, since a user's connections may be on any of them. */
final class ApiSurvey {
    private static final int ANSWER_MILLIS_MAX = 3_000;
    private static final String COMMAND = "command";

    private final Vertx vertx;
    private final Membership membership;
    private final BiFunction<String, Buffer, Future<Buffer>> ownPart;

    /** @param ownPart this node's part of a command, given its name and the request */
    ApiSurvey(Vertx vertx, Membership membership, BiFunction<String, Buffer, Future<Buffer>> ownPart) {
        this.vertx = vertx;
        this.membership = membership;
        this.ownPart = ownPart;
    }

    Future<Void> start() {
        return vertx.eventBus()
                .<Buffer>consumer(
                        busAddress(membership.self()),
                        message -> ownPart.apply(
                                        Objects.requireNonNull(message.headers().get(COMMAND)), message.body())
                                .onSuccess(message::reply)
                                .onFailure(fault -> message.fail(500, String.valueOf(fault.getMessage()))))
                .completion();
    }

    private static String busAddress(String node) {
        return "jishi.api." + node;
    }

    /** Fails where a node that is still a member has not answered in time. */
    Future<List<Buffer>> ask(String command, Buffer request) {
        List<Future<List<Buffer>>> parts = new ArrayList<>();
        for (String node : membership.members()) {
            parts.add(part(node, command, request)
                    .map(List::of)
                    .recover(fault -> membership.members().contains(node)
                            ? Future.failedFuture(fault)
                            : Future.succeededFuture(List.of())));
        }
        return Future.join(parts).map(all -> {
            List<Buffer> answers = new ArrayList<>();
            parts.forEach(part -> answers.addAll(part.result()));
            return answers;
        });
    }

    private Future<Buffer> part(String node, String command, Buffer request) {
        if (node.equals(membership.self())) {
            return ownPart.apply(command, request);
        }
        DeliveryOptions options =
                new DeliveryOptions().setSendTimeout(ANSWER_MILLIS_MAX).addHeader(COMMAND, command);
        return vertx.eventBus()
                .<Buffer>request(busAddress(node), request, options)
                .map(reply -> reply.body());
    }
}
