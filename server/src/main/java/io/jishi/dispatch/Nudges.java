package io.jishi.dispatch;

import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/**
 * Messages between nodes over the event bus, and the one place that builds their addresses. They make things quick, never
 * right: one that is lost is made up for by the owner's next poll.
 */
final class Nudges {
    private final Vertx vertx;

    Nudges(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Tells the owner of a zone that there is an event to read. */
    void changed(String zone) {
        vertx.eventBus().publish(changes(zone), "");
    }

    /** Tells the owner of a zone where a courier is. */
    void moved(CourierPosition position) {
        vertx.eventBus().publish(positions(position.zone()), Json.encode(position));
    }

    Subscription listen(String zone, Runnable onChange, Consumer<CourierPosition> onMove) {
        MessageConsumer<Object> changes = vertx.eventBus().consumer(changes(zone), message -> onChange.run());
        MessageConsumer<Buffer> positions = vertx.eventBus()
                .consumer(
                        positions(zone), message -> onMove.accept(Json.decode(message.body(), CourierPosition.class)));
        return () -> Future.join(changes.unregister(), positions.unregister()).mapEmpty();
    }

    interface Subscription {
        Future<Void> cancel();
    }

    private static String changes(String zone) {
        return "dispatch.zone." + zone + ".changes";
    }

    private static String positions(String zone) {
        return "dispatch.zone." + zone + ".positions";
    }
}
