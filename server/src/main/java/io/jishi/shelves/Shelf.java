package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shelf as it was last known to be, its twin; also the kind of its ids.
 *
 * @param temperatureCelsius null where it never reported one
 * @param online false until its first message and while it is silent for too long
 * @param reportedAt the latest instant that its messages tell of
 * @param alerts those that are open
 */
public record Shelf(
        Id<Shelf> id,
        LocalText name,
        String group,
        Place place,
        List<Slot> slots,
        @Nullable Double temperatureCelsius,
        boolean doorOpen,
        boolean online,
        @Nullable Instant reportedAt,
        List<Alert> alerts) {

    /** @param count null where it was never reported */
    public record Slot(
            int slot, Id<?> skuId, LocalText name, @Nullable Integer count, int capacity, int lowStock) {}
}
