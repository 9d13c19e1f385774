package io.jishi.shelves;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a shelf: of each thing the latest reading by device time. It is a join of readings, so it does not
 * matter in which order or how often messages go in (M. Shapiro et al., "Conflict-free replicated data types", 2011).
 *
 * @param counts by slot
 * @param door 1 open, 0 closed
 * @param reportedAt the latest instant that any message tells of; the epoch where there was none
 * @param arrivedAt when the last message arrived; the epoch where there was none
 */
record TwinState(
        Map<Integer, Reading> counts,
        @Nullable Reading temperature,
        @Nullable Reading door,
        Instant reportedAt,
        Instant arrivedAt) {
    static final TwinState UNKNOWN = new TwinState(Map.of(), null, null, Instant.EPOCH, Instant.EPOCH);

    TwinState {
        counts = Map.copyOf(counts);
    }

    /** A value and what decides whether another one is later: device time, then sequence; the boot settles ties. */
    record Reading(double value, Instant at, long sequence, String boot) implements Comparable<Reading> {
        private static final Comparator<Reading> BY_TIME = Comparator.comparing(Reading::at)
                .thenComparingLong(Reading::sequence)
                .thenComparing(Reading::boot)
                .thenComparingDouble(Reading::value);

        @Override
        public int compareTo(Reading other) {
            return BY_TIME.compare(this, other);
        }

        boolean isAfter(@Nullable Reading other) {
            return other == null || compareTo(other) > 0;
        }
    }

    boolean hasReported() {
        return !arrivedAt.equals(Instant.EPOCH);
    }

    TwinState withCount(int slot, Reading reading) {
        Map<Integer, Reading> changed = new TreeMap<>(counts);
        changed.put(slot, reading);
        return new TwinState(changed, temperature, door, reportedAt, arrivedAt);
    }

    TwinState withTemperature(Reading reading) {
        return new TwinState(counts, reading, door, reportedAt, arrivedAt);
    }

    TwinState withDoor(Reading reading) {
        return new TwinState(counts, temperature, reading, reportedAt, arrivedAt);
    }

    TwinState heard(Instant happened, Instant arrived) {
        return new TwinState(counts, temperature, door, later(reportedAt, happened), later(arrivedAt, arrived));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
