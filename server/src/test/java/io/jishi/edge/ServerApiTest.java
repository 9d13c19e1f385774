package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jishi.core.Settings;
import io.jishi.realtime.RealtimeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server API on two nodes of a real cluster, asked of either. */
class ServerApiTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static OpenNode one;
    private static OpenNode two;

    @BeforeAll
    static void start() {
        List<Integer> ports = List.of(OpenNode.freePort(), OpenNode.freePort());
        Settings settings = Settings.defaults().with(RealtimeSettings.CONNECTIONS_PER_USER_MAX, 3);
        one = OpenNode.start(ports, 0, settings);
        two = OpenNode.start(ports, 1, settings);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        HTTP.close();
    }

    static String unique(String prefix) {
        return prefix + UUID.randomUUID();
    }

    private static HttpResponse<String> post(OpenNode node, String command, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url("/api/" + command)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        try {
            return HTTP.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The whole answer to a request in single quotes for double ones. */
    static JsonNode ask(OpenNode node, String command, String body) {
        HttpResponse<String> answer = post(node, command, body.replace('\'', '"'), "X-API-Key", OpenNode.API_KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StreamClient connect(OpenNode node, String user, String... channels) {
        StringBuilder commands = new StringBuilder("{\"id\":1,\"connect\":{\"token\":\"" + user + "\"}}");
        for (int i = 0; i < channels.length; i++) {
            commands.append("\n{\"id\":" + (i + 2) + ",\"subscribe\":{\"channel\":\"" + channels[i] + "\"}}");
        }
        StreamClient client = StreamClient.httpStream(node.url(""), commands.toString());
        for (int i = 0; i < channels.length; i++) {
            assertThat(client.reply(i + 2).has("subscribe")).isTrue();
        }
        client.connected();
        return client;
    }

    @Test
    @DisplayName("[SA1] what is published by the server API is heard on every node, and told with its position")
    void publish() {
        String channel = unique("recovery:");
        try (StreamClient here = connect(one, "ann", channel);
                StreamClient there = connect(two, "bob", channel)) {
            JsonNode first = ask(one, "publish", "{'channel':'" + channel + "','data':{'n':1}}");
            assertThat(first.at("/result/offset").asLong()).isEqualTo(1);
            assertThat(first.at("/result/epoch").asText()).isNotEmpty();
            String encoded = "eyJuIjoyfQ=="; // {"n":2}
            assertThat(ask(two, "publish", "{'channel':'" + channel + "','b64data':'" + encoded + "'}")
                            .at("/result/offset")
                            .asLong())
                    .isEqualTo(2);
            JsonNode broadcast = ask(
                    two, "broadcast", "{'channels':['" + channel + "','nowhere:1','','" + channel + "'],'data':[3]}");
            assertThat(broadcast.at("/result/responses")).hasSize(4);
            assertThat(broadcast.at("/result/responses/0/result/offset").asLong())
                    .isEqualTo(3);
            assertThat(broadcast.at("/result/responses/1/error/code").asInt()).isEqualTo(102);
            assertThat(broadcast.at("/result/responses/2/error/code").asInt()).isEqualTo(107);
            for (StreamClient client : List.of(here, there)) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(client.publications(channel))
                                .extracting(
                                        publication -> publication.get("data").toString())
                                .containsExactly("{\"n\":1}", "{\"n\":2}", "[3]", "[3]"));
            }
        }
    }

    @Test
    @DisplayName(
            "[SA2] history, presence and presence stats answer from any node; history can be removed, its position stays")
    void look() {
        String channel = unique("recovery:");
        String named = "'channel':'" + channel + "'";
        try (StreamClient here = connect(one, "ann", channel);
                StreamClient there = connect(two, "ann", channel)) {
            for (int i = 1; i <= 3; i++) {
                ask(one, "publish", "{" + named + ",'data':" + i + "}");
            }
            JsonNode history = ask(two, "history", "{" + named + ",'limit':2,'reverse':true}");
            assertThat(history.at("/result/offset").asLong()).isEqualTo(3);
            assertThat(history.at("/result/publications"))
                    .extracting(p -> p.get("offset").asLong())
                    .containsExactly(3L, 2L);
            String epoch = history.at("/result/epoch").asText();
            assertThat(ask(two, "history", "{" + named + ",'limit':-1,'since':{'offset':1,'epoch':'" + epoch + "'}}")
                            .at("/result/publications"))
                    .extracting(p -> p.get("data").asInt())
                    .containsExactly(2, 3);
            assertThat(ask(two, "history", "{" + named + ",'limit':-1,'since':{'offset':1,'epoch':'other'}}")
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(112);
            JsonNode present = ask(one, "presence", "{" + named + "}").at("/result/presence");
            assertThat(present)
                    .hasSize(2)
                    .allMatch(info -> info.get("user").asText().equals("ann"));
            assertThat(present.has(here.connected().get("client").asText())).isTrue();
            JsonNode stats = ask(two, "presence_stats", "{" + named + "}").get("result");
            assertThat(stats.get("num_clients").asInt()).isEqualTo(2);
            assertThat(stats.get("num_users").asInt()).isEqualTo(1);
            assertThat(ask(two, "history_remove", "{" + named + "}").has("result"))
                    .isTrue();
            JsonNode after = ask(one, "history", "{" + named + ",'limit':-1}").get("result");
            assertThat(after.get("publications")).isEmpty();
            assertThat(after.get("offset").asLong()).isEqualTo(3);
            here.send("{\"id\":9,\"unsubscribe\":{\"channel\":\"" + channel + "\"}}");
            here.reply(9);
            here.send("{\"id\":10,\"subscribe\":{\"channel\":\"" + channel + "\",\"recover\":true,\"epoch\":\"" + epoch
                    + "\",\"offset\":1}}");
            assertThat(here.reply(10).at("/subscribe/recovered").asBoolean()).isFalse();
            there.connected();
        }
    }

    @Test
    @DisplayName(
            "[SA3] a user's connections are subscribed, unsubscribed and closed wherever they are, and only those meant")
    void users() {
        String user = unique("u");
        String channel = unique("recovery:");
        String whom = "'user':'" + user + "'";
        try (StreamClient here = connect(one, user);
                StreamClient there = connect(two, user);
                StreamClient spared = connect(two, user);
                StreamClient stranger = connect(one, unique("s"))) {
            assertThat(ask(two, "subscribe", "{" + whom + ",'channel':'" + channel + "'}")
                            .has("result"))
                    .isTrue();
            for (StreamClient client : List.of(here, there, spared)) {
                client.first(message -> message.at("/push/channel").asText().equals(channel)
                        && message.at("/push").has("subscribe"));
            }
            ask(one, "publish", "{'channel':'" + channel + "','data':1}");
            await().atMost(SOON).until(() -> there.publications(channel).size() == 1);
            ask(one, "unsubscribe", "{" + whom + ",'channel':'" + channel + "','client':'" + id(there) + "'}");
            JsonNode gone = there.first(message -> message.at("/push").has("unsubscribe"));
            assertThat(gone.at("/push/unsubscribe/code").asInt()).isEqualTo(2000);
            ask(one, "publish", "{'channel':'" + channel + "','data':2}");
            await().atMost(SOON).until(() -> here.publications(channel).size() == 2);
            assertThat(there.publications(channel)).hasSize(1);

            ask(one, "disconnect", "{" + whom + ",'whitelist':['" + id(spared) + "']}");
            expectEnd(here, 3503);
            expectEnd(there, 3503);
            assertThat(spared.ended).isFalse();
            ask(one, "disconnect", "{" + whom + ",'disconnect':{'code':4321,'reason':'for a test'}}");
            assertThat(expectEnd(spared, 4321)).isEqualTo("for a test");
            assertThat(stranger.ended).isFalse();
            assertThat(stranger.heard.toString()).doesNotContain(channel);
        }
    }

    private static String id(StreamClient client) {
        return client.connected().get("client").asText();
    }

    private static String expectEnd(StreamClient client, int code) {
        JsonNode push = client.first(message -> message.at("/push").has("disconnect"));
        assertThat(push.at("/push/disconnect/code").asInt()).isEqualTo(code);
        await().atMost(SOON).until(() -> client.ended);
        return push.at("/push/disconnect/reason").asText();
    }

    @Test
    @DisplayName("[SA3] a refresh sets when a user's connections expire, or ends them at once")
    void refresh() {
        String user = unique("u");
        String whom = "'user':'" + user + "'";
        try (StreamClient client = connect(one, user + "/2");
                StreamClient other = connect(two, user)) {
            long later = Instant.now().getEpochSecond() + 600;
            assertThat(ask(two, "refresh", "{" + whom + ",'expire_at':" + later + ",'client':'" + id(client) + "'}")
                            .has("result"))
                    .isTrue();
            ask(one, "refresh", "{" + whom + ",'expired':true,'client':'" + id(other) + "'}");
            expectEnd(other, 3005);
            await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(8)).until(() -> !client.ended);
            ask(two, "refresh", "{" + whom + ",'expire_at':1}");
            expectEnd(client, 3005);
        }
    }

    @Test
    @DisplayName("[SA4] channels and info count what lives on all nodes")
    void counts() {
        String prefix = unique("recovery:");
        try (StreamClient here = connect(one, "ann", prefix + "-a", prefix + "-b");
                StreamClient there = connect(two, "bob", prefix + "-a")) {
            JsonNode channels =
                    ask(two, "channels", "{'pattern':'" + prefix + "-*'}").at("/result/channels");
            assertThat(channels).hasSize(2);
            assertThat(channels.at("/" + prefix + "-a/num_clients").asInt()).isEqualTo(2);
            assertThat(channels.at("/" + prefix + "-b/num_clients").asInt()).isEqualTo(1);
            JsonNode nodes = ask(one, "info", "{}").at("/result/nodes");
            assertThat(nodes).hasSize(2);
            assertThat(nodes)
                    .extracting(node -> node.get("name").asText())
                    .containsExactlyInAnyOrder("node-0", "node-1");
            assertThat(nodes)
                    .allMatch(node -> node.get("num_clients").asInt() >= 1
                            && node.get("num_users").asInt() >= 1
                            && node.get("num_channels").asInt() >= 1);
            assertThat(here.ended || there.ended).isFalse();
        }
    }

    @Test
    @DisplayName("[SA5] rpc calls the methods that clients call, and its refusals are those of the methods")
    void rpc() {
        assertThat(ask(one, "rpc", "{'method':'catalog.products','params':{'text':'hello'}}")
                        .at("/result/data/text")
                        .asText())
                .isEqualTo("hello");
        assertThat(ask(one, "rpc", "{'method':'catalog.none'}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(104);
        assertThat(ask(one, "rpc", "{'method':'catalog.products','params':{'no':1}}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(107);
    }

    @Test
    @DisplayName("[SA6] a batch has a reply for each command, in order, with the results under the commands' names")
    void batch() {
        String channel = unique("recovery:");
        for (String parallel : List.of("false", "true")) {
            JsonNode replies = ask(
                            one,
                            "batch",
                            "{'parallel':" + parallel + ",'commands':[{'publish':{'channel':'" + channel
                                    + "','data':1}},{'publish':{'channel':'nowhere:1','data':1}},"
                                    + "{'presence_stats':{'channel':'" + channel + "'}},{'dance':{}}]}")
                    .get("replies");
            assertThat(replies).hasSize(4);
            assertThat(replies.at("/0/publish/offset").asLong()).isPositive();
            assertThat(replies.at("/1/error/code").asInt()).isEqualTo(102);
            assertThat(replies.at("/2/presence_stats/num_clients").asInt()).isZero();
            assertThat(replies.at("/3/error/code").asInt()).isEqualTo(104);
        }
        for (String bad : List.of("{}", "{\"commands\":[{}]}", "{\"commands\":[{\"a\":1,\"b\":2}]}", "[]", "{")) {
            assertThat(post(one, "batch", bad, "X-API-Key", OpenNode.API_KEY).statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("[SA7] without the key nothing is done; the key is taken from either header, never from the URL")
    void keys() {
        String body = "{\"channel\":\"recovery:keys\",\"data\":1}";
        for (String[] wrong : new String[][] {
            {},
            {"X-API-Key", ""},
            {"X-API-Key", OpenNode.API_KEY + "x"},
            {"X-API-Key", "test-api-ke"},
            {"Authorization", "apikey other"},
            {"Authorization", "Bearer " + OpenNode.FORGED},
            {"Authorization", OpenNode.API_KEY}
        }) {
            HttpResponse<String> answer = post(one, "publish", body, wrong);
            assertThat(answer.statusCode()).as(String.join(" ", wrong)).isEqualTo(401);
            assertThat(json(answer.body()).at("/error/code").asInt()).isEqualTo(101);
        }
        assertThat(post(one, "publish?api_key=" + OpenNode.API_KEY, body).statusCode())
                .isEqualTo(401);
        assertThat(post(one, "publish", body, "Authorization", "apikey " + OpenNode.API_KEY)
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask(one, "history", "{'channel':'recovery:keys','limit':-1}").at("/result/publications"))
                .hasSize(1);
    }

    @Test
    @DisplayName("[SA8] an error is told with its code, as status too where asked; what is malformed changes nothing")
    void errors() {
        assertThat(ask(one, "publish", "{'channel':'nowhere:1','data':1}")
                        .at("/error/message")
                        .asText())
                .isEqualTo("unknown channel");
        HttpResponse<String> asStatus = post(
                one,
                "publish",
                "{\"channel\":\"nowhere:1\",\"data\":1}",
                "X-API-Key",
                OpenNode.API_KEY,
                "X-Centrifugo-Error-Mode",
                "transport");
        assertThat(asStatus.statusCode()).isEqualTo(404);
        for (String bad : List.of(
                "{}",
                "{'channel':'recovery:x'}",
                "{'channel':1,'data':1}",
                "{'channel':'recovery: x','data':1}",
                "{'channel':'recovery:x','b64data':'?'}")) {
            assertThat(ask(one, "publish", bad).at("/error/code").asInt())
                    .as(bad)
                    .isEqualTo(107);
        }
        assertThat(ask(one, "disconnect", "{'user':'u','disconnect':{'code':1000}}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(107);
        assertThat(post(one, "publish", "{", "X-API-Key", OpenNode.API_KEY).statusCode())
                .isEqualTo(400);
        assertThat(ask(one, "publish", "{'channel':'recovery:x','data':1,'some_new_field':true}")
                        .has("result"))
                .isTrue();
    }

    @Test
    @DisplayName(
            "[RT30] a user has so many connections on a node; one more is closed with 3504, and an old one's end makes room")
    void perUser() {
        String user = unique("u");
        StreamClient first = connect(one, user);
        try (StreamClient second = connect(one, user);
                StreamClient third = connect(one, user);
                StreamClient elsewhere = connect(two, user)) {
            try (StreamClient tooMany =
                    StreamClient.httpStream(one.url(""), "{\"id\":1,\"connect\":{\"token\":\"" + user + "\"}}")) {
                expectEnd(tooMany, 3504);
            }
            first.close();
            await().atMost(SOON).until(() -> {
                try (StreamClient again =
                        StreamClient.httpStream(one.url(""), "{\"id\":1,\"connect\":{\"token\":\"" + user + "\"}}")) {
                    again.first(message ->
                            message.has("connect") || message.at("/push").has("disconnect"));
                    return again.heard.getFirst().has("connect");
                }
            });
            assertThat(second.ended || third.ended || elsewhere.ended).isFalse();
        }
    }
}
