package io.jishi.dispatch;

import io.jishi.core.Id;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import org.jspecify.annotations.Nullable;

/**
 * A delivery has reached a stage. Told for {@link DeliveryStage#ASSIGNED}, {@link DeliveryStage#PICKED_UP},
 * {@link DeliveryStage#DELIVERED}, {@link DeliveryStage#FAILED}, and for {@link DeliveryStage#WAITING} where a courier
 * had it and it was taken back; not for the back and forth of offers.
 *
 * @param order the order that it brings; null for a restock
 * @param shelf the shelf that it fills; null for an order
 */
public record StageChange(
        Id<Delivery> delivery,
        @Nullable Id<?> order,
        @Nullable Id<?> shelf,
        DeliveryStage stage) {

    /** Follows deliveries in the transaction that changes them: where it fails, the stage does not change. */
    @FunctionalInterface
    public interface Listener {
        Future<Void> onStage(StageChange change, SqlConnection transaction);
    }
}
