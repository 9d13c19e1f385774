package io.jishi.catalog;

import io.jishi.core.Id;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of a SKU's stock in a location.
 *
 * @param quantity positive into the stock, negative out of it
 * @param balance what was available there afterwards
 * @param reference what or who caused it: {@code sale:{id}}, {@code order:{id}}, {@code user:{id}}
 * @param counterpart the other side of a transfer
 */
public record Movement(
        Id<Movement> id,
        Id<Sku> skuId,
        Id<Location> locationId,
        int quantity,
        int balance,
        Reason reason,
        String reference,
        @Nullable String note,
        @Nullable Id<Movement> counterpart,
        Instant at) {

    /** The same as one side of a transfer. */
    Movement against(Id<Movement> other) {
        return new Movement(id, skuId, locationId, quantity, balance, reason, reference, note, other, at);
    }

    /** The other side of a transfer, in another location. */
    Movement otherSide(Id<Location> to) {
        return new Movement(
                Objects.requireNonNull(counterpart), skuId, to, -quantity, 0, reason, reference, note, id, at);
    }

    /** Why stock changed. */
    public enum Reason {
        /** Goods arrived. */
        RECEIPT,
        /** A flash sale took its units out. */
        SALE_RESERVED,
        /** A flash sale ended and gave back what it had not sold. */
        SALE_RETURNED,
        /** An order that is not of a flash sale took its units out. */
        ORDER_RESERVED,
        /** An order let go of its units, and no running sale has them. */
        ORDER_RETURNED,
        /** Somebody counted. */
        CORRECTION,
        /** Brought from one location to another. */
        TRANSFER,
        /** Put on a shelf or taken from it by hand. */
        SHELF,
        /** A buyer brought them back. */
        RETURN;

        @com.fasterxml.jackson.annotation.JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
