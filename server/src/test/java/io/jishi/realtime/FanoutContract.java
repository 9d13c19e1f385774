package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.realtime.Fanout.Appended;
import io.jishi.realtime.Fanout.Draft;
import io.jishi.realtime.Fanout.Slice;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link Fanout} does, shown on two nodes. */
public abstract class FanoutContract {
    private static final ChannelRule RULE = ChannelRule.of(DeliveryClass.LOSSLESS, 10, 600);
    private static final AtomicLong SEQUENCES = new AtomicLong();

    private final String channel = "log:" + UUID.randomUUID();
    private final Map<String, List<Long>> heard = new ConcurrentHashMap<>();

    /** Two nodes of one cluster, the same for all tests of a class or fresh ones. */
    protected abstract List<Fanout> nodes();

    private Fanout one() {
        return nodes().get(0);
    }

    private Fanout two() {
        return nodes().get(1);
    }

    private static List<Draft> drafts(int count) {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drafts.add(new Draft("k" + i, Buffer.buffer("{\"i\":" + i + "}"), null, System.currentTimeMillis()));
        }
        return drafts;
    }

    private static Appended append(Fanout node, String channel, int count) {
        return node.append(channel, drafts(count), SEQUENCES.incrementAndGet(), RULE)
                .await();
    }

    private void listen(Fanout node, String name) {
        heard.put(name, new CopyOnWriteArrayList<>());
        node.listen(new Fanout.Listener() {
            @Override
            public void published(String where, String epoch, List<Publication> publications) {
                if (where.equals(channel)) {
                    publications.forEach(p -> heard.get(name).add(p.offset()));
                }
            }

            @Override
            public void membersChanged() {}
        });
    }

    @Test
    @DisplayName("[RT7] a log has one sequence of offsets for all nodes, and one epoch")
    void oneSequence() {
        Appended first = append(one(), channel, 2);
        Appended second = append(two(), channel, 3);
        assertThat(first.firstOffset()).isEqualTo(1);
        assertThat(second.firstOffset()).isEqualTo(3);
        assertThat(second.epoch()).isEqualTo(first.epoch()).isNotEmpty();
    }

    @Test
    @DisplayName("[RT8] a batch that is carried out twice is appended once")
    void repeated() {
        long sequence = SEQUENCES.incrementAndGet();
        Appended once = one().append(channel, drafts(2), sequence, RULE).await();
        Appended again = one().append(channel, drafts(2), sequence, RULE).await();
        assertThat(again.firstOffset()).isEqualTo(once.firstOffset());
        assertThat(one().latest(channel, 10, RULE).await().topOffset()).isEqualTo(2);
    }

    @Test
    @DisplayName("[RT9] only nodes that have joined a channel are sent its publications")
    void interest() {
        listen(one(), "one");
        listen(two(), "two");
        append(one(), channel, 1);
        assertThat(two().join(channel, RULE).await().offset()).isEqualTo(1);
        assertThat(append(one(), channel, 2).nodes()).hasSize(1);
        await().untilAsserted(() -> assertThat(heard.get("two")).containsExactly(2L, 3L));
        two().leave(channel, RULE).await();
        assertThat(append(one(), channel, 1).nodes()).isEmpty();
        assertThat(heard.get("one")).isEmpty();
        assertThat(heard.get("two")).hasSize(2);
    }

    @Test
    @DisplayName("[RT10] a log keeps the last publications up to its size, and says where something is missing")
    void history() {
        append(one(), channel, 8);
        append(two(), channel, 8);
        Slice whole = two().read(channel, 6, 100, RULE).await();
        assertThat(whole.complete()).isTrue();
        assertThat(whole.publications())
                .extracting(Publication::offset)
                .containsExactly(7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L);
        assertThat(whole.publications().get(2).data().toString()).isEqualTo("{\"i\":0}");
        assertThat(two().read(channel, 5, 100, RULE).await().complete()).isFalse();
        assertThat(one().read(channel, 16, 100, RULE).await().complete()).isTrue();
        assertThat(one().latest(channel, 3, RULE).await().publications())
                .extracting(Publication::offset)
                .containsExactly(14L, 15L, 16L);
    }

    @Test
    @DisplayName("[RT11] presence is one set for all nodes")
    void presence() {
        one().enter(channel, "a", Buffer.buffer("{\"user\":\"ann\"}")).await();
        two().enter(channel, "b", Buffer.buffer("{\"user\":\"bob\"}")).await();
        assertThat(one().present(channel).await()).containsOnlyKeys("a", "b");
        two().exit(channel, "a").await();
        assertThat(one().present(channel).await()).containsOnlyKeys("b");
    }
}
