package io.jishi.realtime;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why the server ends a subscription, with the codes of Centrifugo's client protocol. Below 2500 a client stays
 * unsubscribed; from 2500 it subscribes anew by itself.
 */
public enum UnsubscribeCode {
    SERVER(2000, "server unsubscribe", "The subscription was taken away; ask for the right again."),
    INSUFFICIENT(2500, "insufficient state", "Subscribe anew and recover: publications may have been missed."),
    EXPIRED(2501, "subscription expired", "Subscribe anew with a new subscription token.");

    private final int code;
    private final String reason;
    private final String advice;

    UnsubscribeCode(int code, String reason, String advice) {
        this.code = code;
        this.reason = reason;
        this.advice = advice;
    }

    /** The declaration of a code; empty for one that an operator chose. */
    static Optional<UnsubscribeCode> of(int code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public String advice() {
        return advice;
    }
}
