package io.jishi.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogPaceTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final LogPace pace = new LogPace(() -> now);

    @Test
    @DisplayName("[HT25] the first is written, then one a minute with the number of those between")
    void pace() {
        assertThat(pace.happened()).isEqualTo(1);
        for (int i = 0; i < 598; i++) {
            now = now.plusMillis(100);
            assertThat(pace.happened()).isZero();
        }
        now = now.plusMillis(200);
        assertThat(pace.happened()).isEqualTo(599);
        assertThat(pace.happened()).isZero();
    }

    @Test
    @DisplayName("[HT25] a clock that is set back silences nothing")
    void clockSetBack() {
        assertThat(pace.happened()).isEqualTo(1);
        now = now.minusSeconds(86_400);
        assertThat(pace.happened()).isEqualTo(1);
    }
}
