package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What can be done in a case, and by whom. */
public enum Deed {
    OPEN(Party.BUYER),
    SEND_BACK(Party.BUYER),
    /** Content with the shop's answer. */
    ACCEPT(Party.BUYER),
    /** Not content: somebody else is to decide. */
    ESCALATE(Party.BUYER),
    WITHDRAW(Party.BUYER),
    APPROVE(Party.SHOP),
    DECLINE(Party.SHOP),
    /** To a complaint, perhaps with an offer. */
    ANSWER(Party.SHOP),
    /** The goods are here. */
    RECEIVE(Party.SHOP),
    /** The goods are as they should be. */
    SETTLE(Party.SHOP),
    /** They are not. */
    REJECT(Party.SHOP),
    DECIDE_FOR_BUYER(Party.JUDGE),
    DECIDE_FOR_SHOP(Party.JUDGE),
    /** A stage's deadline has come. */
    DEADLINE(Party.ITSELF),
    /** The provider has given the money back. */
    PAID_BACK(Party.ITSELF);

    private final Party by;

    Deed(Party by) {
        this.by = by;
    }

    Party by() {
        return by;
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Deed of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
