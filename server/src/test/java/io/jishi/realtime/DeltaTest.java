package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Settings;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a subscriber that understands changes is sent, and whether it can make sense of it. */
class DeltaTest {
    private static final String WISH = "\"delta\":\"fossil\"";
    private static final String FILL = "the same all the time ".repeat(5);

    private final WireWorld world =
            new WireWorld("""
            delta: {class: lossless, history-size: 9, history-seconds: 600, force-recovery: true, delta: fossil, open: true}
            latest: {class: latest, delta: fossil, open: true}
            plain: {class: lossless, history-size: 9, history-seconds: 600, force-recovery: true, open: true}
            """, Settings.defaults().with(RealtimeSettings.OUTBOX_BYTES_MAX, 4_096));

    /** A reader as the SDKs have it: it keeps the last data, and applies changes to it. */
    private static final class Reader {
        final List<Integer> numbers = new ArrayList<>();
        int changes;
        private byte @Nullable [] last;

        Reader read(Iterable<JsonNode> publications) {
            for (JsonNode each : publications) {
                assertThat(each.path("data").isTextual()).isTrue();
                byte[] data = each.path("data").asText().getBytes(StandardCharsets.UTF_8);
                if (each.path("delta").asBoolean()) {
                    changes++;
                    assertThat(last).as("a change to nothing").isNotNull();
                    data = FossilPatch.apply(last, data);
                }
                last = data;
                numbers.add(Json.tree(Buffer.buffer(data)).path("n").asInt());
            }
            return this;
        }
    }

    private void publish(String channel, int from, int to) {
        for (int i = from; i <= to; i++) {
            world.publish(channel, Map.of("n", i, "text", FILL));
        }
    }

    @Test
    @DisplayName(
            "[PR16] a subscriber that asks for it gets the first publication whole and then changes; others get all")
    void chain() {
        WireWorld.Peer ann = world.connect("ann");
        assertThat(ann.subscribe("delta:1", WISH).path("delta").asBoolean()).isTrue();
        WireWorld.Peer bob = world.connect("bob");
        assertThat(bob.subscribe("delta:1", "").has("delta")).isFalse();
        publish("delta:1", 1, 5);
        Reader reader = new Reader().read(ann.pushes("pub"));
        assertThat(reader.numbers).containsExactly(1, 2, 3, 4, 5);
        assertThat(reader.changes).isEqualTo(4);
        assertThat(ann.pushes("pub").get(4).toString().length()).isLessThan(90);
        assertThat(bob.pushes("pub"))
                .hasSize(5)
                .allMatch(pub -> pub.path("data").isObject() && !pub.has("delta"));
        WireWorld.Peer late = world.connect("cai");
        late.subscribe("delta:1", WISH);
        publish("delta:1", 6, 7);
        assertThat(new Reader().read(late.pushes("pub")).numbers).containsExactly(6, 7);
        assertThat(reader.read(ann.pushes("pub").subList(5, 7)).changes).isEqualTo(6);
    }

    @Test
    @DisplayName("[PR16] publications of one tick start with a whole one for a new subscriber")
    void oneTick() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("delta:1", WISH);
        for (int i = 1; i <= 4; i++) {
            world.hub.publish(new ChannelName("delta:1"), Map.of("n", i, "text", FILL));
        }
        world.run(100);
        Reader reader = new Reader().read(ann.pushes("pub"));
        assertThat(reader.numbers).containsExactly(1, 2, 3, 4);
        assertThat(reader.changes).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "[PR17] what is recovered is a whole publication and changes, and what follows is a change to the last")
    void recovered() {
        world.connect("holds the channel").subscribe("delta:1", "");
        publish("delta:1", 1, 5);
        Channels.Position first = world.publish("delta:1", Map.of("n", 6, "text", FILL));
        WireWorld.Peer ann = world.connect("ann");
        String since = ",\"recover\":true,\"epoch\":\"" + first.epoch() + "\",\"offset\":";
        JsonNode reply = ann.subscribe("delta:1", WISH + since + 3);
        publish("delta:1", 7, 8);
        Reader reader = new Reader().read(reply.path("publications"));
        assertThat(reader.numbers).containsExactly(4, 5, 6);
        assertThat(reader.changes).isEqualTo(2);
        assertThat(reader.read(ann.pushes("pub")).numbers).containsExactly(4, 5, 6, 7, 8);
        assertThat(reader.changes).isEqualTo(4);
    }

    @Test
    @DisplayName(
            "[PR17] after a recovery of nothing the next publication is whole: the client may not have the one before")
    void recoveredNothing() {
        world.connect("holds the channel").subscribe("delta:1", "");
        Channels.Position first = world.publish("delta:1", Map.of("n", 1, "text", FILL));
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("delta:1", WISH + ",\"recover\":true,\"epoch\":\"" + first.epoch() + "\",\"offset\":1");
        publish("delta:1", 2, 3);
        Reader reader = new Reader().read(ann.pushes("pub"));
        assertThat(reader.numbers).containsExactly(2, 3);
        assertThat(reader.changes).isEqualTo(1);
    }

    @Test
    @DisplayName("[PR16] a channel without delta sends none, an unknown kind of delta closes the connection")
    void negotiated() {
        WireWorld.Peer ann = world.connect("ann");
        assertThat(ann.subscribe("plain:1", WISH).has("delta")).isFalse();
        publish("plain:1", 1, 2);
        assertThat(ann.pushes("pub"))
                .hasSize(2)
                .allMatch(pub -> pub.path("data").isObject());
        ann.subscribe("delta:1", "\"delta\":\"other\"");
        assertThat(ann.closed).isEqualTo(DisconnectCode.BAD_REQUEST);
    }

    @Test
    @DisplayName("[PR18] a slow reader is sent nothing that is a change to what was left out")
    void slow() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("latest:1", WISH);
        publish("latest:1", 1, 3);
        ann.writable = false;
        publish("latest:1", 4, 9);
        ann.writable = true;
        world.run(2_000);
        publish("latest:1", 10, 12);
        Reader reader = new Reader().read(ann.pushes("pub"));
        assertThat(reader.numbers).containsExactly(1, 2, 3, 9, 10, 11, 12);
        assertThat(reader.changes).isEqualTo(4);
    }

    @Test
    @DisplayName("[PR16] history is read whole")
    void history() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("delta:1", WISH);
        publish("delta:1", 1, 3);
        assertThat(ann.ask("history", "{\"channel\":\"delta:1\",\"limit\":-1}").path("publications"))
                .hasSize(3)
                .allMatch(pub -> pub.path("data").isObject());
    }
}
