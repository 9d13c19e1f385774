package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a buyer wants. */
public enum Kind {
    /** The goods go back, and so does the money. */
    RETURN,
    /** The goods go back, and others come. */
    EXCHANGE,
    /** The goods stay; something is wrong with them or with the service. */
    COMPLAINT;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
