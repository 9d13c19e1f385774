package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subscription tokens, and what happens to subscriptions and connections whose token grows old. */
class ChannelTokenTest {
    private final WireWorld world = new WireWorld("""
            closed: {class: lossless, history-size: 10, history-seconds: 600, presence: true, force-recovery: true}
            log: {class: lossless, history-size: 10, history-seconds: 600, presence: true, force-recovery: true, open: true}
            """);

    private static String token(String token) {
        return "\"token\":\"" + token + "\"";
    }

    private static int error(JsonNode reply) {
        return reply.path("error").path("code").asInt();
    }

    @Test
    @DisplayName("[PR9] a subscription token opens a channel that the table keeps shut, with its data and info")
    void opens() {
        WireWorld.Peer ann = world.connect("ann");
        assertThat(error(ann.subscribe("closed:1", ""))).isEqualTo(103);
        JsonNode reply = ann.subscribe("closed:1", token("ann||closed:1|"));
        assertThat(reply.path("data").path("hello").asInt()).isEqualTo(1);
        assertThat(reply.has("expires")).isFalse();
        JsonNode info = world.hub
                .fanout()
                .present("closed:1")
                .map(there -> Json.tree(there.infos().values().iterator().next()))
                .result();
        assertThat(info.at("/chan_info/of").asText()).isEqualTo("channel");
        assertThat(info.at("/conn_info/of").asText()).isEqualTo("connection");
    }

    @ParameterizedTest
    @CsvSource({
        "bob||closed:1|, 3500, 0",
        "ann|another|closed:1|, 3500, 0",
        "ann||closed:2|, 3500, 0",
        "forged, 0, 103",
        "ann||closed:1|0, 0, 109",
        "ann||closed:1|60, 0, 0",
    })
    @DisplayName("[PR9] a token for another closes the connection, a forged one is refused, an old one can be replaced")
    void wrongTokens(String token, int closed, int refused) {
        WireWorld.Peer ann = world.connect("ann");
        assertThat(error(ann.subscribe("closed:1", token(token)))).isEqualTo(refused);
        assertThat(ann.closed == null ? 0 : ann.closed.code()).isEqualTo(closed);
    }

    @Test
    @DisplayName(
            "[PR10] a subscription whose token grows old is ended with 2501 within five seconds, and the channel is free")
    void expires() {
        WireWorld.Peer ann = world.connect("ann");
        JsonNode reply = ann.subscribe("closed:1", token("ann||closed:1|10"));
        assertThat(reply.path("expires").asBoolean()).isTrue();
        assertThat(reply.path("ttl").asInt()).isBetween(9, 10);
        world.run(9_900);
        assertThat(ann.pushes("unsubscribe")).isEmpty();
        world.run(5_000);
        assertThat(ann.pushes("unsubscribe")).hasSize(1);
        assertThat(ann.pushes("unsubscribe").get(0).path("code").asInt()).isEqualTo(2501);
        assertThat(ann.closed).isNull();
        assertThat(ann.subscribe("closed:1", token("ann||closed:1|10")).has("epoch"))
                .isTrue();
    }

