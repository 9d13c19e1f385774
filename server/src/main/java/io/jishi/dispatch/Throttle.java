package io.jishi.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets at most one go a period for each key, and remembers which keys were held up, so that the last value is never the
 * one that is missing. Holds as many keys as {@link #retain} leaves.
 */
final class Throttle<K> {
    private final Duration period;
    private final Map<K, Instant> last = new HashMap<>();
    private final Set<K> heldUp = new LinkedHashSet<>();

    Throttle(Duration period) {
        this.period = period;
    }

    /** Whether the key may go now; where not, {@link #due} will name it. */
    boolean pass(K key, Instant now) {
        Instant before = last.get(key);
        if (before != null && before.plus(period).isAfter(now)) {
            heldUp.add(key);
            return false;
        }
        last.put(key, now);
        heldUp.remove(key);
        return true;
    }

    /** The keys that were held up and may go now. */
    List<K> due(Instant now) {
        List<K> due = new ArrayList<>(heldUp);
        due.removeIf(key -> !pass(key, now));
        return due;
    }

    /** Forgets all other keys. */
    void retain(Predicate<K> wanted) {
        last.keySet().removeIf(wanted.negate());
        heldUp.removeIf(wanted.negate());
    }
}
