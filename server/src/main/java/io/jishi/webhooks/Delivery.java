package io.jishi.webhooks;

import io.jishi.core.Id;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one subscriber.
 *
 * @param eventId the same in every try and for every subscriber; a subscriber drops what it has seen
 * @param tries how often it was sent without being taken
 * @param error what the last try came to, in a few words
 */
public record Delivery(
        Id<Delivery> id,
        Id<?> eventId,
        String url,
        int tries,
        Instant createdAt,
        Instant nextAt,
        @Nullable Instant deadAt,
        @Nullable String error) {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final Duration WAIT_MAX = Duration.ofHours(6);
    private static final int DOUBLINGS_MAX = 13;

    /** How long to wait after so many tries: twice as long each time, less up to a half, so that not all come at once. */
    static Duration waitAfter(int tries, RandomGenerator random) {
        Duration whole = FIRST_WAIT.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS_MAX));
        long millis = Math.min(whole.toMillis(), WAIT_MAX.toMillis());
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }
}
