package io.jishi.edge;

import static io.jishi.edge.ServerApiTest.ask;
import static io.jishi.edge.ServerApiTest.connect;
import static io.jishi.edge.ServerApiTest.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Settings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a command of the server API may carry besides what it must. */
class ServerApiOptionsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static OpenNode one;
    private static OpenNode two;

    @BeforeAll
    static void start() {
        List<Integer> ports = List.of(OpenNode.freePort(), OpenNode.freePort());
        one = OpenNode.start(ports, 0, Settings.defaults());
        two = OpenNode.start(ports, 1, Settings.defaults());
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
    }

    private static int error(JsonNode answer) {
        return answer.at("/error/code").asInt();
    }

    @Test
    @DisplayName("[SA9] tags go with a publication to those who hear it now or read it later")
    void tags() {
        String channel = unique("recovery:");
        String to = "{'channel':'" + channel + "','data':{}";
        try (StreamClient there = connect(two, "bob", channel)) {
            ask(one, "publish", to + ",'tags':{'kind':'\\'quoted\\'','n':'1'}}".replace("\\'", "\\\""));
            await().atMost(SOON).until(() -> !there.publications(channel).isEmpty());
            JsonNode heard = there.publications(channel).getFirst().get("tags");
            assertThat(heard.get("kind").asText()).isEqualTo("\"quoted\"");
            assertThat(heard.get("n").asText()).isEqualTo("1");
            there.send("{\"id\":7,\"history\":{\"channel\":\"" + channel + "\",\"limit\":1}}");
            assertThat(there.reply(7).at("/history/publications/0/tags")).isEqualTo(heard);
            JsonNode read = ask(two, "history", "{'channel':'" + channel + "','limit':1}");
            assertThat(read.at("/result/publications/0/tags")).isEqualTo(heard);
        }
        assertThat(error(ask(one, "publish", to + ",'tags':{'n':1}}"))).isEqualTo(107);
        assertThat(error(ask(one, "publish", to + ",'tags':[]}"))).isEqualTo(107);
        assertThat(error(ask(one, "publish", to + ",'tags':{'left_out':'3'}}"))).isEqualTo(107);
    }

    @Test
    @DisplayName("[RT73] a publication with an idempotency key is made once, whichever node is asked again")
    void idempotency() {
        String channel = unique("recovery:");
        String other = unique("recovery:");
        String command = "{'channels':['" + channel + "','" + other + "'],'data':7,'idempotency_key':'k'}";
        try (StreamClient there = connect(two, "bob", channel)) {
            JsonNode first = ask(one, "broadcast", command);
            assertThat(ask(two, "broadcast", command)).isEqualTo(first);
            JsonNode single = ask(two, "publish", "{'channel':'" + channel + "','data':8,'idempotency_key':'k'}");
            assertThat(single).isEqualTo(first.at("/result/responses/0"));
            JsonNode next = ask(one, "publish", "{'channel':'" + channel + "','data':9,'idempotency_key':'l'}");
            assertThat(next.at("/result/offset").asInt()).isEqualTo(2);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(there.publications(channel))
                            .extracting(each -> each.get("data").asInt())
                            .containsExactly(7, 9));
        }
    }

    @Test
    @DisplayName("[RT73] a publication whose version is not greater than the last one's is left out")
    void version() {
        String channel = unique("recovery:");
        String to = "{'channel':'" + channel + "','data':{},";
        ask(one, "publish", to + "'version':5,'version_epoch':'a'}");
        assertThat(ask(two, "publish", to + "'version':5,'version_epoch':'a'}")
                        .at("/result/offset")
                        .asInt())
                .isEqualTo(1);
        assertThat(ask(two, "publish", to + "'version':1,'version_epoch':'b'}")
                        .at("/result/offset")
                        .asInt())
                .isEqualTo(2);
        assertThat(error(ask(two, "publish", to + "'version':-1}"))).isEqualTo(107);
    }

    @Test
    @DisplayName("[RT72] what is to skip the history is heard on every node, has no offset, and is not kept")
    void skipHistory() {
        for (String channel : List.of(unique("recovery:"), unique("delta:"))) {
            String to = "{'channel':'" + channel + "','data':";
            try (StreamClient here = connect(one, "ann", channel);
                    StreamClient there = connect(two, "bob", channel)) {
                ask(one, "publish", to + "1}");
                await().atMost(SOON).until(() -> there.publications(channel).size() == 1);
                JsonNode skipped = ask(one, "publish", to + "2,'skip_history':true,'tags':{'a':'b'}}");
                assertThat(skipped.get("result")).isEmpty();
                for (StreamClient client : List.of(here, there)) {
                    await().atMost(SOON)
                            .until(() -> client.publications(channel).size() == 2);
                    JsonNode passing = client.publications(channel).get(1);
                    assertThat(passing.get("data").asInt()).isEqualTo(2);
                    assertThat(passing.has("offset")).isFalse();
                    assertThat(passing.at("/tags/a").asText()).isEqualTo("b");
                }
                assertThat(ask(two, "publish", to + "3}").at("/result/offset").asInt())
                        .isEqualTo(2);
                assertThat(ask(two, "history", "{'channel':'" + channel + "','limit':-1}")
                                .at("/result/publications"))
                        .hasSize(2);
            }
            assertThat(error(ask(one, "publish", to + "4,'skip_history':true,'idempotency_key':'k'}")))
                    .as("what is not kept cannot be known again")
                    .isEqualTo(108);
        }
    }

    @Test
    @DisplayName("[SA10] who is subscribed by the server API gets the info and data in Base64 too, and what it missed")
    void subscribe() {
        String channel = unique("recovery:");
        String user = unique("u");
        JsonNode first = ask(one, "publish", "{'channel':'" + channel + "','data':1}");
        ask(one, "publish", "{'channel':'" + channel + "','data':2}");
        String epoch = first.at("/result/epoch").asText();
        try (StreamClient there = connect(two, user)) {
            ask(
                    one,
                    "subscribe",
                    "{'user':'" + user + "','channel':'" + channel
                            + "','b64info':'eyJhIjoxfQ==','b64data':'eyJiIjoyfQ==','recover_since':{'offset':1,'epoch':'"
                            + epoch + "'}}");
            JsonNode told =
                    there.first(message -> message.at("/push").has("subscribe")).at("/push/subscribe");
            assertThat(told.at("/data/b").asInt()).isEqualTo(2);
            assertThat(told.get("offset").asInt()).isEqualTo(1);
            ask(one, "publish", "{'channel':'" + channel + "','data':3}");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(there.publications(channel))
                            .extracting(each -> each.get("data").asInt())
                            .containsExactly(2, 3));
            JsonNode present =
                    ask(two, "presence", "{'channel':'" + channel + "'}").at("/result/presence");
            assertThat(present.properties()
                            .iterator()
                            .next()
                            .getValue()
                            .at("/chan_info/a")
                            .asInt())
                    .isEqualTo(1);
        }
        String to = "{'user':'" + user + "','channel':'" + channel + "',";
        assertThat(error(ask(one, "subscribe", to + "'b64info':'no Base64'}"))).isEqualTo(107);
        assertThat(error(ask(one, "subscribe", to + "'recover_since':7}"))).isEqualTo(107);
        assertThat(error(ask(one, "publish", "{'channel':'" + channel + "','b64data':'bm8gSlNPTg=='}")))
                .as("Base64 of what is no JSON")
                .isEqualTo(107);
    }
}
