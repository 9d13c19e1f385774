package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who does something in a case. */
public enum Party {
    BUYER,
    /** Staff, or the host whose goods they are. */
    SHOP,
    /** Who decides where buyer and shop do not agree. */
    JUDGE,
    /** Nobody: a deadline has come, or the provider has given the money back. */
    ITSELF;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
