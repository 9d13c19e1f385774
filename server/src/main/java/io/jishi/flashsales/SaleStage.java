package io.jishi.flashsales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a sale stands; it follows from its terms, the clock, and what is left. */
public enum SaleStage {
    COUNTDOWN,
    OPEN,
    /** Nothing is left; it opens again where a reservation is not paid. */
    SOLD_OUT,
    ENDED;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
