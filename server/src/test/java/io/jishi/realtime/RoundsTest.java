package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Settings;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens while a broadcast is on its way, which is sent to one socket after the other here. */
class RoundsTest {
    private static final String ROOM = "room:1";
    private static final String STOCK = "stock:1";
    private static final String RULES = """
            room: {class: lossless, history-size: 10, history-seconds: 600, open: true}
            stock: {class: lossless, history-size: 10, history-seconds: 600, priority: high, open: true}
            """;

    private WireWorld world = new WireWorld(RULES, Settings.defaults().with(RealtimeSettings.SOCKETS_AT_ONCE, 1));
    private long offset;

    private List<WireWorld.Peer> peers(int count) {
        List<WireWorld.Peer> peers = IntStream.range(0, count)
                .mapToObj(number -> world.connect("peer-" + number))
                .toList();
        peers.forEach(peer -> {
            peer.subscribe(ROOM, "");
            peer.subscribe(STOCK, "");
            peer.heard.clear();
        });
        return peers;
    }

    private void deliver(String channel) {
        offset++;
        Publication publication = new Publication(offset, "", Buffer.buffer("{\"n\":" + offset + "}"), null, 0);
        world.hub.loop(0).deliver(channel, List.of(new Encoded(channel, publication, null, true)));
    }

    private static List<String> heard(WireWorld.Peer peer) {
        return peer.heard.stream()
                .map(each -> each.at("/push/channel").asText() + " " + each.at("/push/pub/data/n"))
                .toList();
    }

    /** The one that hears it before all others. */
    private WireWorld.Peer firstOf(List<WireWorld.Peer> peers) {
        List<WireWorld.Peer> order = new ArrayList<>();
        peers.forEach(peer -> peer.onPublication = () -> order.add(peer));
        deliver(ROOM);
        world.run(50);
        peers.forEach(peer -> {
            peer.onPublication = () -> {};
            peer.heard.clear();
        });
        offset = 0;
        return order.getFirst();
    }

    @Test
    @DisplayName(
            "[RT44] a broadcast that has begun lets what has high priority go first to those whom it has not reached")
    void urgentGoesFirst() {
        List<WireWorld.Peer> peers = peers(4);
        WireWorld.Peer first = firstOf(peers);
        first.onPublication = () -> {
            first.onPublication = () -> {};
            deliver(STOCK);
        };
        deliver(ROOM);
        world.run(50);
        for (WireWorld.Peer peer : peers) {
            assertThat(heard(peer))
                    .isEqualTo(peer == first ? List.of(ROOM + " 1", STOCK + " 2") : List.of(STOCK + " 2", ROOM + " 1"));
        }
    }

    @Test
    @DisplayName("[RT47] who leaves amid a broadcast is passed by, and all others hear it once")
    void leaving() {
        for (int gone = 0; gone < 5; gone++) {
            world = new WireWorld(RULES, Settings.defaults().with(RealtimeSettings.SOCKETS_AT_ONCE, 1));
            List<WireWorld.Peer> peers = peers(5);
            WireWorld.Peer first = firstOf(peers);
            WireWorld.Peer leaver = peers.get(gone);
            first.onPublication = leaver.session::closed;
            deliver(ROOM);
            deliver(ROOM);
            world.run(50);
            for (WireWorld.Peer peer : peers) {
                if (peer != leaver) {
                    assertThat(heard(peer)).containsExactly(ROOM + " 1", ROOM + " 2");
                } else if (peer != first) {
                    assertThat(heard(peer)).isEmpty();
                }
            }
        }
    }

    @Test
    @DisplayName("[RT47] who comes while something waits hears what comes behind it, and does not make it go out early")
    void coming() {
        world = new WireWorld(RULES, Settings.defaults().with(RealtimeSettings.TICK_MILLIS, 500));
        List<WireWorld.Peer> peers = peers(3);
        deliver(ROOM);
        world.run(600);
        deliver(ROOM); // within the tick of the one before
        deliver(ROOM);
        WireWorld.Peer late = world.connect("late");
        late.subscribe(ROOM, "");
        late.heard.clear();
        deliver(ROOM);
        world.run(100);
        assertThat(heard(late)).isEmpty();
        world.run(600);
        assertThat(heard(late)).containsExactly(ROOM + " 4");
        assertThat(peers)
                .allSatisfy(peer -> assertThat(heard(peer))
                        .containsExactlyElementsOf(
                                Stream.of(1, 2, 3, 4).map(n -> ROOM + " " + n).toList()));
    }

    @Test
    @DisplayName("[RT47] a fault of one socket is nobody else's: it is closed so that its client comes again")
    void fault() {
        List<WireWorld.Peer> peers = peers(4);
        WireWorld.Peer bad = peers.get(1);
        bad.onPublication = () -> {
            throw new IllegalStateException("its fault");
        };
        deliver(ROOM);
        world.run(50);
        assertThat(bad.closed).isEqualTo(DisconnectCode.SERVER_ERROR);
        assertThat(peers)
                .filteredOn(peer -> peer != bad)
                .allSatisfy(peer -> assertThat(heard(peer)).containsExactly(ROOM + " 1"));
    }
}
