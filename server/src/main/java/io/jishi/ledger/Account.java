package io.jishi.ledger;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What money is. Whose it is, is the owner of a {@link Posting}. */
public enum Account {
    /** Money that a payment provider holds for the shop; owned by the provider's name. */
    PROVIDER(Nature.ASSET),
    /** Money that was paid for orders which are not settled with the host yet; owned by the order. */
    ORDERS(Nature.LIABILITY),
    /** Money that is on its way back to a buyer; owned by the order. */
    REFUNDS(Nature.LIABILITY),
    /** What the shop owes to a host for sold goods; owned by the host. */
    HOSTS(Nature.LIABILITY),
    /** The shop's share of a sale; owned by the host who sold. */
    COMMISSION(Nature.INCOME),
    /** What providers keep of a payment; owned by the provider's name. */
    FEES(Nature.EXPENSE),
    /** Money that a user has left with the shop as security; owned by the user. */
    DEPOSITS(Nature.LIABILITY);

    /** On which side an account grows. */
    public enum Nature {
        ASSET,
        EXPENSE,
        LIABILITY,
        INCOME
    }

    private final Nature nature;

    Account(Nature nature) {
        this.nature = nature;
    }

    public Nature nature() {
        return nature;
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Account of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
