package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.realtime.Fanout.Appended;
import io.jishi.realtime.Fanout.Draft;
import io.jishi.realtime.Fanout.Slice;
import io.vertx.core.Future;
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
    private static final ChannelRule RULE =
            ChannelRules.parse("""
            anonymous: true
            development-only: true
            channels: {log: {class: lossless, history-size: 10, history-seconds: 600, presence-max: 20}}
            """).of(new ChannelName("log:1")).orElseThrow();
    private static final AtomicLong SEQUENCES = new AtomicLong();

    private final String channel = "log:" + UUID.randomUUID();
    private final List<String> moves = new CopyOnWriteArrayList<>();
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
            public void moved(String where, Fanout.Move move) {
                if (where.equals(channel)) {
                    moves.add(name + (move.came() ? " came " : " went ") + move.info());
                }
            }

            @Override
            public void crowd(String node, boolean whole, Map<String, Integer> counts) {
                moves.add(name + " crowd " + node + whole + counts);
            }

            @Override
            public void died(String node) {}

            @Override
            public void passed(String where, Draft draft) {
                if (where.equals(channel)) {
                    moves.add(name + " passed " + draft.data() + draft.tags());
                }
            }

            @Override
            public Future<Void> departed(String where, int size, List<Buffer> infos) {
                return Future.succeededFuture();
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
    @DisplayName("[PR13] of a log no more is read than is asked for, in either direction, and nothing of another epoch")
    void pages() {
        String epoch = append(one(), channel, 8).epoch();
        assertThat(offsets(Fanout.Page.behind(2, 3))).containsExactly(3L, 4L, 5L);
        assertThat(offsets(Fanout.Page.before(7, 3))).containsExactly(4L, 5L, 6L);
        assertThat(offsets(Fanout.Page.before(2, 3).of(epoch))).containsExactly(1L);
        assertThat(offsets(Fanout.Page.behind(2, 3).of("other"))).isEmpty();
        assertThat(offsets(Fanout.Page.behind(2, 0))).isEmpty();
        Slice other =
                two().read(channel, Fanout.Page.before(7, 3).of("other"), RULE).await();
        assertThat(other.publications()).isEmpty();
        assertThat(other.epoch()).isEqualTo(epoch);
        assertThat(other.topOffset()).isEqualTo(8);
    }

    private List<Long> offsets(Fanout.Page page) {
        return two().read(channel, page, RULE).await().publications().stream()
                .map(Publication::offset)
                .toList();
    }

    @Test
    @DisplayName("[RT30] who has many connections on a node is told to the others, not to the node itself")
    void crowd() {
        listen(one(), "one");
        listen(two(), "two");
        one().crowd(true, Map.of("ann", 7));
        two().crowd(false, Map.of("ann", 0));
        await().untilAsserted(() -> assertThat(moves)
                .containsExactlyInAnyOrder(
                        "two crowd " + one().self() + "true{ann=7}", "one crowd " + two().self() + "false{ann=0}"));
    }

    private static Draft once(String key, long version, String versionEpoch) {
        Fanout.Once once = new Fanout.Once(key, version, versionEpoch);
        return new Draft("", Buffer.buffer("{}"), null, System.currentTimeMillis(), Map.of("t", "1"), once);
    }

    private Appended append(Fanout node, Draft draft) {
        return node.append(channel, List.of(draft), SEQUENCES.incrementAndGet(), RULE)
                .await();
    }

    @Test
    @DisplayName("[RT73] what was published with a key is not published again by another node; nor is an older version")
    void onlyOnce() {
        listen(two(), "two");
        two().join(channel, RULE).await();
        append(one(), channel, 2);
        Appended first = append(one(), once("k", 0, ""));
        assertThat(append(two(), once("k", 0, ""))).isEqualTo(new Appended(first.epoch(), 3, java.util.Set.of()));
        assertThat(append(two(), once("other", 0, "")).firstOffset()).isEqualTo(4);
        assertThat(append(one(), once("", 7, "a")).firstOffset()).isEqualTo(5);
        assertThat(append(two(), once("", 7, "a")).nodes()).isEmpty();
        assertThat(append(two(), once("", 6, "a")).nodes()).isEmpty();
        assertThat(append(two(), once("", 6, "b")).firstOffset()).isEqualTo(6);
        await().untilAsserted(() -> assertThat(heard.get("two")).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L));
        List<Publication> kept = one().latest(channel, 10, RULE).await().publications();
        assertThat(kept).hasSize(6);
        assertThat(kept.get(5).tags()).containsOnly(Map.entry("t", "1"));
        assertThat(kept.get(0).tags()).isEmpty();
    }

    @Test
    @DisplayName("[RT72] what no history keeps goes to the nodes that hear the channel, and leaves no trace")
    void passing() {
        listen(one(), "one");
        listen(two(), "two");
        two().join(channel, RULE).await();
        one().pass(channel, once("", 0, ""), RULE).await();
        await().untilAsserted(() -> assertThat(moves).containsExactly("two passed {}{t=1}"));
        assertThat(two().latest(channel, 10, RULE).await().topOffset()).isZero();
    }

    private Fanout.Attendee attendee(String client, String user) {
        return new Fanout.Attendee(client, user, Buffer.buffer("{\"user\":\"" + user + "\"}"), true);
    }

    @Test
    @DisplayName("[RT11] presence is one set for all nodes")
    void presence() {
        assertThat(one().enter(channel, attendee("a", "ann"), RULE).await()).isEqualTo(1);
        assertThat(two().enter(channel, attendee("b", "bob"), RULE).await()).isEqualTo(2);
        assertThat(two().enter(channel, attendee("c", "bob"), RULE).await()).isEqualTo(3);
        assertThat(two().enter(channel, attendee("b", "bob"), RULE).await()).isEqualTo(3);
        assertThat(one().present(channel).await().infos()).containsOnlyKeys("a", "b", "c");
        assertThat(one().present(channel).await().infos().get("a").toString()).isEqualTo("{\"user\":\"ann\"}");
        assertThat(one().headcount(channel).await()).isEqualTo(new Fanout.Presence(Map.of(), 3, 2));
        assertThat(two().exit(channel, "a").await()).isEqualTo(2);
        assertThat(one().present(channel).await().infos()).containsOnlyKeys("b", "c");
    }

    @Test
    @DisplayName("[RT17] beyond a channel's limit clients are counted, each as a user, and counted out again")
    void counted() {
        int known = RULE.presenceMax();
        for (int i = 0; i < known + 3; i++) {
            (i % 2 == 0 ? one() : two())
                    .enter(channel, attendee("c" + i, "u"), RULE)
                    .await();
        }
        Fanout.Presence full = one().present(channel).await();
        assertThat(full.infos())
                .as("no part of a list is shown as if it were all")
                .isEmpty();
        assertThat(full.clients()).isEqualTo(known + 3);
        assertThat(full.users()).isEqualTo(4);
        assertThat(one().exit(channel, "c" + known).await()).isEqualTo(known + 2);
        assertThat(one().exit(channel, "c0").await()).isEqualTo(known + 1);
        assertThat(two().headcount(channel).await().clients()).isEqualTo(known + 1);
    }

    @Test
    @DisplayName("[RT18] who comes and goes is told to the nodes that hear the channel, and to no other")
    void moves() {
        listen(one(), "one");
        listen(two(), "two");
        one().tell(channel, new Fanout.Move(true, Buffer.buffer("{}")), RULE).await();
        two().join(channel, RULE).await();
        one().tell(channel, new Fanout.Move(true, Buffer.buffer("{\"user\":\"a\"}")), RULE)
                .await();
        two().tell(channel, new Fanout.Move(false, Buffer.buffer("{\"user\":\"b\"}")), RULE)
                .await();
        await().untilAsserted(() ->
                assertThat(moves).containsExactlyInAnyOrder("two came {\"user\":\"a\"}", "two went {\"user\":\"b\"}"));
        assertThat(two().latest(channel, 10, RULE).await().topOffset()).isZero();
    }
}
