package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.Settings;
import io.jishi.orders.SandboxProvider.Behaviour;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SandboxSurprisesTest {
    @Test
    @DisplayName(
            "[OR13] the sandbox treats as many payments in any of its ways as it is set to, each always in the same")
    void surprises() {
        assertThat(behaviours(0)).containsOnly(Behaviour.APPROVE);
        List<Behaviour> some = behaviours(60);
        assertThat(some).contains(Behaviour.values()).isEqualTo(behaviours(60));
        assertThat(some.stream().filter(each -> each != Behaviour.APPROVE).count())
                .isBetween(400L, 600L); // five sixths of 60 % of 1,000
    }

    private static List<Behaviour> behaviours(int percent) {
        Settings settings = Settings.defaults().with(SandboxProvider.SURPRISES_PERCENT, percent);
        return LongStream.range(0, 1_000)
                .mapToObj(number -> SandboxProvider.behaviour(settings, Id.of(number << 20)))
                .toList();
    }
}
