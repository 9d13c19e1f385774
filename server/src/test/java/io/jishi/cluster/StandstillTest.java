package io.jishi.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private final List<String> expelled = new ArrayList<>();
    private long nanos = 7;
    private int members = 2;

    private final Standstill standstill =
            new Standstill(() -> nanos, () -> members, Duration.ofSeconds(3), expelled::add);

    @Test
    @DisplayName("[CL12] a member that stood still for longer than the others wait is told, with the time")
    void stoodStill() {
        pass(Duration.ofMillis(100));
        pass(Duration.ofMillis(3_001));

        assertThat(expelled).containsExactly("this process stood still for 3001 ms");
    }

    @Test
    @DisplayName("[CL12] what counts is how many there were before: afterwards each may see itself alone")
    void aloneAfterwards() {
        pass(Duration.ofMillis(100));
        members = 1;
        pass(Duration.ofSeconds(10));

        assertThat(expelled).hasSize(1);
    }

    @Test
    @DisplayName("[CL12] a short pause is nothing, and a node that was alone before goes on after a long one")
    void goesOn() {
        pass(Duration.ofMillis(2_999));
        members = 1;
        pass(Duration.ofMillis(100));
        pass(Duration.ofHours(8));

        assertThat(expelled).isEmpty();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        standstill.tick();
    }
}
