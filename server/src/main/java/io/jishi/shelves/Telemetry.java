package io.jishi.shelves;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import java.time.Instant;
import java.util.Locale;

/**
 * One message of a device as it is kept.
 *
 * @param slot 0 where it is about the whole shelf
 * @param deviceAt when it happened, by the device's clock
 * @param arrivedAt when a node received it
 */
record Telemetry(
        Id<Shelf> shelf,
        Id<?> device,
        String boot,
        long sequence,
        Kind kind,
        int slot,
        double value,
        Instant deviceAt,
        Instant arrivedAt) {

    /** What is reported; in JSON and SQL in lower case. */
    enum Kind {
        /** Grams on a slot's scale. */
        WEIGHT,
        /** Units in a slot. */
        STOCK,
        /** Degrees Celsius. */
        TEMPERATURE,
        /** 1 open, 0 closed. */
        DOOR;

        @JsonCreator
        static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.text().equals(text)) {
                    return kind;
                }
            }
            throw new Invalid("kind", "The field kind must be weight, stock, temperature or door.");
        }

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isOfSlot() {
            return this == WEIGHT || this == STOCK;
        }
    }

    /** When it happened: by the device's clock, but not later than it arrived, so a clock that runs ahead does no harm. */
    Instant happenedAt() {
        return deviceAt.isAfter(arrivedAt) ? arrivedAt : deviceAt;
    }
}
