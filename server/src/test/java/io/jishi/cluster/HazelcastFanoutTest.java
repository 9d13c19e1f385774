package io.jishi.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.edge.OpenNode;
import io.jishi.realtime.ChannelRule;
import io.jishi.realtime.DeliveryClass;
import io.jishi.realtime.Fanout;
import io.jishi.realtime.FanoutContract;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
        String members =
                String.join(",", PORTS.stream().map(port -> "127.0.0.1:" + port).toList());
        Settings settings = Settings.defaults()
                .with(ClusterSettings.DISCOVERY, ClusterSettings.Discovery.MEMBERS)
                .with(ClusterSettings.NAME, "fanout-" + PORTS.get(0))
                .with(ClusterSettings.PORT, PORTS.get(index))
                .with(ClusterSettings.MEMBERS, members);
        return ClusterNode.join(
                settings, Vertx.builder(), new VertxOptions().setEventLoopPoolSize(1), InstantSource.system());
    }

    @Override
    protected List<Fanout> nodes() {
        return List.of(one.fanout(), two.fanout());
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
                    .enter(channel, new Fanout.Attendee("c", "u", Buffer.buffer("{}")), RULE)
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
