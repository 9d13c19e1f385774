package io.jishi.liverooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FreshReadsTest {
    private final ManualTime time = new ManualTime(Instant.ofEpochSecond(1_000));
    private final List<Promise<String>> reads = new ArrayList<>();
    private final FreshReads<Integer, String> fresh = new FreshReads<>(time, 1_000, 60_000, 10, key -> {
        Promise<String> read = Promise.promise();
        reads.add(read);
        return read.future();
    });

    @Test
    @DisplayName("[LR2] a hot room costs one read a moment, and many who ask at once share it")
    void shared() {
        Future<String> a = fresh.get(1);
        Future<String> b = fresh.get(1);
        reads.get(0).complete("one");
        assertThat(List.of(a.result(), b.result(), fresh.get(1).result())).containsOnly("one");
        assertThat(reads).hasSize(1);
        time.pass(Duration.ofSeconds(1));
        fresh.get(1);
        assertThat(reads).hasSize(2);
    }

    @Test
    @DisplayName("[LR2] what another node changed is read again at once, not an answer that was under way")
    void forgotten() {
        fresh.get(1);
        fresh.forget(1);
        Future<String> after = fresh.get(1);
        reads.get(0).complete("old");
        assertThat(after.isComplete()).isFalse();
        reads.get(1).complete("new");
        assertThat(after.result()).isEqualTo("new");
        assertThat(fresh.get(1).result()).isEqualTo("new");
    }

    @Test
    @DisplayName("[LR2] an old answer that comes late does not take the place of a newer one")
    void late() {
        fresh.get(1);
        time.pass(Duration.ofMillis(10));
        fresh.read(1);
        reads.get(1).complete("new");
        reads.get(0).complete("old");
        assertThat(fresh.get(1).result()).isEqualTo("new");
    }

    @Test
    @DisplayName("[LR2] while the database is away what was read last stays in use")
    void away() {
        fresh.get(1);
        reads.get(0).complete("kept");
        time.pass(Duration.ofSeconds(2));
        Future<String> asked = fresh.get(1);
        reads.get(1).fail("away");
        assertThat(asked.result()).isEqualTo("kept");
        Future<String> unknown = fresh.get(2);
        reads.get(2).fail("away");
        assertThat(unknown.failed()).isTrue();
    }
}
