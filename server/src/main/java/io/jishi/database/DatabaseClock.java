package io.jishi.database;

import io.jishi.core.Timers;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one clock of a cluster: the database's, which every node looks at now and then and carries on between two looks with
 * its machine's monotonic clock. So all nodes write and judge deadlines alike, and none sells, expires or refuses by a
 * clock of its own that is wrong or jumps. Before the first look it says what the system's clock said at the start.
 *
 * <p>A look tells an instant somewhere between its question and its answer. Only a clock that is outside of that is moved,
 * to the nearest instant that is not; a slow answer thus moves nothing, and the quickest so far decides how exact it is
 * (after F. Cristian, "Probabilistic clock synchronization", 1989).
 */
public final class DatabaseClock implements InstantSource {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseClock.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int LOOK_SECONDS_MAX = 5;
    private static final long MOVE_LOGGED_MILLIS_MIN = 100;
    private static final long NANOS_A_SECOND = 1_000_000_000L;
    private static final String LOOK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros";

    private final LongSupplier nanoTime;
    /** Nanoseconds since 1970 when the monotonic clock says 0. */
    private volatile long zero;

    public DatabaseClock() {
        this(InstantSource.system(), System::nanoTime);
    }

    DatabaseClock(InstantSource system, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.zero = nanos(system.instant()) - nanoTime.getAsLong();
    }

    /**
     * Looks at once, and every five seconds from then on.
     *
     * @return fails where the first look does
     */
    public Future<Void> follow(Database database, Timers timers) {
        return look(database).onSuccess(done -> timers.every(LOOK_EVERY, () -> look(database)));
    }

    /** A look that fails moves nothing; the next one comes. */
    private Future<Void> look(Database database) {
        long asked = nanoTime.getAsLong();
        return database.execute(LOOK)
                .timeout(LOOK_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> {
                    heard(asked, rows.iterator().next().getLong("micros") * 1_000, nanoTime.getAsLong());
                    return null;
                });
    }

    /** Looks may overlap: each moves it to where it agrees. */
    synchronized void heard(long askedNanos, long databaseNanos, long heardNanos) {
        long before = zero;
        zero = Math.clamp(before, databaseNanos - heardNanos, databaseNanos - askedNanos);
        long movedMillis = (zero - before) / 1_000_000;
        if (Math.abs(movedMillis) >= MOVE_LOGGED_MILLIS_MIN) {
            LOG.warn("event=clock-moved millis={}", movedMillis);
        }
    }

    @Override
    public Instant instant() {
        long nanos = zero + nanoTime.getAsLong();
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_A_SECOND), Math.floorMod(nanos, NANOS_A_SECOND));
    }

    @Override
    public long millis() {
        return (zero + nanoTime.getAsLong()) / 1_000_000;
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_A_SECOND), instant.getNano());
    }
}
