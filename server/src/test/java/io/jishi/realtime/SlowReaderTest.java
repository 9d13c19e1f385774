package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What waits for a reader that does not keep up: in which order it goes, and what is dropped and counted. */
class SlowReaderTest {
    private static final int BYTES_MAX = 10_000;

    private final WireWorld world =
            new WireWorld("""
            stock: {class: latest, history-size: 100, history-seconds: 600, force-recovery: true, priority: high, open: true}
            plain: {class: lossless, history-size: 100, history-seconds: 600, open: true}
            talk: {class: sampled, history-size: 1000, history-seconds: 600, force-recovery: true, priority: low, open: true}
            """, Settings.defaults().with(RealtimeSettings.OUTBOX_BYTES_MAX, BYTES_MAX));
    private final WireWorld.Peer ann = world.connect("ann");

    @BeforeEach
    void subscribe() {
        for (String channel : List.of("talk:1", "plain:1", "stock:1")) {
            ann.subscribe(channel, "");
        }
        ann.heard.clear();
    }

    private void stall() {
        ann.writable = false;
    }

    private void read() {
        ann.writable = true;
        ann.session.writable();
        world.run(50);
    }

    private void say(int from, int count) {
        for (int i = from; i < from + count; i++) {
            world.publish("talk:1", Map.of("n", i, "text", "x".repeat(100)));
        }
    }

    private List<String> heard() {
        return ann.heard.stream()
                .map(each -> each.has("push")
                        ? each.at("/push/channel").asText() + " "
                                + each.at("/push/pub/data/n").asText()
                        : "reply")
                .toList();
    }

    @Test
    @DisplayName("[RT44] a stock change and a reply never wait behind comments; within a channel the order stays")
    void priorities() {
        stall();
        say(1, 3);
        world.publish("plain:1", Map.of("n", 1));
        say(4, 2);
        world.publish("plain:1", Map.of("n", 2));
        world.publish("stock:1", Map.of("n", 9));
        ann.send("{\"id\":99,\"ping\":{}}");
        read();
        assertThat(heard())
                .containsExactly(
                        "reply",
                        "stock:1 9",
                        "plain:1 1",
                        "plain:1 2",
                        "talk:1 1",
                        "talk:1 2",
                        "talk:1 3",
                        "talk:1 4",
                        "talk:1 5");
    }

    @Test
    @DisplayName("[RT44] a socket that takes a little at a time and has room again while it is flushed gets it all")
    void littleAtATime() {
        WireWorld.Peer bob = world.connect("bob");
        bob.subscribe("plain:1", "");
        bob.room = 1;
        ann.room = 1;
        for (int i = 0; i < 9; i++) {
            world.hub.publish(new ChannelName("plain:1"), Map.of("n", i));
            world.hub.publish(new ChannelName("talk:1"), Map.of("n", i));
            world.run(9);
        }
        world.run(50); // less than a sweep, which would help out
        assertThat(ann.pushes("pub")).hasSize(18);
        assertThat(bob.pushes("pub")).hasSize(9);
    }

    @Test
    @DisplayName("[RT44] what has priority does not wait for the tick that joins comments")
    void urgent() {
        WireWorld slow = new WireWorld(
                "stock: {class: latest, priority: high, open: true}\ntalk: {class: sampled, priority: low, open: true}\n",
                Settings.defaults().with(RealtimeSettings.TICK_MILLIS, 200));
        WireWorld.Peer bob = slow.connect("bob");
        bob.subscribe("talk:1", "");
        bob.subscribe("stock:1", "");
        slow.publish("talk:1", Map.of("n", 1));
        slow.publish("stock:1", Map.of("n", 1));
        slow.run(200);
        int before = bob.pushes("pub").size();
        slow.hub.publish(new ChannelName("talk:1"), Map.of("n", 2));
        slow.run(20);
        slow.hub.publish(new ChannelName("talk:1"), Map.of("n", 3));
        slow.hub.publish(new ChannelName("stock:1"), Map.of("n", 2));
        slow.run(30);
        assertThat(bob.heard.getLast().at("/push/channel").asText()).isEqualTo("stock:1");
        slow.run(250);
        assertThat(bob.pushes("pub")).hasSize(before + 3);
        assertThat(bob.heard.getLast().at("/push/pub/data/n").asInt()).isEqualTo(3);
    }

