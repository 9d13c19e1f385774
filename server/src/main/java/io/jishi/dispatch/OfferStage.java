package io.jishi.dispatch;

import io.jishi.core.Refusal;
import java.util.Locale;

/** How an offer stands. An open one ends once, in one of the others. */
enum OfferStage {
    OPEN,
    ACCEPTED,
    REJECTED,
    EXPIRED,
    /** Its courier went off shift. */
    WITHDRAWN;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The stage in SQL. */
    String text() {
        return text;
    }

    static OfferStage of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** What a courier's answer to his offer means. */
    sealed interface Answer {
        /** It counts. */
        record Counts() implements Answer {}

        /** It counted before: a retry, answered as the first time. */
        record Already() implements Answer {}

        record Refused(Refusal refusal) implements Answer {}
    }

    /**
     * Judges a yes.
     *
     * @param holds whether he holds the delivery, or has delivered it
     * @param held how many deliveries he holds
     */
    static Answer accept(OfferStage stage, boolean holds, boolean onShift, int held, int heldMax) {
        return switch (stage) {
            case OPEN ->
                !onShift
                        ? new Answer.Refused(DispatchRefusal.NOT_ON_SHIFT)
                        : held >= heldMax
                                ? new Answer.Refused(DispatchRefusal.TOO_MANY_DELIVERIES)
                                : new Answer.Counts();
            case ACCEPTED -> holds ? new Answer.Already() : new Answer.Refused(DispatchRefusal.OFFER_OVER);
            case REJECTED, EXPIRED, WITHDRAWN -> new Answer.Refused(DispatchRefusal.OFFER_OVER);
        };
    }

    /** Judges a no: an offer that is over without him is as he wants it. */
    static Answer reject(OfferStage stage) {
        return switch (stage) {
            case OPEN -> new Answer.Counts();
            case REJECTED, EXPIRED, WITHDRAWN -> new Answer.Already();
            case ACCEPTED -> new Answer.Refused(DispatchRefusal.OFFER_OVER);
        };
    }
}
