package io.jishi.shelves;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a shelf can need somebody for; in JSON and SQL in lower case. */
public enum AlertKind {
    LOW_STOCK,
    TEMPERATURE,
    OFFLINE;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
