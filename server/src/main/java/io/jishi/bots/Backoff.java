package io.jishi.bots;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before another try: a random time up to a limit that doubles with every failure ("full jitter", M.
 * Brooker, "Exponential Backoff And Jitter", 2015), so that a thousand clients of a dead node do not come back at once.
 */
public final class Backoff {
    private static final int DOUBLINGS_MAX = 30;

    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private int failures;

    public Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
    }

    /** The next wait, at least a millisecond. */
    public Duration next() {
        long limit = Math.min(max.toMillis(), first.toMillis() << Math.min(failures, DOUBLINGS_MAX));
        failures++;
        return Duration.ofMillis(1 + random.nextLong(Math.max(1, limit)));
    }

    /** A success: the next failure waits shortly again. */
    public void reset() {
        failures = 0;
    }
}
