package io.jishi.dispatch;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a delivery has come. {@link DeliveryChange} says what may follow what. */
public enum DeliveryStage {
    /** Nobody is asked at this moment. */
    WAITING,
    /** One courier is asked. */
    OFFERED,
    /** A courier has accepted and is on the way to the pick-up. */
    ASSIGNED,
    /** The courier has the goods. */
    PICKED_UP,
    DELIVERED,
    /** Nobody took it in time. */
    FAILED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The stage in JSON and in SQL. */
    @JsonValue
    public String text() {
        return text;
    }

    /** @throws IllegalArgumentException where the text is not one that {@link #text} gives */
    static DeliveryStage of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Whether anything can still happen to it. */
    public boolean open() {
        return this != DELIVERED && this != FAILED;
    }

    /** Whether a courier holds it. */
    public boolean held() {
        return this == ASSIGNED || this == PICKED_UP;
    }
}