    @Test
    @DisplayName("[RT44] of what comes in one tick, what has priority goes first")
    void oneTick() {
        world.hub.publish(new ChannelName("talk:1"), Map.of("n", 1));
        world.hub.publish(new ChannelName("plain:1"), Map.of("n", 2));
        world.hub.publish(new ChannelName("stock:1"), Map.of("n", 3));
        world.run(50);
        assertThat(heard()).containsExactly("stock:1 3", "plain:1 2", "talk:1 1");
    }

    @Test
    @DisplayName("[RT45] what a slow reader of a sampled channel is not sent is counted in the next that it is sent")
    void gaps() {
        stall();
        say(1, 300);
        read();
        say(301, 2);
        countsAddUp(302);
        assertThat(ann.pushes("pub")).hasSizeLessThan(150);
        assertThat(ann.closed).isNull();
    }

    @Test
    @DisplayName("[RT45] the count is not lost where everything that waited was dropped")
    void nothingLeft() {
        stall();
        say(1, 20);
        // so much that no comment fits beside it
        for (int i = 1; i <= 9; i++) {
            world.publish("plain:1", Map.of("n", i, "text", "y".repeat(1_000)));
        }
        world.publish("plain:1", Map.of("n", 10, "text", "y".repeat(200)));
        assertThat(ann.closed).isNull();
        read();
        assertThat(heard()).hasSize(10).allMatch(each -> each.startsWith("plain"));
        say(21, 1);
        countsAddUp(21);
    }

    private void countsAddUp(int published) {
        List<JsonNode> pushes = ann.heard.stream()
                .filter(each -> each.at("/push/channel").asText().equals("talk:1"))
                .toList();
        long before = 0;
        long counted = 0;
        for (JsonNode push : pushes) {
            long left = push.at("/push/pub/tags/left_out").asLong();
            assertThat(push.at("/push/pub/offset").asLong()).isEqualTo(before + 1 + left);
            before = push.at("/push/pub/offset").asLong();
            counted += left;
        }
        assertThat(counted).isPositive();
        assertThat(counted + pushes.size()).isEqualTo(published);
    }

    @Test
    @DisplayName("[RT45] comments make room for what may not be left out, before anybody is disconnected")
    void room() {
        stall();
        say(1, 200);
        world.publish("plain:1", Map.of("n", 1, "text", "z".repeat(3_000)));
        assertThat(ann.closed).isNull();
        read();
        assertThat(heard()).contains("plain:1 1");
        stall();
        world.publish("plain:1", Map.of("n", 2, "text", "z".repeat(BYTES_MAX)));
        assertThat(ann.closed).isEqualTo(DisconnectCode.SLOW);
    }

    @Test
    @DisplayName("[RT43] a slow reader that asked for a position of a sampled channel is closed, so that it recovers")
    void positioned() {
        WireWorld.Peer recorder = world.connect("recorder");
        recorder.subscribe("talk:1", "\"positioned\":true");
        recorder.writable = false;
        say(1, 100);
        assertThat(recorder.closed).isEqualTo(DisconnectCode.SLOW);
    }

    @Test
    @DisplayName("[RT44] nothing of a channel comes behind the word that it has ended")
    void ended() {
        stall();
        world.publish("plain:1", Map.of("n", 1));
        world.publish("stock:1", Map.of("n", 1));
        ann.session.unsubscribed(
                Objects.requireNonNull(ann.session.subscriptions().get("plain:1")), UnsubscribeCode.INSUFFICIENT);
        read();
        List<String> heard = new ArrayList<>(heard());
        assertThat(heard).containsExactly("plain:1 ", "stock:1 1");
    }
}
