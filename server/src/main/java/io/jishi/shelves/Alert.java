package io.jishi.shelves;

import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that a person should look at; also the kind of its ids.
 *
 * @param slot null where it is about the whole shelf
 * @param value the count, the degrees Celsius, or the seconds of silence, when it opened
 * @param openedAt by the device's clock where a message opened it
 * @param closedAt null while it is open
 */
public record Alert(
        Id<Alert> id,
        Id<Shelf> shelfId,
        AlertKind kind,
        @Nullable Integer slot,
        double value,
        Instant openedAt,
        @Nullable Instant closedAt) {

    AlertKey key() {
        return new AlertKey(kind, slot == null ? AlertKey.WHOLE_SHELF : slot);
    }

    Alert closed(Instant at) {
        return new Alert(id, shelfId, kind, slot, value, openedAt, at);
    }
}
