package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a buyer opens a case. */
public enum Reason {
    CHANGED_MIND,
    DAMAGED,
    NOT_AS_DESCRIBED,
    WRONG_GOODS,
    MISSING,
    OTHER;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Reason of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
