package io.jishi.flashsales;

import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that a host did with a sale.
 *
 * @param before what the sale was like; null where the act started it
 */
public record SaleAct(
        Id<SaleAct> id,
        Id<Sale> saleId,
        Kind act,
        Id<User> who,
        Instant at,
        @Nullable Facts before,
        Facts after) {

    /** What acts change. */
    public record Facts(int quantity, Instant endsAt) {}

    /** Which act. */
    public enum Kind {
        START,
        EXTEND,
        ADD_STOCK,
        STOP;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
