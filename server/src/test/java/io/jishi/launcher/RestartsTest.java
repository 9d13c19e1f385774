package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RestartsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    @DisplayName("[UP9] a process that keeps dying is started later and later, five times a minute at the most")
    void backsOff() {
        Restarts restarts = new Restarts();
        List<Optional<Duration>> pauses =
                Stream.generate(() -> restarts.next(START)).limit(6).toList();
        assertThat(pauses)
                .containsExactly(
                        Optional.of(Duration.ZERO),
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.of(Duration.ofSeconds(2)),
                        Optional.of(Duration.ofSeconds(4)),
                        Optional.of(Duration.ofSeconds(8)),
                        Optional.empty());
    }

    @Test
    @DisplayName("[UP9] after a quiet minute it is started at once again")
    void forgets() {
        Restarts restarts = new Restarts();
        for (int i = 0; i < Restarts.PER_MINUTE_MAX; i++) {
            restarts.next(START);
        }
        assertThat(restarts.next(START.plusSeconds(60))).isEmpty();
        assertThat(restarts.next(START.plusSeconds(61))).contains(Duration.ZERO);
    }
}
