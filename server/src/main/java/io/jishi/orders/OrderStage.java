package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;

/** Where an order stands. What may follow what is decided here and nowhere else. */
public enum OrderStage {
    /** Units are kept for the buyer until the deadline. */
    RESERVED,
    /** Its buyer has begun to pay, and the provider has not decided; the units are kept until the same deadline. */
    AWAITING_PAYMENT,
    PAID,
    /** It lies ready at a counter, where its buyer fetches it. */
    READY,
    DELIVERING,
    DELIVERED,
    /** Delivered long enough ago; the money is the host's. */
    CLOSED,
    /** Given up by the buyer before it was paid. */
    CANCELLED,
    /** Not paid before the deadline. */
    EXPIRED,
    /** It was paid, and the money is on its way back. */
    REFUNDING,
    /** The buyer has the money back. */
    REFUNDED;

    public boolean mayBecome(OrderStage next) {
        return followers().contains(next);
    }

    /** Whether the units of the order are the buyer's; else they went back into the stock. */
    public boolean holdsUnits() {
        return switch (this) {
            case RESERVED, AWAITING_PAYMENT, PAID, READY, DELIVERING, DELIVERED, CLOSED -> true;
            case CANCELLED, EXPIRED, REFUNDING, REFUNDED -> false;
        };
    }

    /** Whether its units are kept for somebody who has not paid yet. */
    public boolean isUnpaid() {
        return this == RESERVED || this == AWAITING_PAYMENT;
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static OrderStage of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    private Set<OrderStage> followers() {
        return switch (this) {
            case RESERVED -> Set.of(AWAITING_PAYMENT, PAID, CANCELLED, EXPIRED);
            case AWAITING_PAYMENT -> Set.of(RESERVED, PAID, CANCELLED, EXPIRED);
            case PAID -> Set.of(READY, DELIVERING, REFUNDING);
            case READY -> Set.of(DELIVERED, REFUNDING);
            case DELIVERING -> Set.of(DELIVERED, REFUNDING);
            case DELIVERED -> Set.of(CLOSED, REFUNDING);
            case REFUNDING -> Set.of(REFUNDED);
            case CLOSED, CANCELLED, EXPIRED, REFUNDED -> Set.of();
        };
    }
}
