package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.PresenceResult;
import io.github.centrifugal.centrifuge.PresenceStatsResult;
import io.github.centrifugal.centrifuge.StreamPosition;
import io.github.centrifugal.centrifuge.SubscriptionOptions;
import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.RealtimeSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The maintained Java SDK (Protobuf) against two nodes of a real cluster. */
class SdkTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static OpenNode one;
    private static OpenNode two;

    @BeforeAll
    static void start() {
        List<Integer> ports = List.of(OpenNode.freePort(), OpenNode.freePort());
        Settings settings = Settings.defaults().with(RealtimeSettings.PING_SECONDS, 1);
        one = OpenNode.start(ports, 0, settings);
        // the SDK's WebSockets offer compression: one node agrees, the other does not
        two = OpenNode.start(ports, 1, settings.with(Deflate.ENABLED, true).with(Deflate.BYTES_MIN, 1));
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
    }

    private static String channel() {
        return "recovery:" + UUID.randomUUID();
    }

    private static void subscribed(SdkClient.Heard heard, int times) {
        await().atMost(SOON).untilAsserted(() -> assertThat(heard.subscribed).hasSize(times));
    }

    @Test
    @DisplayName("[RT1] what is published on one node is heard once and in order on every node")
    void acrossNodes() {
        String channel = channel();
        try (SdkClient a = new SdkClient(one.url(), "ann");
                SdkClient b = new SdkClient(two.url(), "bob")) {
            SdkClient.Heard onOne = a.subscribe(channel);
            SdkClient.Heard onTwo = b.subscribe(channel);
            subscribed(onOne, 1);
            subscribed(onTwo, 1);
            for (int i = 0; i < 200; i++) {
                (i % 2 == 0 ? one : two).hub().publish(new ChannelName(channel), Map.of("n", i));
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(onOne.offsets).hasSize(200));
            await().atMost(SOON).untilAsserted(() -> assertThat(onTwo.offsets).hasSize(200));
            assertThat(onOne.offsets)
                    .isEqualTo(IntStream.rangeClosed(1, 200)
                            .mapToObj(Long::valueOf)
                            .toList());
            assertThat(onTwo.offsets).isEqualTo(onOne.offsets);
            assertThat(onTwo.data).isEqualTo(onOne.data).doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("[PR1] publish, rpc, history, presence and presence stats answer as the SDK expects")
    void requests() {
        String channel = channel();
        try (SdkClient a = new SdkClient(one.url(), "ann");
                SdkClient b = new SdkClient(two.url(), "bob")) {
            subscribed(a.subscribe(channel), 1);
            subscribed(b.subscribe(channel), 1);
            for (int i = 1; i <= 5; i++) {
                a.publish(channel, "{\"n\":" + i + "}");
            }
            assertThat(b.rpc("catalog.products", "{\"text\":\"hello \"}")).isEqualTo("{\"text\":\"hello bob\"}");
            HistoryResult last = SdkClient.await(done -> b.client()
                    .history(
                            channel,
                            new HistoryOptions.Builder()
                                    .withLimit(2)
                                    .withReverse(true)
                                    .build(),
                            done));
            assertThat(last.getOffset()).isEqualTo(5);
            assertThat(last.getPublications()).extracting(p -> p.getOffset()).containsExactly(5L, 4L);
            assertThat(last.getPublications().get(0).getInfo().getUser()).isEqualTo("ann");
            HistoryResult since = SdkClient.await(done -> b.client()
                    .history(
                            channel,
                            new HistoryOptions.Builder()
                                    .withLimit(-1)
                                    .withSince(new StreamPosition(3, last.getEpoch()))
                                    .build(),
                            done));
            assertThat(since.getPublications()).extracting(p -> p.getOffset()).containsExactly(4L, 5L);
            PresenceResult present = SdkClient.await(done -> a.client().presence(channel, done));
            assertThat(present.getClients().values())
                    .extracting(info -> info.getUser())
                    .containsExactlyInAnyOrder("ann", "bob");
            PresenceStatsResult stats = SdkClient.await(done -> a.client().presenceStats(channel, done));
            assertThat(stats.getNumClients()).isEqualTo(2);
            assertThat(stats.getNumUsers()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("[PR2] errors carry their declared codes and leave the connection alone")
    void errors() {
        try (SdkClient a = new SdkClient(one.url(), "ann")) {
            assertThatThrownBy(() -> a.rpc("no.such", "{}"))
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("method not found");
            assertThatThrownBy(() -> a.rpc("catalog.products", "{\"other\":1}")).hasMessageContaining("bad request");
            assertThatThrownBy(() -> a.publish("nowhere:1", "{}")).hasMessageContaining("unknown channel");
            assertThat(a.rpc("catalog.products", "{\"text\":\"\"}")).contains("ann");
            assertThat(a.events).containsOnlyOnce("connected").hasSize(1);
        }
    }

    @Test
    @DisplayName("[PR20] what is not JSON is refused by itself, and numbers come as they were sent")
    void data() {
        String channel = channel();
        String numbers = "[0.1234567890123456789,10.00,1E+400,1E-7,12345678901234567890123]";
        try (SdkClient a = new SdkClient(one.url(), "ann")) {
            SdkClient.Heard heard = a.subscribe(channel);
            subscribed(heard, 1);
            assertThatThrownBy(() -> a.publish(channel, "no JSON")).hasMessageContaining("bad request");
            assertThatThrownBy(() -> a.rpc("catalog.products", "no JSON")).hasMessageContaining("bad request");
            a.publish(channel, numbers);
            await().atMost(SOON).untilAsserted(() -> assertThat(heard.data).containsExactly(numbers));
            assertThat(a.events).containsExactly("connected");
        }
    }

    @Test
    @DisplayName("[RT2] a client that is cut off recovers on another node: nothing missing, nothing twice")
    void recovery() {
        String channel = channel();
        try (Switchboard board = new Switchboard(one.url());
                SdkClient a = new SdkClient(board.url(), "ann")) {
            SdkClient.Heard heard = a.subscribe(channel);
            subscribed(heard, 1);
            for (int round = 0; round < 6; round++) {
                publish(channel, 20);
                board.target(round % 2 == 0 ? two.url() : one.url());
                board.cut();
                publish(channel, 20);
                subscribed(heard, round + 2);
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(heard.offsets).hasSize(240));
            assertThat(heard.offsets)
                    .isEqualTo(IntStream.rangeClosed(1, 240)
                            .mapToObj(Long::valueOf)
                            .toList());
            assertThat(heard.subscribed.subList(1, 7)).allMatch(event -> event.getRecovered());
        }
    }

    private static void publish(String channel, int count) {
        for (int i = 0; i < count; i++) {
            (i % 3 == 0 ? one : two).hub().publish(new ChannelName(channel), Map.of("n", i));
        }
    }

    @Test
    @DisplayName("[RT3] where history is too short to recover, the client is told so")
    void tooLongAway() {
        String channel = "smallhistory:" + UUID.randomUUID();
        try (Switchboard board = new Switchboard(one.url());
                SdkClient a = new SdkClient(board.url(), "ann")) {
            SdkClient.Heard heard = a.subscribe(channel);
            subscribed(heard, 1);
            board.target("ws://127.0.0.1:1/");
            board.cut();
            publish(channel, 10);
            one.hub().history(new ChannelName(channel), 5).await();
            board.target(two.url());
            subscribed(heard, 2);
            assertThat(heard.subscribed.get(1).wasRecovering()).isTrue();
            assertThat(heard.subscribed.get(1).getRecovered()).isFalse();
        }
    }

    @Test
    @DisplayName("[PR3] a token that expires is refreshed without a new connection")
    void refresh() {
        AtomicInteger fetched = new AtomicInteger();
        try (SdkClient a = new SdkClient(one.url(), () -> "ann/" + (fetched.incrementAndGet() < 3 ? 2 : 600))) {
            await().atMost(SOON).untilAsserted(() -> assertThat(fetched).hasValueGreaterThanOrEqualTo(3));
            assertThat(a.rpc("catalog.products", "{\"text\":\"\"}")).contains("ann");
            assertThat(a.events).containsExactly("connected");
        }
    }

    @Test
    @DisplayName("[PR4] an expired token is answered so that the client fetches another; a forged one ends it")
    void badTokens() {
        AtomicInteger fetched = new AtomicInteger();
        try (SdkClient a = new SdkClient(one.url(), () -> fetched.incrementAndGet() == 1 ? OpenNode.EXPIRED : "ann")) {
            await().atMost(SOON).untilAsserted(() -> assertThat(a.events).contains("connected"));
        }
        try (SdkClient b = new SdkClient(one.url(), OpenNode.FORGED)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(b.events).containsExactly("disconnected 3500"));
        }
    }

    @Test
    @DisplayName("[RT18] the SDK hears on one node who comes and goes on another")
    void joinLeave() {
        String channel = UUID.randomUUID().toString();
        SubscriptionOptions options = new SubscriptionOptions();
        options.setJoinLeave(true);
        try (SdkClient a = new SdkClient(one.url(), "ann")) {
            SdkClient.Heard heard = a.subscribe(channel, options);
            subscribed(heard, 1);
            try (SdkClient b = new SdkClient(two.url(), "bob")) {
                subscribed(b.subscribe(channel), 1);
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(heard.moves).containsExactly("join ann", "join bob"));
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(heard.moves).last().isEqualTo("leave bob"));
        }
    }

    @Test
    @DisplayName("[PR10] the SDK keeps a subscription alive with new tokens")
    void subscriptionTokens() {
        String channel = channel();
        AtomicInteger fetched = new AtomicInteger();
        try (SdkClient a = new SdkClient(one.url(), "ann")) {
            SdkClient.Heard heard =
                    a.subscribe(channel, () -> "ann|" + channel + "|" + (fetched.incrementAndGet() < 3 ? 2 : 600));
            await().atMost(SOON).untilAsserted(() -> assertThat(fetched).hasValueGreaterThanOrEqualTo(3));
            a.publish(channel, "{\"n\":1}");
            await().atMost(SOON).untilAsserted(() -> assertThat(heard.data).hasSize(1));
            assertThat(heard.subscribed).hasSize(1);
            assertThat(SdkClient.text(heard.subscribed.get(0).getData())).isEqualTo("{\"hello\":1}");
            assertThat(a.events).containsExactly("connected");
        }
    }

    @Test
    @DisplayName("[RT4] server-side subscriptions come with the connection and recover like others")
    void serverSide() {
        String user = "u" + UUID.randomUUID();
        String channel = "recovery:" + user;
        try (Switchboard board = new Switchboard(one.url());
                SdkClient a = new SdkClient(board.url(), user)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(a.events).contains("connected"));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                if (i == 10 || i == 20) {
                    board.target(i == 10 ? two.url() : one.url());
                    board.cut();
                }
                two.hub().publish(new ChannelName(channel), Map.of("n", i)).await();
                expected.add(channel + " {\"n\":" + i + "}");
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(a.serverPublications).hasSize(30));
            assertThat(a.serverPublications).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("[RT5] the server's pings keep an idle client connected")
    void pings() {
        try (SdkClient a = new SdkClient(one.url(), "ann")) {
            await().atMost(SOON).untilAsserted(() -> assertThat(a.events).contains("connected"));
            await().pollDelay(Duration.ofSeconds(4))
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(a.rpc("catalog.products", "{\"text\":\"\"}"))
                            .contains("ann"));
            assertThat(a.events).containsExactly("connected");
        }
    }
}
