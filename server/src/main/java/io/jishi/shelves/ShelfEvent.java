package io.jishi.shelves;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jishi.core.Id;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is published on the channels of a shelf and of its group. */
sealed interface ShelfEvent {
    @JsonProperty
    String type();

    record Count(int slot, int count) {}

    /** Everything of a twin that changes, as it is now. */
    record Delta(
            Id<Shelf> shelfId,
            List<Count> slots,
            @Nullable Double temperatureCelsius,
            boolean doorOpen,
            boolean online,
            @Nullable Instant reportedAt)
            implements ShelfEvent {
        @Override
        public String type() {
            return "delta";
        }
    }

    /** An alert opened or closed. */
    record Alerted(Alert alert) implements ShelfEvent {
        @Override
        public String type() {
            return "alert";
        }
    }
}
