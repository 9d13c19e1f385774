package io.jishi.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Of a log line that could come many times a second, lets the first through and then one a minute, which says how often
 * it has happened: while a database is away, or where anybody on the network can cause the line. Thread-safe.
 */
public final class LogPace {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private @Nullable Instant written;
    private long untold;

    public LogPace(InstantSource clock) {
        this.clock = clock;
    }

    /** @return how often it has happened since the last line, this time included; 0 where nothing is to be written now */
    public synchronized long happened() {
        untold++;
        Instant now = clock.instant();
        // a clock that was set back must not silence it
        if (written != null && !now.isBefore(written) && now.isBefore(written.plus(PAUSE))) {
            return 0;
        }
        written = now;
        long times = untold;
        untold = 0;
        return times;
    }
}
