package io.jishi.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jishi.core.RealTimers;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicReference<Instant> system = new AtomicReference<>(Instant.ofEpochSecond(1_000));
    private final AtomicLong monotonic = new AtomicLong(-7 * SECOND);
    private final DatabaseClock clock = new DatabaseClock(system::get, monotonic::get);

    @Test
    @DisplayName("[CL14] a clock that jumps on the machine moves no deadline: time goes on as the monotonic clock does")
    void jumps() {
        system.set(Instant.ofEpochSecond(4_600));
        monotonic.addAndGet(2 * SECOND);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(1_002));
        assertThat(clock.millis()).isEqualTo(1_002_000);
    }

    @Test
    @DisplayName("[CL14] a look moves the clock into what its question and its answer leave open, and no further")
    void looks() {
        long asked = monotonic.get();
        clock.heard(asked, 5_000 * SECOND, asked + SECOND);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(4_999)); // it was told 5,000 within a second
        clock.heard(asked, 4_999 * SECOND + 1, asked + SECOND / 10);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(4_999)); // a look that agrees
        clock.heard(asked, 4_000 * SECOND, asked + SECOND / 10);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(4_000));
        clock.heard(asked, 6_000 * SECOND, asked + 3_000 * SECOND);
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(4_000)); // so slow that it says nothing
    }

    @Test
    @DisplayName("[CL14] a node whose clock is an hour off has the database's time as soon as it has looked")
    void follows() {
        Vertx vertx = Vertx.vertx();
        TestDatabase testDatabase = TestDatabase.create();
        Database database = testDatabase.open(vertx);
        try (RealTimers timers = new RealTimers()) {
            DatabaseClock ahead = new DatabaseClock(
                    InstantSource.offset(InstantSource.system(), Duration.ofHours(1)), System::nanoTime);
            assertThat(ahead.instant()).isAfter(Instant.now().plusSeconds(3_000));
            ahead.follow(database, timers).await();
            assertThat(ahead.instant()).isCloseTo(Instant.now(), within(1, ChronoUnit.SECONDS));
        } finally {
            database.close().await();
            testDatabase.close();
            vertx.close().await();
        }
    }
}
