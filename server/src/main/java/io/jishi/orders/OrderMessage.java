package io.jishi.orders;

import io.jishi.core.Id;
import java.time.Instant;

/**
 * What a buyer hears on {@code user:{id}}. A message may come twice (after a node died between publishing it and
 * noting so): its {@code eventId} is the same then, and the listener drops the second.
 */
public sealed interface OrderMessage {
    Id<OrderMessage> eventId();

    record Changed(String type, Id<OrderMessage> eventId, Instant at, Order order) implements OrderMessage {
        Changed(Id<OrderMessage> eventId, Instant at, Order order) {
            this("order", eventId, at, order);
        }
    }

    record Refunded(String type, Id<OrderMessage> eventId, Instant at, Id<Order> orderId, long amountMinor)
            implements OrderMessage {
        Refunded(Id<OrderMessage> eventId, Instant at, Id<Order> orderId, long amountMinor) {
            this("refund", eventId, at, orderId, amountMinor);
        }
    }
}
