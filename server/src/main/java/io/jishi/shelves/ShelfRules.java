package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.shelves.Telemetry.Kind;
import io.jishi.shelves.TwinState.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The rules of a shelf: what a message makes of its twin, and which alerts open and close. They run on device time. What
 * is older than the twin changes nothing; what happened long before it arrived is history: it may tell the twin and end
 * an alert, and opens none. Opening and closing are apart (hysteresis), so that a value on the edge does not flap.
 */
final class ShelfRules {
    /** A weight this far from a whole number of units says nothing, as when a hand rests on the slot. */
    static final double UNIT_TOLERANCE = 0.25;

    static final double TEMPERATURE_HYSTERESIS_CELSIUS = 1.0;

    private ShelfRules() {}

    /**
     * @param history how long before its arrival something may have happened and still be news
     * @param offline the silence after which a shelf is thought to be offline
     * @param restockAgain after which a shelf that is still low is asked for again
     */
    record Limits(Duration history, Duration offline, Duration restockAgain) {}

    /** A shelf afterwards, with the alerts that opened or closed on the way, in their order. */
    record Decision(ShelfState shelf, List<Alert> changes) {
        Decision opened(Supplier<Id<Alert>> ids, AlertKey key, double value, Instant at) {
            Integer slot = key.slot() == AlertKey.WHOLE_SHELF ? null : Integer.valueOf(key.slot());
            Alert alert = new Alert(ids.get(), shelf.row().id(), key.kind(), slot, value, at, null);
            return new Decision(shelf.opened(alert), and(alert));
        }

        Decision closed(AlertKey key, Instant at) {
            Alert open = shelf.open().get(key);
            return open == null ? this : new Decision(shelf.closed(key), and(open.closed(at)));
        }

        private List<Alert> and(Alert alert) {
            List<Alert> all = new ArrayList<>(changes);
            all.add(alert);
            return List.copyOf(all);
        }
    }

    /** What a message makes of a shelf. */
    static Decision read(ShelfState shelf, Telemetry message, Limits limits, Supplier<Id<Alert>> ids) {
        TwinState before = shelf.twin();
        TwinState heard = before.heard(message.happenedAt(), message.arrivedAt());
        boolean news = !message.happenedAt().isBefore(message.arrivedAt().minus(limits.history()));
        Decision decision = new Decision(shelf.with(heard), List.of());
        if (message.arrivedAt().isAfter(before.arrivedAt())) {
            decision = decision.closed(AlertKey.OFFLINE, message.arrivedAt());
        }
        return switch (message.kind()) {
            case WEIGHT, STOCK -> counted(decision, message, news, ids);
            case TEMPERATURE -> measured(decision, message, news, ids);
            case DOOR -> {
                Reading reading = reading(message, message.value());
                yield reading.isAfter(heard.door()) ? now(decision, heard.withDoor(reading)) : decision;
            }
        };
    }

    /** What the time makes of a shelf that says nothing: since it last spoke, or since somebody listened. */
    static Decision silent(
            ShelfState shelf, Instant now, Instant listeningSince, Limits limits, Supplier<Id<Alert>> ids) {
        Decision decision = new Decision(shelf, List.of());
        TwinState twin = shelf.twin();
        Instant since = twin.arrivedAt().isAfter(listeningSince) ? twin.arrivedAt() : listeningSince;
        boolean tooLong = Duration.between(since, now).compareTo(limits.offline()) >= 0;
        if (!twin.hasReported() || !tooLong || shelf.open().containsKey(AlertKey.OFFLINE)) {
            return decision;
        }
        double seconds = Duration.between(twin.arrivedAt(), now).toSeconds();
        return decision.opened(ids, AlertKey.OFFLINE, seconds, now);
    }

    /** Whether a delivery is to be asked for: once when something is low, and again while it stays so for long. */
    static boolean needsRestock(ShelfState shelf, Instant now, Limits limits) {
        Instant asked = shelf.restockAskedAt();
        return shelf.isLow() && (asked == null || !now.isBefore(asked.plus(limits.restockAgain())));
    }

    private static Decision counted(Decision decision, Telemetry message, boolean news, Supplier<Id<Alert>> ids) {
        ShelfState shelf = decision.shelf();
        ShelfRow.Slot slot = shelf.row().slots().get(message.slot());
        OptionalInt count = slot == null ? OptionalInt.empty() : count(message, slot);
        if (slot == null || count.isEmpty()) {
            return decision;
        }
        Reading reading = reading(message, count.getAsInt());
        if (!reading.isAfter(shelf.twin().counts().get(message.slot()))) {
            return decision;
        }
        Decision now = now(decision, shelf.twin().withCount(message.slot(), reading));
        AlertKey key = AlertKey.lowStock(message.slot());
        boolean open = shelf.open().containsKey(key);
        if (!open && news && count.getAsInt() <= slot.lowStock()) {
            return now.opened(ids, key, count.getAsInt(), reading.at());
        }
        return open && count.getAsInt() >= enough(slot) ? now.closed(key, reading.at()) : now;
    }

    private static Decision measured(Decision decision, Telemetry message, boolean news, Supplier<Id<Alert>> ids) {
        ShelfState shelf = decision.shelf();
        Reading reading = reading(message, message.value());
        if (!reading.isAfter(shelf.twin().temperature())) {
            return decision;
        }
        Decision now = now(decision, shelf.twin().withTemperature(reading));
        Double max = shelf.row().temperatureMaxCelsius();
        if (max == null) {
            return now;
        }
        boolean open = shelf.open().containsKey(AlertKey.TEMPERATURE);
        if (!open && news && reading.value() > max) {
            return now.opened(ids, AlertKey.TEMPERATURE, reading.value(), reading.at());
        }
        return open && reading.value() <= max - TEMPERATURE_HYSTERESIS_CELSIUS
                ? now.closed(AlertKey.TEMPERATURE, reading.at())
                : now;
    }

    private static OptionalInt count(Telemetry message, ShelfRow.Slot slot) {
        return message.kind() == Kind.STOCK
                ? OptionalInt.of((int) message.value())
                : units(message.value(), slot.unitGrams());
    }

    /** How many units weigh that much; empty where it is not near a whole number of them. */
    static OptionalInt units(double grams, int unitGrams) {
        double units = grams / unitGrams;
        long whole = Math.max(0, Math.round(units));
        return Math.abs(units - whole) <= UNIT_TOLERANCE ? OptionalInt.of((int) whole) : OptionalInt.empty();
    }

    /** The count at which a slot is not low any more: a fifth above the edge, one at least, full at most. */
    static int enough(ShelfRow.Slot slot) {
        int margin = Math.max(1, (slot.lowStock() + 4) / 5);
        return Math.min(slot.capacity(), slot.lowStock() + margin);
    }

    private static Decision now(Decision decision, TwinState twin) {
        return new Decision(decision.shelf().with(twin), decision.changes());
    }

    private static Reading reading(Telemetry message, double value) {
        return new Reading(value, message.happenedAt(), message.sequence(), message.boot());
    }
}
