package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions, recovery and history as a client asks for them, and messages that expect no reply. */
class PositionTest {
    private final WireWorld world = new WireWorld("""
            forced: {class: lossless, history-size: 5, history-seconds: 600, force-recovery: true, open: true}
            placed: {class: lossless, history-size: 5, history-seconds: 600, force-positioning: true, open: true}
            free: {class: lossless, history-size: 5, history-seconds: 600, open: true}
            bare: {class: lossless, open: true}
            """);

    private final WireWorld.Peer ann = world.connect("ann");

    @ParameterizedTest
    @CsvSource({
        "forced, '', true, true",
        "placed, '', true, false",
        "placed, recoverable, true, true",
        "free, '', false, false",
        "free, positioned, true, false",
        "free, recoverable, true, true",
        "bare, recoverable, false, false",
        "bare, positioned, false, false",
    })
    @DisplayName("[PR12] a subscription has a position and recovers where the rule says so or the client wishes it")
    void flags(String namespace, String wish, boolean positioned, boolean recoverable) {
        JsonNode reply = ann.subscribe(namespace + ":1", wish.isEmpty() ? "" : "\"" + wish + "\":true");
        assertThat(reply.path("positioned").asBoolean()).isEqualTo(positioned);
        assertThat(reply.has("epoch")).isEqualTo(positioned);
        assertThat(reply.path("recoverable").asBoolean()).isEqualTo(recoverable);
    }

    private JsonNode recover(String channel, String more, long offset, String epoch) {
        String body = "\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch + "\"" + more;
        return ann.subscribe(channel, body);
    }

    @Test
    @DisplayName("[RT3] a recovered subscription starts where the client was; another says so and starts at the end")
    void recovery() {
        Channels.Position first = world.publish("forced:1", 1);
        world.publish("forced:1", 2);
        JsonNode recovered = recover("forced:1", "", first.offset(), first.epoch());
        assertThat(recovered.path("recovered").asBoolean()).isTrue();
        assertThat(recovered.path("was_recovering").asBoolean()).isTrue();
        assertThat(recovered.path("offset").asLong()).isEqualTo(first.offset());
        assertThat(recovered.at("/publications/0/data").asInt()).isEqualTo(2);
        ann.ask("unsubscribe", "{\"channel\":\"forced:1\"}");
        for (String epoch : List.of("other", first.epoch())) {
            for (int i = 3; i < 10 && epoch.equals(first.epoch()); i++) {
                world.publish("forced:1", i);
            }
            JsonNode lost = recover("forced:1", "", first.offset(), epoch);
            assertThat(lost.path("recovered").asBoolean()).isFalse();
            assertThat(lost.path("was_recovering").asBoolean()).isTrue();
            assertThat(lost.path("offset").asLong()).isGreaterThan(first.offset());
            assertThat(lost.path("publications")).isEmpty();
            ann.ask("unsubscribe", "{\"channel\":\"forced:1\"}");
        }
    }

    @Test
    @DisplayName(
            "[RT3] a client may want an error instead of a subscription that cannot recover, and nothing stays of it")
    void onlyRecovered() {
        Channels.Position first = world.publish("forced:1", 1);
        JsonNode lost = recover("forced:1", ",\"flag\":2", first.offset(), "other");
        assertThat(lost.at("/error/code").asInt()).isEqualTo(112);
        world.publish("forced:1", 2);
        assertThat(ann.pushes("pub")).isEmpty();
        JsonNode good = recover("forced:1", ",\"flag\":2", first.offset(), first.epoch());
        assertThat(good.path("recovered").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'\"limit\":0', ''",
        "'\"limit\":-1', '5 6 7 8 9'",
        "'\"limit\":2', '5 6'",
        "'\"limit\":2,\"reverse\":true', '9 8'",
        "'\"limit\":2,\"since\":{\"offset\":6}', '7 8'",
        "'\"limit\":2,\"since\":{\"offset\":7},\"reverse\":true', '6 5'",
        "'\"limit\":-1,\"since\":{\"offset\":9}', ''",
        "'\"limit\":-1,\"since\":{\"offset\":0},\"reverse\":true', 107",
        "'\"limit\":-1,\"since\":{\"offset\":6,\"epoch\":\"other\"}', 112",
    })
    @DisplayName("[PR13] history is read from the start, the end or a position, onwards or backwards, up to a limit")
    void history(String body, String expected) {
        for (int i = 1; i < 10; i++) {
            world.publish("free:1", i);
        }
        JsonNode reply = ann.ask("history", "{\"channel\":\"free:1\"," + body + "}");
        List<String> offsets = new ArrayList<>();
        reply.path("publications")
                .forEach(each -> offsets.add(each.path("offset").asText()));
        assertThat(reply.has("error") ? reply.at("/error/code").asText() : String.join(" ", offsets))
                .isEqualTo(expected);
        assertThat(reply.has("error") || reply.path("offset").asInt() == 9).isTrue();
    }

    @Test
    @DisplayName("[PR14] a message without a reply goes to its handler; without one it closes the connection with 3508")
    void messages() {
        ann.send("{\"send\":{\"data\":{\"n\":1}}}");
        assertThat(ann.closed).isEqualTo(DisconnectCode.NOT_AVAILABLE);
        List<String> taken = new ArrayList<>();
        world.commands.onMessage((caller, data) -> taken.add(caller.user() + " " + data));
        WireWorld.Peer bob = world.connect("bob");
        bob.send("{\"send\":{\"data\":{\"n\":2}}}");
        bob.send("{\"send\":{}}");
        assertThat(taken).containsExactly("bob {\"n\":2}", "bob null");
        assertThat(bob.closed).isNull();
    }

    @Test
    @DisplayName("[PR2] a method with a dot that is unknown is refused with 104, one without as not available")
    void methods() {
        assertThat(ann.ask("rpc", "{\"method\":\"no.such\"}").at("/error/code").asInt())
                .isEqualTo(104);
        assertThat(ann.ask("rpc", "{\"method\":\"such\"}").at("/error/code").asInt())
                .isEqualTo(108);
    }
}
