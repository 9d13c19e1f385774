package io.jishi.catalog;

import io.jishi.core.Id;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One change of a SKU's stock.
 *
 * @param quantity positive into the stock, negative out of it
 * @param balance what was available afterwards
 * @param reference what or who caused it: {@code sale:{id}}, {@code order:{id}}, {@code user:{id}}
 */
public record Movement(
        Id<Movement> id,
        Id<Sku> skuId,
        int quantity,
        int balance,
        Reason reason,
        String reference,
        @Nullable String note,
        Instant at) {

    /** Why stock changed. */
    public enum Reason {
        /** Goods arrived. */
        RECEIPT,
        /** A flash sale took its units out. */
        SALE_RESERVED,
        /** A flash sale ended and gave back what it had not sold. */
        SALE_RETURNED,
        /** An order was cancelled or expired after its sale had ended. */
        ORDER_RETURNED,
        /** Somebody counted. */
        CORRECTION;

        @com.fasterxml.jackson.annotation.JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
