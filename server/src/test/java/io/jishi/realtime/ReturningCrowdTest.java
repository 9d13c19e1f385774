package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many clients of a dead node come back to one that did not hear their channel so far. */
class ReturningCrowdTest {
    private static final String CHANNEL = "log:1";
    private static final String RULES =
            "log: {class: lossless, history-size: 5000, history-seconds: 86400, force-recovery: true, delta: fossil, open: true}";
    private static final int CLIENTS = 100;

    private final Simulation simulation = new Simulation(1);
    private final LocalFanout cluster = new LocalFanout(simulation);
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();

    ReturningCrowdTest() {
        for (int i = 0; i < 3; i++) {
            nodes.add(new SimulatedNode(simulation, cluster, "n" + i, RULES, 1_000_000));
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new SimulatedClient(
                    CHANNEL, "", i % 2 == 0 ? SimulatedClient.Wish.DELTA : SimulatedClient.Wish.NONE));
        }
    }

    private void publish(SimulatedNode node, int count) {
        for (int i = 0; i < count; i++) {
            node.hub.publish(new ChannelName(CHANNEL), "publication " + i);
            simulation.runUntil(() -> false, 10);
        }
    }

    private static double reads(SimulatedNode node) {
        return node.meters.get("jishi.recovery.reads").counter().count();
    }

    private void comeTo(SimulatedNode node) {
        for (int i = 0; i < CLIENTS; i++) {
            clients.get(i).connect(node.commands, i % 2);
            if (i % 10 == 9) {
                publish(nodes.getLast(), 1); // some come while the log is read, some later
            }
        }
    }

    /** Each has heard one whole run of the log up to its end. */
    private void assertWhole(long end) {
        simulation.runUntil(() -> clients.stream().allMatch(client -> client.offset() == end), 10_000);
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.unrecovered).isZero();
            assertThat(client.offset()).isEqualTo(end);
            assertThat(client.offsets).hasSize((int) (end - client.began));
        });
    }

    @Test
    @DisplayName("[RT65] a node reads a channel's log once for all clients of a dead node that come back to it")
    void once() {
        SimulatedNode first = nodes.removeFirst();
        clients.forEach(client -> client.connect(first.commands, 0));
        simulation.runUntil(() -> clients.stream().allMatch(client -> client.offset() >= 0), 10_000);
        publish(first, 20);
        // not all have heard the same when it dies
        for (int i = 0; i < CLIENTS; i += 7) {
            clients.get(i).cut();
        }
        publish(first, 5);
        clients.forEach(SimulatedClient::cut);
        first.kill(cluster, simulation);
        publish(nodes.getLast(), 20);

        SimulatedNode second = nodes.getFirst();
        comeTo(second);
        assertWhole(20 + 5 + 20 + CLIENTS / 10);
        assertThat(reads(second)).isEqualTo(1);
    }

    @Test
    @DisplayName("[RT65] who has missed more than the others has the log read again, from its own place")
    void further() {
        SimulatedNode first = nodes.removeFirst();
        clients.forEach(client -> client.connect(first.commands, 0));
        simulation.runUntil(() -> clients.stream().allMatch(client -> client.offset() >= 0), 10_000);
        clients.getLast().cut();
        publish(first, 1_500);
        clients.forEach(SimulatedClient::cut);
        first.kill(cluster, simulation);
        publish(nodes.getLast(), 20);

        SimulatedNode second = nodes.getFirst();
        comeTo(second);
        assertWhole(1_500 + 20 + CLIENTS / 10);
        assertThat(reads(second)).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "[RT65] a place that the log does not reach back to any more is looked for once, however often it is named")
    void gone() {
        SimulatedNode node = nodes.getFirst();
        clients.forEach(client -> client.connect(node.commands, 0));
        simulation.runUntil(() -> clients.stream().allMatch(client -> client.offset() >= 0), 10_000);
        clients.forEach(SimulatedClient::cut);
        publish(node, 5_100);
        for (SimulatedClient client : clients) {
            client.connect(node.commands, 0);
            simulation.runUntil(() -> client.unrecovered > 0, 10_000);
        }
        assertThat(clients).allSatisfy(client -> assertThat(client.unrecovered).isEqualTo(1));
        assertThat(reads(node)).isEqualTo(1);
    }
}
