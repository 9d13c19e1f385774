package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.RealtimeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HTTP streaming and server-sent events on two nodes of a real cluster. */
class StreamTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final List<BiFunction<String, String, StreamClient>> TRANSPORTS =
            List.of(StreamClient::httpStream, StreamClient::events);
    private static OpenNode one;
    private static OpenNode two;

    @BeforeAll
    static void start() {
        List<Integer> ports = List.of(OpenNode.freePort(), OpenNode.freePort());
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.PING_SECONDS, 1)
                .with(RealtimeSettings.PONG_SECONDS_MAX, 2)
                .with(RealtimeSettings.CONNECT_SECONDS_MAX, 2);
        one = OpenNode.start(ports, 0, settings);
        two = OpenNode.start(ports, 1, settings);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
    }

    private static String channel() {
        return "recovery:" + UUID.randomUUID();
    }

    private static String subscribe(int id, String channel) {
        return "{\"id\":" + id + ",\"subscribe\":{\"channel\":\"" + channel + "\"}}";
    }

    @Test
    @DisplayName("[TR1] a stream hears everything once and in order; what its client sends reaches it through any node")
    void acrossNodes() {
        for (BiFunction<String, String, StreamClient> transport : TRANSPORTS) {
            String channel = channel();
            try (StreamClient client = transport.apply(one.url(""), CONNECT)) {
                client.sendingTo(two.url(""));
                assertThat(client.status).isEqualTo(200);
                assertThat(client.send(subscribe(2, channel))).isEqualTo(204);
                assertThat(client.reply(2).has("subscribe")).isTrue();
                for (int i = 0; i < 50; i++) {
                    (i % 2 == 0 ? one : two).hub().publish(new ChannelName(channel), Map.of("n", i));
                }
                await().atMost(SOON)
                        .untilAsserted(
                                () -> assertThat(client.publications(channel)).hasSize(50));
                assertThat(client.publications(channel))
                        .extracting(publication -> publication.get("offset").asLong())
                        .isEqualTo(IntStream.rangeClosed(1, 50)
                                .mapToObj(Long::valueOf)
                                .toList());
                assertThat(client.send("{\"id\":3,\"publish\":{\"channel\":\"" + channel + "\",\"data\":{\"n\":50}}}\n"
                                + "{\"id\":4,\"presence_stats\":{\"channel\":\"" + channel + "\"}}"))
                        .isEqualTo(204);
                assertThat(client.reply(3).has("publish")).isTrue();
                assertThat(client.reply(4).at("/presence_stats/num_clients").asInt())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    @DisplayName("[TR1] the first request may carry subscriptions behind the connect; each transport says its type")
    void firstCommands() {
        String channel = channel();
        String commands = CONNECT + "\n" + subscribe(2, channel);
        try (StreamClient lines = StreamClient.httpStream(one.url(""), commands);
                StreamClient events = StreamClient.events(two.url(""), commands)) {
            assertThat(lines.contentType).isEqualTo("application/x-ndjson");
            assertThat(events.contentType).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(lines.reply(2).has("subscribe")).isTrue();
            assertThat(events.reply(2).has("subscribe")).isTrue();
        }
    }

    @Test
    @DisplayName("[TR2] a session's secret is long, new each time, and shown to its own client alone")
    void secrets() {
        String channel = channel();
        String commands = CONNECT + "\n" + subscribe(2, channel);
        try (StreamClient client = StreamClient.httpStream(one.url(""), commands);
                StreamClient other = StreamClient.events(two.url(""), commands)) {
            JsonNode mine = client.connected();
            String secret = mine.get("session").asText();
            assertThat(secret)
                    .hasSizeGreaterThanOrEqualTo(32)
                    .isNotEqualTo(mine.get("client").asText());
            assertThat(other.connected().get("session").asText()).isNotEqualTo(secret);
            client.reply(2);
            other.reply(2);
            client.send("{\"id\":3,\"publish\":{\"channel\":\"" + channel + "\",\"data\":{}}}");
            other.send("{\"id\":3,\"presence\":{\"channel\":\"" + channel + "\"}}");
            assertThat(other.reply(3).at("/presence/presence")).hasSize(2);
            await().atMost(SOON).until(() -> other.publications(channel).size() == 1);
            assertThat(other.heard.toString())
                    .contains(mine.get("client").asText())
                    .doesNotContain(secret);
        }
    }

    @Test
    @DisplayName("[TR2] a secret, a client id or a node that is not a session's is 404, on its own node and on others")
    void strangers() {
        try (StreamClient client = StreamClient.httpStream(one.url(""), CONNECT)) {
            JsonNode mine = client.connected();
            String node = mine.get("node").asText();
            String secret = mine.get("session").asText();
            for (OpenNode asked : List.of(one, two)) {
                client.sendingTo(asked.url(""));
                assertThat(client.send(node, "x" + secret.substring(1), "{\"id\":9,\"ping\":{}}"))
                        .isEqualTo(404);
                assertThat(client.send(node, mine.get("client").asText(), "{\"id\":9,\"ping\":{}}"))
                        .isEqualTo(404);
                assertThat(client.send(UUID.randomUUID().toString(), secret, "{\"id\":9,\"ping\":{}}"))
                        .isEqualTo(404);
            }
            assertThat(client.send("{\"id\":5,\"rpc\":{\"method\":\"catalog.products\",\"data\":{\"text\":\"a\"}}}"))
                    .isEqualTo(204);
            assertThat(client.reply(5).at("/rpc/data/text").asText()).isEqualTo("a");
            assertThat(client.heard).noneMatch(message -> message.path("id").asInt() == 9);
        }
    }

    @Test
    @DisplayName("[TR3] a stream that the server closes ends with a push of the code and the reason")
    void closes() {
        for (BiFunction<String, String, StreamClient> transport : TRANSPORTS) {
            expectEnd(transport.apply(one.url(""), "{\"id\":1,\"connect\":{\"token\":\"forged\"}}"), 3500);
            expectEnd(transport.apply(one.url(""), "no command"), 3501);
            expectEnd(transport.apply(one.url(""), "{\"id\":1,\"connect\":{\"token\":\"expired\"}}"), 3502);
        }
    }

    private static void expectEnd(StreamClient client, int code) {
        try (client) {
            JsonNode push = client.first(message -> message.at("/push").has("disconnect"));
            assertThat(push.at("/push/disconnect/code").asInt()).isEqualTo(code);
            assertThat(push.at("/push/disconnect/reason").asText()).isNotEmpty();
            await().atMost(SOON).until(() -> client.ended);
            assertThat(client.heard.getLast()).isEqualTo(push);
        }
    }

    @Test
    @DisplayName("[TR3] a stream is pinged and stays while its client answers; one that does not is closed with 3012")
    void pings() {
        try (StreamClient client = StreamClient.events(one.url(""), CONNECT);
                StreamClient mute = StreamClient.httpStream(one.url(""), CONNECT)) {
            mute.answersPings = false;
            expectEnd(mute, 3012);
            assertThat(client.ended).isFalse();
            client.send("{\"id\":7,\"ping\":{}}");
            assertThat(client.reply(7).has("ping")).isTrue();
        }
    }

    @Test
    @DisplayName("[TR4] when the client of a stream goes away its session ends, and its secret with it")
    void goesAway() {
        String channel = channel();
        StreamClient client = StreamClient.httpStream(one.url(""), CONNECT + "\n" + subscribe(2, channel));
        try (StreamClient other = StreamClient.events(two.url(""), CONNECT)) {
            JsonNode mine = client.connected();
            client.reply(2);
            client.close();
            await().atMost(SOON)
                    .until(() -> other.send(
                                    mine.get("node").asText(),
                                    mine.get("session").asText(),
                                    "{\"id\":9,\"ping\":{}}")
                            == 404);
            int[] id = {10};
            await().atMost(SOON).until(() -> {
                int asked = id[0]++;
                other.send("{\"id\":" + asked + ",\"presence_stats\":{\"channel\":\"" + channel + "\"}}");
                return other.reply(asked).at("/presence_stats/num_clients").asInt(-1) == 0;
            });
        }
    }
}
