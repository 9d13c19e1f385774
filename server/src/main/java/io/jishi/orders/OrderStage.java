package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;

/** Where an order stands. What may follow what is decided here and nowhere else. */
public enum OrderStage {
    /** Units are kept for the buyer until the deadline. */
    RESERVED,
    PAID,
    DELIVERING,
    DELIVERED,
    /** Given up by the buyer before it was paid. */
    CANCELLED,
    /** Not paid before the deadline. */
    EXPIRED,
    /** The buyer has the money back. */
    REFUNDED;

    public boolean mayBecome(OrderStage next) {
        return followers().contains(next);
    }

    /** Whether the units of the order are the buyer's; else they went back into the stock. */
    public boolean holdsUnits() {
        return switch (this) {
            case RESERVED, PAID, DELIVERING, DELIVERED -> true;
            case CANCELLED, EXPIRED, REFUNDED -> false;
        };
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
            case RESERVED -> Set.of(PAID, CANCELLED, EXPIRED);
            case PAID -> Set.of(DELIVERING, REFUNDED);
            case DELIVERING -> Set.of(DELIVERED, REFUNDED);
            case DELIVERED -> Set.of(REFUNDED);
            case CANCELLED, EXPIRED, REFUNDED -> Set.of();
        };
    }
}
