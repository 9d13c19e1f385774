package io.jishi.flashsales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who may claim in a sale. */
public enum Audience {
    ALL,
    /** Those whom the host named when it started. */
    LIST,
    /** Members of the shop. */
    MEMBERS,
    /** Those who follow the host; where the sale does not say otherwise, since before it opened. */
    FOLLOWERS;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Audience of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
