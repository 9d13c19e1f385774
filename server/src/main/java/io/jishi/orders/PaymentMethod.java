package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an order may be paid; each is one {@link PaymentProvider}. */
public enum PaymentMethod {
    /** Pretends to be a payment provider; no money moves. */
    SANDBOX,
    STRIPE,
    ALIPAY,
    WECHAT;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static PaymentMethod of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
