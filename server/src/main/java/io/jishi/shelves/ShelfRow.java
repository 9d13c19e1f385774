package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a shelf was registered as; it never changes. */
record ShelfRow(
        Id<Shelf> id,
        Id<?> device,
        LocalText name,
        String group,
        Place place,
        @Nullable Double temperatureMaxCelsius,
        SortedMap<Integer, Slot> slots) {
    /** How many shards there are. Rows carry their shard, so another number needs a migration. */
    static final int SHARDS = 8;

    record Slot(int slot, Id<?> sku, LocalText name, int capacity, int unitGrams, int lowStock) {}

    int shard() {
        return shard(id);
    }

    static int shard(Id<Shelf> id) {
        long mixed = id.value() * 0x9e3779b97f4a7c15L;
        return (int) ((mixed >>> 40) % SHARDS);
    }
}
