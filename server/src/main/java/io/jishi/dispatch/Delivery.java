package io.jishi.dispatch;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as clients see it.
 *
 * @param orderId the paid order that it brings; null for a restock
 * @param restockShelfId the shelf that it fills; null for an order
 * @param address how to find the door; masked but for those whose business it is, one delivery at a time
 * @param phone how to reach the buyer; masked as the address is
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
        @Nullable String address,
        @Nullable String phone,
        @Nullable Id<Courier> courierId,
        @Nullable String courierName,
        @Nullable Place place,
        @Nullable Instant etaAt,
        Instant createdAt,
        Instant updatedAt) {

    /** The same with the address and the phone number as they are. */
    Delivery reaching(Destination destination) {
        return new Delivery(
                id,
                orderId,
                restockShelfId,
                stage,
                pickup,
                dropoff,
                destination.address(),
                destination.phone(),
                courierId,
                courierName,
                place,
                etaAt,
                createdAt,
                updatedAt);
    }
}
