package io.jishi.shelves;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A shelf in the hands of its owner: what it is, what is known of it, what is open.
 *
 * @param restockAskedAt when a delivery was last asked for; null where nothing is low
 */
record ShelfState(
        ShelfRow row,
        TwinState twin,
        Map<AlertKey, Alert> open,
        @Nullable Instant restockAskedAt) {
    ShelfState {
        open = Map.copyOf(open);
    }

    static ShelfState unknown(ShelfRow row) {
        return new ShelfState(row, TwinState.UNKNOWN, Map.of(), null);
    }

    ShelfState with(TwinState now) {
        return new ShelfState(row, now, open, restockAskedAt);
    }

    ShelfState restockAsked(Instant at) {
        return new ShelfState(row, twin, open, at);
    }

    ShelfState opened(Alert alert) {
        Map<AlertKey, Alert> changed = new HashMap<>(open);
        changed.put(alert.key(), alert);
        return new ShelfState(row, twin, changed, restockAskedAt);
    }

    /** Where nothing is low any more, what is low next is asked for at once. */
    ShelfState closed(AlertKey key) {
        Map<AlertKey, Alert> changed = new HashMap<>(open);
        changed.remove(key);
        ShelfState now = new ShelfState(row, twin, changed, restockAskedAt);
        return now.isLow() ? now : new ShelfState(row, twin, changed, null);
    }

    /** Whether something is to be filled. */
    boolean isLow() {
        return open.keySet().stream().anyMatch(key -> key.kind() == AlertKind.LOW_STOCK);
    }

    boolean isOnline() {
        return twin.hasReported() && !open.containsKey(AlertKey.OFFLINE);
    }

    Shelf view() {
        TwinState.Reading temperature = twin.temperature();
        List<Shelf.Slot> slots = row.slots().values().stream()
                .map(slot -> new Shelf.Slot(
                        slot.slot(), slot.sku(), slot.name(), count(slot.slot()), slot.capacity(), slot.lowStock()))
                .toList();
        return new Shelf(
                row.id(),
                row.name(),
                row.group(),
                row.place(),
                slots,
                temperature == null ? null : temperature.value(),
                isDoorOpen(),
                isOnline(),
                reportedAt(),
                open.values().stream().sorted(Comparator.comparing(Alert::id)).toList());
    }

    /** All that changes in a shelf, whole: a reader that skipped the one before misses nothing. */
    ShelfEvent.Delta delta() {
        TwinState.Reading temperature = twin.temperature();
        Map<Integer, TwinState.Reading> counts = new TreeMap<>(twin.counts());
        return new ShelfEvent.Delta(
                row.id(),
                counts.entrySet().stream()
                        .map(each -> new ShelfEvent.Count(
                                each.getKey(), (int) each.getValue().value()))
                        .toList(),
                temperature == null ? null : temperature.value(),
                isDoorOpen(),
                isOnline(),
                reportedAt());
    }

    private @Nullable Integer count(int slot) {
        TwinState.Reading reading = twin.counts().get(slot);
        return reading == null ? null : Integer.valueOf((int) reading.value());
    }

    private boolean isDoorOpen() {
        TwinState.Reading door = twin.door();
        return door != null && door.value() == 1;
    }

    private @Nullable Instant reportedAt() {
        return twin.hasReported() ? twin.reportedAt() : null;
    }
}
