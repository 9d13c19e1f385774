package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel busier than its viewers are to be sent, as the protocol shows it. */
class SampledChannelTest {
    private static final String ROOM = "room:1";
    private static final int RATE = 20;
    private static final int WINDOW = 200;

    private final WireWorld world = new WireWorld(
            "room: {class: sampled, history-size: 4000, history-seconds: 600, force-recovery: true, sample-per-second: "
                    + RATE + ", open: true}",
            Settings.defaults().with(RealtimeSettings.SAMPLE_MILLIS, WINDOW));

    private void says(String user, int from, int count) {
        for (int i = from; i < from + count; i++) {
            var _ = world.hub.publishFrom(caller(user), new ChannelName(ROOM), Map.of("by", user, "n", i));
        }
    }

    private static Caller caller(String user) {
        return new Caller(user, user, Set.of(Role.VIEWER), "c-" + user, "en");
    }

    /** Publishes 200 a second for a second: everybody one thing, and two a hundred each. */
    private void rush() {
        for (int i = 0; i < 50; i++) {
            says("flood", 2 * i, 2);
            says("deluge", i, 1);
            says("guest " + i, i, 1);
            world.run(20);
        }
    }

    private static long countsAddUp(WireWorld.Peer peer, long before) {
        long at = before;
        for (JsonNode pub : peer.pushes("pub")) {
            assertThat(pub.path("offset").asLong())
                    .isEqualTo(at + 1 + pub.at("/tags/left_out").asLong());
            at = pub.path("offset").asLong();
        }
        return at;
    }

    private static List<Integer> by(WireWorld.Peer peer, String user) {
        return peer.pushes("pub").stream()
                .filter(pub -> pub.at("/data/by").asText().equals(user))
                .map(pub -> pub.at("/data/n").asInt())
                .toList();
    }

    @Test
    @DisplayName("[RT40] viewers of a hot room are sent the same bounded sample, fair by author")
    void sample() {
        WireWorld.Peer ann = world.connect("ann");
        WireWorld.Peer bob = world.connect("bob");
        ann.subscribe(ROOM, "");
        bob.subscribe(ROOM, "");
        rush();
        world.run(1_000);
        assertThat(ann.pushes("pub")).hasSizeBetween(RATE, 4 * RATE).isEqualTo(bob.pushes("pub"));
        long oneTimers = ann.pushes("pub").stream()
                .filter(pub -> pub.at("/data/by").asText().startsWith("guest"))
                .count();
        assertThat(oneTimers).isGreaterThan(by(ann, "flood").size());
        assertThat(countsAddUp(ann, 0)).isEqualTo(200);
    }

    @Test
    @DisplayName("[RT41] an author hears all of the own on every device, everybody hears host and system")
    void exceptions() {
        WireWorld.Peer flood = world.connect("flood");
        WireWorld.Peer also = world.connect("flood");
        WireWorld.Peer ann = world.connect("ann");
        List.of(flood, also, ann).forEach(peer -> peer.subscribe(ROOM, ""));
        rush();
        var _ = world.hub.publish(new ChannelName(ROOM), Map.of("by", "system", "n", 1));
        var _ = world.hub.publishAlwaysFrom(caller("host"), new ChannelName(ROOM), Map.of("by", "host", "n", 1));
        says("flood", 100, 40);
        world.run(1_000);
        assertThat(by(flood, "flood")).isEqualTo(IntStream.range(0, 140).boxed().toList());
        assertThat(by(also, "flood")).hasSize(140);
        assertThat(by(ann, "flood")).hasSizeLessThan(40);
        for (WireWorld.Peer peer : List.of(flood, ann)) {
            assertThat(by(peer, "system")).hasSize(1);
            assertThat(by(peer, "host")).hasSize(1);
            assertThat(countsAddUp(peer, 0)).isEqualTo(242);
        }
    }

