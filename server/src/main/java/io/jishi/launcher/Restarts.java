package io.jishi.launcher;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How soon a process that keeps dying may be started again: at once, then later and later, and not a sixth time in a minute. */
final class Restarts {
    static final int PER_MINUTE_MAX = 5;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Deque<Instant> recent = new ArrayDeque<>();

    /** @return how long to wait before the next start; empty where it died too often */
    Optional<Duration> next(Instant now) {
        while (!recent.isEmpty() && recent.peekFirst().isBefore(now.minus(WINDOW))) {
            recent.removeFirst();
        }
        if (recent.size() == PER_MINUTE_MAX) {
            return Optional.empty();
        }
        int before = recent.size();
        recent.addLast(now);
        return Optional.of(before == 0 ? Duration.ZERO : Duration.ofSeconds(1L << (before - 1)));
    }
}
