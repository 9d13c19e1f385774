package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.RecoveryPublisher.Ack;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecoveryVerdictTest {
    private static final Map<String, Map<Long, Long>> LOGS =
            Map.of("a", Map.of(1L, 11L, 2L, 12L), "b", Map.of(1L, 13L));
    private static final List<Ack> ACKS =
            List.of(new Ack("a", 11, 1, 0, 5), new Ack("a", 12, 2, 6, 9), new Ack("b", 13, 1, 7, 8));

    private static RecoveryVerdict verdict(List<Ack> acks) {
        return RecoveryVerdict.of(acks, LOGS, LOGS);
    }

    @Test
    void what_is_as_it_was_told_has_no_fault() {
        assertThat(verdict(ACKS)).isEqualTo(new RecoveryVerdict(3, 0, 0, 0, 0, 0));
        // answered after the other was sent: either may be first
        assertThat(verdict(List.of(new Ack("a", 11, 1, 6, 9), new Ack("a", 12, 2, 0, 7)))
                        .outOfOrder())
                .isZero();
    }

    @Test
    void every_fault_is_seen() {
        assertThat(verdict(List.of(new Ack("a", 14, 3, 0, 1))).missing()).isEqualTo(1);
        assertThat(verdict(List.of(new Ack("a", 11, 2, 0, 1))).elsewhere()).isEqualTo(1);
        assertThat(verdict(List.of(new Ack("b", 11, 1, 0, 1))).elsewhere()).isEqualTo(1);
        assertThat(RecoveryVerdict.of(ACKS, Map.of("a", Map.of(1L, 11L, 2L, 11L)), Map.of())
                        .doubled())
                .isEqualTo(1);
        assertThat(verdict(List.of(new Ack("a", 12, 2, 0, 3), new Ack("a", 11, 1, 4, 5)))
                        .outOfOrder())
                .isEqualTo(1);
        assertThat(RecoveryVerdict.of(ACKS, LOGS, Map.of("a", Map.of(1L, 12L, 3L, 14L)))
                        .otherwiseHeard())
                .isEqualTo(2);
    }
}
