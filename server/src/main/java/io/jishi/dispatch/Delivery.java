package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as clients see it.
 *
 * @param orderId the paid order that it brings; null for a restock
 * @param restockShelfId the shelf that it fills; null for an order
 * @param place where its courier is, while he holds it
 * @param etaAt when it will arrive, as far as it is known now
 */
public record Delivery(
        Id<Delivery> id,
        @Nullable Id<?> orderId,
        @Nullable Id<?> restockShelfId,
        DeliveryStage stage,
        Place pickup,
        Place dropoff,
        @Nullable Id<Courier> courierId,
        @Nullable String courierName,
        @Nullable Place place,
        @Nullable Instant etaAt,
        Instant createdAt,
        Instant updatedAt) {}
