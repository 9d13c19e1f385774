package io.jishi.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import io.jishi.core.Settings;
import io.jishi.edge.OpenNode;
import io.jishi.realtime.Attendance;
import io.jishi.realtime.ChannelRule;
import io.jishi.realtime.DeliveryClass;
import io.jishi.realtime.Fanout;
import io.jishi.realtime.FanoutContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HazelcastFanoutTest extends FanoutContract {
    private static final ChannelRule RULE = ChannelRule.of(DeliveryClass.LOSSLESS, 10, 600);
    private static final List<Integer> PORTS = List.of(OpenNode.freePort(), OpenNode.freePort(), OpenNode.freePort());
    private static ClusterNode one;
    private static ClusterNode two;

    @BeforeAll
    static void start() {
        one = join(0);
        two = join(1);
    }

    @AfterAll
    static void stop() {
        List.of(one, two).forEach(node -> {
            node.closeVertx().await();
            node.leave();
        });
    }

    private static ClusterNode join(int index) {
        return join(index, 1);
    }

    private static ClusterNode join(int index, int publishSizeMin) {
        String members =
                String.join(",", PORTS.stream().map(port -> "127.0.0.1:" + port).toList());
        Settings settings = Settings.defaults()
                .with(ClusterSettings.DISCOVERY, ClusterSettings.Discovery.MEMBERS)
                .with(ClusterSettings.NAME, "fanout-" + PORTS.get(0))
                .with(ClusterSettings.PORT, PORTS.get(index))
                .with(ClusterSettings.MEMBERS, members)
                .with(ClusterSettings.PUBLISH_SIZE_MIN, publishSizeMin);
        return ClusterNode.join(
                settings, Vertx.builder(), new VertxOptions().setEventLoopPoolSize(1), InstantSource.system());
    }

    @Override
    protected List<Fanout> nodes() {
        return List.of(one.fanout(), two.fanout());
    }

    /** Tells an object that is kept from its copies. */
    private static final class Identity implements EntryProcessor<String, Attendance, Integer>, ReadOnly {
        private static final long serialVersionUID = 1;

        @Override
        public Integer process(Map.Entry<String, Attendance> entry) {
            return System.identityHashCode(entry.getValue());
        }
    }

    private static int identityOfPresence(String channel) {
        HazelcastInstance any = Hazelcast.getAllHazelcastInstances().stream()
                .filter(each -> each.getConfig().getClusterName().equals("fanout-" + PORTS.get(0)))
                .findFirst()
                .orElseThrow();
        return any.<String, Attendance>getMap(HazelcastConfiguration.PRESENCE).executeOnKey(channel, new Identity());
    }

    @Test
    @DisplayName("[RT70] who comes changes a room's presence where it is; nothing of it is copied or sent")
    void presenceInPlace() {
        String channel = "log:" + UUID.randomUUID();
        one.fanout()
                .enter(channel, new Fanout.Attendee("first", "u", Buffer.buffer("{}"), false), RULE)
                .await();
        int kept = identityOfPresence(channel);
        List<Future<Integer>> entering = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            Fanout.Attendee attendee =
                    new Fanout.Attendee(UUID.randomUUID().toString(), "u", Buffer.buffer("{}"), false);
            entering.add((i % 2 == 0 ? one : two).fanout().enter(channel, attendee, RULE));
        }
        Future.all(entering).await();
        assertThat(identityOfPresence(channel)).isEqualTo(kept);
        assertThat(two.fanout().headcount(channel).await().clients()).isEqualTo(3_001);
    }

    @Test
    @DisplayName("[CL30] a node that sees too few others appends nothing, and reads; those that see enough go on")
    void tooFew() {
        String channel = "log:" + UUID.randomUUID();
        List<Fanout.Draft> drafts = List.of(new Fanout.Draft("", Buffer.buffer("{}"), null, 1_800_000_000_000L));
        assertThat(two.fanout()
                        .append(channel, drafts, System.nanoTime(), RULE)
                        .await()
                        .firstOffset())
                .isEqualTo(1);
        ClusterNode three = join(2, 4);
        try {
            assertThatThrownBy(() ->
                            three.fanout().append(channel, drafts, 1, RULE).await())
                    .hasMessageContaining("only 3 members");
            assertThat(three.fanout().latest(channel, 10, RULE).await().topOffset())
                    .isEqualTo(1);
            assertThat(one.fanout()
                            .append(channel, drafts, System.nanoTime(), RULE)
                            .await()
                            .firstOffset())
                    .isEqualTo(2);
        } finally {
            three.closeVertx().await();
            three.leave();
        }
    }

    @Test
    @DisplayName("[CL4] a dead member's interest and presence are cleaned up; logs survive it")
    void death() {
        ClusterNode three = join(2);
        List<String> channels = java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> "log:" + UUID.randomUUID())
                .toList();
        for (String channel : channels) {
            three.fanout().join(channel, RULE).await();
            three.fanout()
                    .append(
                            channel,
                            List.of(new Fanout.Draft("", Buffer.buffer("{}"), null, 1_800_000_000_000L)),
                            1,
                            RULE)
                    .await();
            three.fanout()
                    .enter(channel, new Fanout.Attendee("c", "u", Buffer.buffer("{}"), false), RULE)
                    .await();
        }
        three.terminate();
        three.vertx().close();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(one.membership().members()).hasSize(2));
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            for (String channel : channels) {
                assertThat(two.fanout().present(channel).await().clients()).isZero();
                Fanout.Appended appended = one.fanout()
                        .append(
                                channel,
                                List.of(new Fanout.Draft("", Buffer.buffer("{}"), null, 1_800_000_000_000L)),
                                System.nanoTime(),
                                RULE)
                        .await();
                assertThat(appended.nodes()).isEmpty();
                assertThat(appended.firstOffset()).isGreaterThan(1);
            }
        });
    }
}
