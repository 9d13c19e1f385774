package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node that stops. */
class DrainTest {
    private static final int CLIENTS = 400;

    private final WireWorld world = new WireWorld("open: {class: lossless, open: true}");

    @Test
    @DisplayName("[RT74] a node that stops sends its clients to others in batches, spread over the time it has")
    void batches() {
        List<WireWorld.Peer> peers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            peers.add(world.connect("u" + i));
        }
        Future<Void> drained = world.hub.drain(1_000);
        long before = 0;
        int batches = 0;
        while (!drained.isComplete() && batches < 100) {
            world.run(100);
            long closed = peers.stream()
                    .filter(peer -> peer.closed == DisconnectCode.SHUTDOWN)
                    .count();
            assertThat(closed - before).isLessThanOrEqualTo(CLIENTS / 4);
            before = closed;
            batches++;
        }
        assertThat(before).isEqualTo(CLIENTS);
        assertThat(batches).isBetween(5, 11);
    }
}
