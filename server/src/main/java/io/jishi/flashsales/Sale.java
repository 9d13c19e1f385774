package io.jishi.flashsales;

import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A flash sale as everybody sees it, and the message of {@code sale:{id}}.
 *
 * @param left units that nobody has claimed; when it has ended, how many it ended with
 * @param revision grows by one with each act of the host; a message of a lower one is out of date, whatever its time
 * @param at when this was true, for the countdown of clients whose clock is wrong
 */
public record Sale(
        Id<Sale> id,
        @Nullable Id<?> roomId,
        Id<Sku> skuId,
        LocalText name,
        long priceMinor,
        int quantity,
        int left,
        int perBuyerLimit,
        SaleStage stage,
        Instant opensAt,
        Instant endsAt,
        int reservationSeconds,
        Audience audience,
        int revision,
        Instant at) {

    /** Whether the two say the same, apart from when. */
    boolean saysTheSame(Sale other) {
        return left == other.left
                && stage == other.stage
                && endsAt.equals(other.endsAt)
                && quantity == other.quantity
                && revision == other.revision;
    }
}
