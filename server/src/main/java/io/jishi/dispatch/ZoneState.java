package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision about a zone looks at. Immutable.
 *
 * @param tasks the open deliveries, by id, so the oldest first
 * @param riders the couriers on shift, by id
 */
public record ZoneState(List<Task> tasks, List<Rider> riders) {
    public ZoneState {
        tasks = List.copyOf(tasks);
        riders = List.copyOf(riders);
    }

    /**
     * An open delivery.
     *
     * @param readyAt when it can be picked up
     * @param courier who holds it; null before it is assigned
     * @param offer who is asked; null unless it is {@link DeliveryStage#OFFERED}
     * @param declined who said no or nothing, and when
     */
    public record Task(
            Id<Delivery> id,
            DeliveryStage stage,
            Place pickup,
            Place dropoff,
            Instant createdAt,
            Instant readyAt,
            @Nullable Id<Courier> courier,
            @Nullable OpenOffer offer,
            Map<Id<Courier>, Instant> declined) {}

    /** An offer that is not over. */
    public record OpenOffer(Id<Offer> id, Id<Courier> courier, Instant expiresAt) {}

    /**
     * A courier on shift.
     *
     * @param seenAt when the last position came in, by the server's clock
     * @param held the deliveries that he holds, in the order in which he accepted them
     * @param asked the deliveries that he is asked about
     */
    public record Rider(
            Id<Courier> id, Vehicle vehicle, Place place, Instant seenAt, List<Task> held, List<Task> asked) {}
}
