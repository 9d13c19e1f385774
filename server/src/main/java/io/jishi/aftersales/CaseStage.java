package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a case stands. */
public enum CaseStage {
    /** The shop is to answer. */
    REQUESTED,
    /** The buyer is to send the goods back, or to bring them. */
    APPROVED,
    /** The goods are on their way. */
    SENT_BACK,
    /** The goods are with the shop, which is to look at them. */
    RECEIVED,
    /** The shop has said no; the buyer may ask for a decision. */
    DECLINED,
    /** The shop has answered a complaint; the buyer may ask for a decision. */
    ANSWERED,
    /** Somebody is to decide. */
    ESCALATED,
    /** The money is on its way back. */
    REFUNDING,
    REFUNDED,
    /** There is another order instead. */
    EXCHANGED,
    /** Ended without anything. */
    CLOSED,
    WITHDRAWN,
    /** The goods were not sent back in time. */
    LAPSED;

    /** Whether somebody has something to do, or may have. */
    public boolean isOpen() {
        return switch (this) {
            case REQUESTED, APPROVED, SENT_BACK, RECEIVED, DECLINED, ANSWERED, ESCALATED -> true;
            case REFUNDING, REFUNDED, EXCHANGED, CLOSED, WITHDRAWN, LAPSED -> false;
        };
    }

    /** Whether the units of the case are in no other case, now or for good. */
    public boolean holdsUnits() {
        return switch (this) {
            case REQUESTED,
                    APPROVED,
                    SENT_BACK,
                    RECEIVED,
                    DECLINED,
                    ANSWERED,
                    ESCALATED,
                    REFUNDING,
                    REFUNDED,
                    EXCHANGED -> true;
            case CLOSED, WITHDRAWN, LAPSED -> false;
        };
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static CaseStage of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
