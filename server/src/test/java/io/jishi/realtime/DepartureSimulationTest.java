package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes die, one after the other, and those who are left hear of everybody who went with them. */
class DepartureSimulationTest {
    private static final String CHANNEL = "log:1";
    private static final String RULES = "log: {class: lossless, presence: true, join-leave: true, open: true}";

    static List<Long> seeds() {
        return LongStream.rangeClosed(1, 100).boxed().toList();
    }

    @ParameterizedTest(name = "[RT71] (seed {0})")
    @MethodSource("seeds")
    @DisplayName("[RT71] when nodes die, it is told once of each of their clients that it went, and of nobody else")
    void everyLeaveOnce(long seed) {
        Simulation simulation = new Simulation(seed);
        LocalFanout cluster = new LocalFanout(simulation);
        List<SimulatedNode> nodes = new ArrayList<>();
        List<List<SimulatedClient>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.add(new SimulatedNode(simulation, cluster, "n" + i, RULES, 100_000));
            clients.add(new ArrayList<>());
        }
        for (int i = 0; i < 12; i++) {
            int node = simulation.random.nextInt(nodes.size());
            SimulatedClient client = new SimulatedClient(CHANNEL, "u" + i, SimulatedClient.Wish.MOVES);
            clients.get(node).add(client);
            client.connect(nodes.get(node).commands, simulation.random.nextInt(2));
        }
        simulation.runUntil(() -> false, 2_000);
        List<String> gone = new ArrayList<>();
        for (int death = 0; death < 2; death++) {
            int dead = simulation.random.nextInt(nodes.size());
            clients.remove(dead).forEach(client -> gone.add(client.client));
            nodes.remove(dead).kill(cluster, simulation);
            simulation.runUntil(() -> false, simulation.random.nextInt(1_500));
        }
        simulation.runUntil(() -> false, 3_000);
        clients.stream()
                .flatMap(List::stream)
                .forEach(survivor -> assertThat(survivor.left).containsExactlyInAnyOrderElementsOf(gone));
    }
}
