package io.jishi.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
    private final ManualTime time = new ManualTime(Instant.ofEpochSecond(1_000));

    @Test
    @DisplayName("[LR4] a burst at once, then one a period, each person for themselves")
    void burstThenSteady() {
        TokenBuckets<String> buckets = new TokenBuckets<>(time, 3, 1_000, 10);
        assertThat(takes(buckets, "a", 5)).isEqualTo(3);
        assertThat(buckets.take("b")).isTrue();
        time.pass(Duration.ofMillis(999));
        assertThat(buckets.take("a")).isFalse();
        time.pass(Duration.ofMillis(1));
        assertThat(takes(buckets, "a", 5)).isEqualTo(1);
        time.pass(Duration.ofHours(1));
        assertThat(takes(buckets, "a", 5)).isEqualTo(3);
    }

    @Test
    @DisplayName("[LR4] in no stretch of time does anybody get more than the burst and the periods in it")
    void neverMore() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int burst = 1 + random.nextInt(5);
        int period = 10 + random.nextInt(100);
        TokenBuckets<String> buckets = new TokenBuckets<>(time, burst, period, 10);
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            time.pass(Duration.ofMillis(random.nextInt(period)));
            if (buckets.take("a")) {
                taken.add(time.millis());
            }
        }
        for (int from = 0; from < taken.size(); from++) {
            for (int to = from; to < Math.min(taken.size(), from + 50); to++) {
                long stretch = taken.get(to) - taken.get(from);
                assertThat(to - from + 1).as("seed %d", seed).isLessThanOrEqualTo((int) (burst + stretch / period));
            }
        }
    }

    @Test
    @DisplayName("[LR4] the table of rates is bounded; whoever was unheard of for longest leaves it")
    void bounded() {
        TokenBuckets<Integer> buckets = new TokenBuckets<>(time, 1, 1_000, 100);
        for (int i = 0; i < 1_000; i++) {
            buckets.take(i);
        }
        assertThat(buckets.size()).isEqualTo(100);
        assertThat(buckets.take(999)).isFalse();
        assertThat(buckets.take(0)).isTrue();
    }

    private static int takes(TokenBuckets<String> buckets, String who, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += buckets.take(who) ? 1 : 0;
        }
        return taken;
    }
}
