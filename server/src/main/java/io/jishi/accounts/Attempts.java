package io.jishi.accounts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often somebody may try: a bucket of attempts for each key, filled again evenly over a period. An attempt is taken
 * before it is known how it ends, so that many at once cannot slip through, and given back where it ended well. Keys
 * used least recently are forgotten beyond a bound. Thread-safe; counts for one node.
 */
final class Attempts {
    private static final int KEYS_MAX = 20_000;

    private final InstantSource clock;
    private final int max;
    private final Duration period;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > KEYS_MAX;
        }
    };

    private record Bucket(double left, Instant at) {}

    /** @param max attempts in a full bucket, as many as are filled again in one period */
    Attempts(InstantSource clock, int max, Duration period) {
        this.clock = clock;
        this.max = max;
        this.period = period;
    }

    /** Takes one attempt where there is one left. */
    synchronized boolean take(String key) {
        Instant now = clock.instant();
        double left = left(key, now);
        if (left < 1) {
            return false;
        }
        buckets.put(key, new Bucket(left - 1, now));
        return true;
    }

    synchronized void giveBack(String key) {
        Instant now = clock.instant();
        double left = Math.min(max, left(key, now) + 1);
        if (left >= max) {
            buckets.remove(key);
        } else {
            buckets.put(key, new Bucket(left, now));
        }
    }

    synchronized int keys() {
        return buckets.size();
    }

    private double left(String key, Instant now) {
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            return max;
        }
        double periods = Math.max(0, Duration.between(bucket.at, now).toMillis()) / (double) period.toMillis();
        return Math.min(max, bucket.left + periods * max);
    }
}