    @Test
    @DisplayName("[PR10] a subscription whose token is replaced in time stays")
    void refreshed() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("closed:1", token("ann||closed:1|10"));
        for (int i = 0; i < 5; i++) {
            world.run(10_000);
            JsonNode reply = ann.ask("sub_refresh", "{\"channel\":\"closed:1\"," + token("ann||closed:1|10") + "}");
            assertThat(reply.path("expires").asBoolean()).isTrue();
            assertThat(reply.path("ttl").asInt()).isEqualTo(10);
        }
        JsonNode last = ann.ask("sub_refresh", "{\"channel\":\"closed:1\"," + token("ann||closed:1|") + "}");
        assertThat(last.isEmpty()).isTrue();
        world.run(60_000);
        assertThat(ann.pushes("unsubscribe")).isEmpty();
    }

    @Test
    @DisplayName("[PR10] what the new token says of the bearer is what others see from then on")
    void newInfo() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("log:1", "");
        ann.ask("sub_refresh", "{\"channel\":\"log:1\"," + token("ann||log:1|10") + "}");
        JsonNode there = ann.ask("presence", "{\"channel\":\"log:1\"}").path("presence");
        assertThat(there.path(ann.session.id()).at("/chan_info/of").asText()).isEqualTo("channel");
        assertThat(there).hasSize(1);
        ann.publishTo("log:1", "{}");
        assertThat(ann.pushes("pub").get(0).at("/info/chan_info/of").asText()).isEqualTo("channel");
    }

    @ParameterizedTest
    @CsvSource({
        "closed:9, ann||closed:9|10, 0, 103",
        "closed:1, '', 0, 107",
        "closed:1, ann||closed:1|0, 0, 109",
        "closed:1, forged, 3500, 0",
        "closed:1, bob||closed:1|10, 3500, 0",
        "closed:1, ann||closed:2|10, 3500, 0",
    })
    @DisplayName("[PR10] sub_refresh wants a subscription and a good token for it")
    void badRefresh(String channel, String token, int closed, int refused) {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("closed:1", token("ann||closed:1|10"));
        JsonNode reply = ann.ask("sub_refresh", "{\"channel\":\"" + channel + "\"," + token(token) + "}");
        assertThat(error(reply)).isEqualTo(refused);
        assertThat(ann.closed == null ? 0 : ann.closed.code()).isEqualTo(closed);
    }

    @Test
    @DisplayName("[PR10] a server-side subscription that lapses takes the connection with it: code 3006")
    void serverSide() {
        WireWorld.Peer ann = world.connect("ann//log:1");
        ann.ask("sub_refresh", "{\"channel\":\"log:1\"," + token("ann||log:1|10") + "}");
        world.run(9_000);
        assertThat(ann.closed).isNull();
        world.run(6_000);
        assertThat(ann.closed).isEqualTo(DisconnectCode.SUBSCRIPTION_EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({"ann/60, 0", "ann/0, 3005", "bob/60, 3500", "'', 3501"})
    @DisplayName("[PR3] refresh wants a good token of the same user; an expired one closes with 3005")
    void refresh(String next, int closed) {
        WireWorld.Peer ann = world.connect("ann/10");
        JsonNode reply = ann.ask("refresh", "{" + token(next) + "}");
        assertThat(ann.closed == null ? 0 : ann.closed.code()).isEqualTo(closed);
        assertThat(reply.path("ttl").asInt()).isEqualTo(closed == 0 ? 60 : 0);
        world.run(30_000);
        assertThat(ann.closed == null ? 0 : ann.closed.code()).isEqualTo(closed);
    }

    @Test
    @DisplayName("[PR3] a new token with other channels makes the client come again: code 3010")
    void otherChannels() {
        WireWorld.Peer ann = world.connect("ann/10/log:1");
        ann.ask("refresh", "{" + token("ann/20/log:1") + "}");
        assertThat(ann.closed).isNull();
        ann.ask("refresh", "{" + token("ann/20/log:2") + "}");
        assertThat(ann.closed).isEqualTo(DisconnectCode.INSUFFICIENT_STATE);
    }

    @Test
    @DisplayName("[PR11] commands about one channel are carried out in the order in which they came")
    void inOrder() {
        WireWorld.Peer ann = world.connect("ann");
        ann.send("""
                {"id":2,"subscribe":{"channel":"log:1"}}
                {"id":3,"unsubscribe":{"channel":"log:1"}}
                {"id":4,"subscribe":{"channel":"log:1"}}
                {"id":5,"unsubscribe":{"channel":"log:1"}}
                {"id":6,"subscribe":{"channel":"log:1"}}
                {"id":7,"subscribe":{"channel":"log:1"}}
                """);
        assertThat(ann.heard.subList(1, 7))
                .extracting(reply -> reply.path("id").asInt())
                .containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7);
        assertThat(ann.heard.subList(1, 7).stream().filter(reply -> reply.has("error")))
                .hasSize(1)
                .allMatch(reply -> reply.path("id").asInt() == 7 && error(reply) == 105);
        world.publish("log:1", "x");
        assertThat(ann.pushes("pub")).hasSize(1);
    }

    @Test
    @DisplayName("[PR11] what is published behind a subscribe, without waiting for it, is heard by that subscription")
    void publishedBehind() {
        WireWorld.Peer ann = world.connect("ann");
        ann.send("""
                {"id":2,"subscribe":{"channel":"log:2"}}
                {"id":3,"unsubscribe":{"channel":"log:2"}}
                {"id":4,"subscribe":{"channel":"log:2"}}
                {"id":5,"publish":{"channel":"log:2","data":"x"}}
                {"id":6,"history":{"channel":"log:2","limit":10}}
                {"id":7,"presence_stats":{"channel":"log:2"}}
                """);
        assertThat(ann.heard.subList(1, ann.heard.size()).stream().filter(reply -> reply.has("id")))
                .extracting(reply -> reply.path("id").asInt())
                .startsWith(2, 3, 4)
                .containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7);
        assertThat(ann.pushes("pub")).hasSize(1);
    }

    @Test
    @DisplayName("[RT4] a connection takes up the server-side subscriptions it had, where it may, and recovers them")
    void takesUp() {
        WireWorld.Peer ann = world.connect("ann//log:1");
        long offset = world.publish("log:1", "x").offset();
        String epoch = ann.heard.get(0).at("/connect/subs/log:1/epoch").asText();
        world.publish("log:1", "y");
        WireWorld.Peer again = world.new Peer()
                .send("{\"id\":1,\"connect\":{\"token\":\"ann\",\"subs\":{\"closed:1\":{},\"nowhere:1\":{},"
                        + "\"log:1\":{\"recover\":true,\"recoverable\":true,\"epoch\":\"" + epoch
                        + "\",\"offset\":" + offset + "}}}}");
        JsonNode subs = again.heard.get(0).at("/connect/subs");
        assertThat(subs.size()).isEqualTo(1);
        assertThat(subs.at("/log:1/recovered").asBoolean()).isTrue();
        assertThat(subs.at("/log:1/publications/0/data").asText()).isEqualTo("y");
    }
}
