package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the goods of an order reach its buyer. */
public enum Fulfilment {
    /** A courier brings them to where the buyer says when paying. */
    DELIVERY,
    /** The buyer fetches them at a counter. */
    PICKUP;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Fulfilment of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
