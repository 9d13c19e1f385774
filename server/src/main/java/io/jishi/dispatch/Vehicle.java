package io.jishi.dispatch;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a courier rides. The speeds are door to door in a city, stops at lights included, so far below the limits. */
public enum Vehicle {
    FOOT(1.3),
    BICYCLE(3.5),
    EBIKE(5),
    MOTORCYCLE(7),
    CAR(6);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final double metersPerSecond;

    Vehicle(double metersPerSecond) {
        this.metersPerSecond = metersPerSecond;
    }

    public double metersPerSecond() {
        return metersPerSecond;
    }

    /** The vehicle in JSON and in SQL. */
    @JsonValue
    public String text() {
        return text;
    }

    /** @throws IllegalArgumentException where the text is not one that {@link #text} gives */
    static Vehicle of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
