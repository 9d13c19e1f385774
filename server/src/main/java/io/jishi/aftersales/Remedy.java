package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the buyer gets where the case ends for him. */
public enum Remedy {
    REFUND,
    REPLACEMENT;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Remedy of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
