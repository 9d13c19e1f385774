package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonProperty;
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

    /**
     * What became of a case after the delivery.
     *
     * @param content the case, without its texts and photos
     */
    record CaseChanged(
            String type,
            Id<OrderMessage> eventId,
            Instant at,
            Id<Order> orderId,
            @JsonProperty("case") Record content) implements OrderMessage {
        CaseChanged(Id<OrderMessage> eventId, Instant at, Id<Order> orderId, Record content) {
            this("case", eventId, at, orderId, content);
        }
    }

    record Refunded(String type, Id<OrderMessage> eventId, Instant at, Id<Order> orderId, long amountMinor)
            implements OrderMessage {
        Refunded(Id<OrderMessage> eventId, Instant at, Id<Order> orderId, long amountMinor) {
            this("refund", eventId, at, orderId, amountMinor);
        }
    }
}
