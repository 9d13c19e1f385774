package io.jishi.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Attempts attempts = new Attempts(now::get, 3, Duration.ofSeconds(30));

    @Test
    @DisplayName("[AC13] attempts run out and come back one by one")
    void refills() {
        assertThat(taken("a", 5)).isEqualTo(3);
        now.set(Instant.ofEpochSecond(9));
        assertThat(taken("a", 1)).isZero();
        now.set(Instant.ofEpochSecond(10));
        assertThat(taken("a", 2)).isEqualTo(1);
        now.set(Instant.ofEpochSecond(1_000));
        assertThat(taken("a", 5)).isEqualTo(3);
    }

    @Test
    @DisplayName("[AC13] an attempt that is given back can be taken again, and none beyond the bucket")
    void givenBack() {
        taken("a", 3);
        attempts.giveBack("a");
        assertThat(taken("a", 2)).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            attempts.giveBack("a");
        }
        assertThat(taken("a", 10)).isEqualTo(3);
    }

    @Test
    @DisplayName("[AC13] a clock that steps back gives nothing")
    void clockStepsBack() {
        now.set(Instant.ofEpochSecond(100));
        taken("a", 3);
        now.set(Instant.EPOCH);
        assertThat(taken("a", 1)).isZero();
    }

    @Test
    @DisplayName("[AC13] the memory of attempts is bounded, and the latest are kept")
    void bounded() {
        for (int i = 0; i < 50_000; i++) {
            taken("key" + i, 3);
        }
        assertThat(attempts.keys()).isEqualTo(20_000);
        assertThat(taken("key49999", 1)).isZero();
        assertThat(taken("key0", 1)).isEqualTo(1);
    }

    private int taken(String key, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += attempts.take(key) ? 1 : 0;
        }
        return taken;
    }
}
