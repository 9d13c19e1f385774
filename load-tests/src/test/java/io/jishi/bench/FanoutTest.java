package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FanoutTest {
    @Test
    void a_message_has_its_size_and_carries_its_time() {
        String message = FanoutMessage.of(1_234_567_890L);
        assertThat(message).hasSize(FanoutMessage.BYTES);
        List<Long> times = new ArrayList<>();
        FanoutMessage.times(
                Buffer.buffer("{\"push\":" + message + "}\n{\"push\":" + FanoutMessage.of(7) + "}"), times::add);
        assertThat(times).containsExactly(1_234_567_890L, 7L);
    }

    @Test
    void lines_are_counted_over_the_pieces_of_a_frame() {
        assertThat(FanoutMessage.count(Buffer.buffer("{}\n{}\n{}"), true)).isEqualTo(3);
        assertThat(FanoutMessage.count(Buffer.buffer("{\"a\""), false)).isZero();
        assertThat(FanoutMessage.count(Buffer.buffer(":1}\n{"), false)).isEqualTo(1);
        assertThat(FanoutMessage.count(Buffer.buffer("}"), true)).isEqualTo(1);
    }

    @Test
    void every_listener_of_the_baseline_hears_every_publication(@TempDir Path directory) throws Exception {
        try (Context context = new Context(directory, Map.of(), _ -> {})) {
            FanoutSide side = FanoutBench.startPlain(context, 2);
            try (FanoutCrowd crowd = FanoutCrowd.open(context, side, 40);
                    FanoutPublisher publisher = new FanoutPublisher(side)) {
                publisher.asFastAsHeard(5, 1, crowd::arrived);
                FanoutBench.awaitAll(crowd, publisher, 40);
                int before = publisher.published();
                assertThat(before).isGreaterThan(5);
                crowd.report();
                publisher.atRate(50, 1);
                FanoutBench.awaitAll(crowd, publisher, 40);
                assertThat(publisher.published() - before).isEqualTo(50);
                FanoutCrowd.Latency latency = crowd.report();
                assertThat(latency.count()).isEqualTo(50 * 3); // every sixteenth of 40 sockets
                assertThat(latency.p50()).isPositive().isLessThanOrEqualTo(latency.p99());
                assertThat(side.server().cpu()).isPositive();
            }
        }
    }
}