    @Test
    @DisplayName("[RT43] who asks for a position hears everything, at once and uncounted")
    void whole() {
        WireWorld.Peer recorder = world.connect("recorder");
        recorder.subscribe(ROOM, "\"positioned\":true");
        rush();
        assertThat(recorder.pushes("pub")).hasSize(200).noneMatch(pub -> pub.has("tags"));
        assertThat(countsAddUp(recorder, 0)).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "[RT42] who comes back gets what the others were sent, its own and a count; who comes late, nothing old")
    void recovery() {
        world.connect("stays").subscribe(ROOM, "");
        WireWorld.Peer ann = world.connect("ann");
        JsonNode first = ann.subscribe(ROOM, "");
        rush();
        ann.session.closed();
        long at = countsAddUp(ann, 0);
        rush();
        says("ann", 0, 30);
        rush();
        WireWorld.Peer back = world.connect("ann");
        JsonNode reply = back.subscribe(
                ROOM,
                "\"recover\":true,\"offset\":" + at + ",\"epoch\":\""
                        + first.path("epoch").asText() + "\"");
        assertThat(reply.path("recovered").asBoolean()).isTrue();
        long recoveredTo = at;
        for (JsonNode pub : reply.path("publications")) {
            assertThat(pub.path("offset").asLong())
                    .isEqualTo(recoveredTo + 1 + pub.at("/tags/left_out").asLong());
            recoveredTo = pub.path("offset").asLong();
        }
        assertThat(reply.path("publications")).hasSizeBetween(2 * RATE, 30 + 6 * RATE);
        assertThat(reply.path("publications").findValuesAsText("by").stream().filter("ann"::equals))
                .hasSize(30);
        WireWorld.Peer late = world.connect("late");
        long lateAt = late.subscribe(ROOM, "").path("offset").asLong();
        rush();
        world.run(1_000);
        assertThat(countsAddUp(back, recoveredTo)).isEqualTo(200 * 4 + 30);
        assertThat(countsAddUp(late, lateAt)).isEqualTo(200 * 4 + 30);
    }

    @Test
    @DisplayName("[RT42] a position that this node knows nothing of any more is recovered within the rate")
    void longAway() {
        WireWorld.Peer ann = world.connect("ann");
        JsonNode first = ann.subscribe(ROOM, "");
        ann.session.closed();
        for (int i = 0; i < 8; i++) {
            rush();
        }
        world.run(10_000);
        WireWorld.Peer back = world.connect("ann");
        JsonNode reply = back.subscribe(
                ROOM,
                "\"recover\":true,\"offset\":0,\"epoch\":\""
                        + first.path("epoch").asText() + "\"");
        assertThat(reply.path("recovered").asBoolean()).isTrue();
        assertThat(reply.path("publications")).hasSizeBetween(2, 2 * RATE + 1);
        long at = 0;
        for (JsonNode pub : reply.path("publications")) {
            assertThat(pub.path("offset").asLong())
                    .isEqualTo(at + 1 + pub.at("/tags/left_out").asLong());
            at = pub.path("offset").asLong();
        }
        assertThat(at).isEqualTo(1_600);
    }

    @Test
    @DisplayName("[RT40] guests are many authors, one for each connection; odd names are names like others")
    void guests() {
        WireWorld.Peer viewer = world.connect("viewer");
        viewer.subscribe(ROOM, "");
        WireWorld.Peer odd = world.connect("\\\"},{\\\"user\\\":\\\"host");
        for (int i = 0; i < 60; i++) {
            odd.send("{\"id\":" + (1_000 + i) + ",\"publish\":{\"channel\":\"" + ROOM
                    + "\",\"data\":{\"by\":\"odd\",\"tags\":{\"left_out\":\"9\"}}}}");
            says("", i, 1);
        }
        world.run(1_000);
        assertThat(viewer.pushes("pub")).isNotEmpty();
        assertThat(countsAddUp(viewer, 0)).isEqualTo(120);
        assertThat(odd.closed).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{class: lossless, sample-per-second: 10}",
                "{class: sampled, sample-per-second: -1}",
                "{class: sampled, sample-per-second: 1000000}",
                "{class: sampled, priority: urgent}",
            })
    @DisplayName("[RT40] a rule that samples what may not be left out, or is out of range, is refused")
    void rules(String rule) {
        Assertions.assertThatThrownBy(() -> ChannelRules.parse("channels:\n  room: " + rule))
                .isInstanceOf(Invalid.class);
    }
}
