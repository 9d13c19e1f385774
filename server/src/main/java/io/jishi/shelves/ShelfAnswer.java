package io.jishi.shelves;

import io.jishi.core.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the shelves answer, besides {@link Shelf}. */
sealed interface ShelfAnswer {
    /** @param secret told this once */
    record Registered(Shelf shelf, Id<?> device, String secret) implements ShelfAnswer {
        @Override
        public String toString() {
            return "Registered[shelf=" + shelf.id() + ", device=" + device + "]";
        }
    }

    /**
     * The messages of a report are committed.
     *
     * @param accepted how many were new
     * @param duplicates how many were there already
     * @param lastSequence the highest of the report
     */
    record Reported(int accepted, int duplicates, long lastSequence) implements ShelfAnswer {}

    record Shelves(List<Shelf> items, @Nullable Id<Shelf> next) implements ShelfAnswer {}

    record Alerts(List<Alert> items, @Nullable Id<Alert> next) implements ShelfAnswer {}

    /** What a newcomer to a shelf's channel is told. */
    record Greeting(Shelf shelf) implements ShelfAnswer {}
}
