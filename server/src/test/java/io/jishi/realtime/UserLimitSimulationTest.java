package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Users with many connections on several nodes, over a network that loses and delays what nodes tell one another. */
class UserLimitSimulationTest {
    private static final String RULES = "log: {class: latest, open: true}";
    private static final int MAX = 40;
    /** What a node does not tell: fewer than a tenth. */
    private static final int UNTOLD_MAX = MAX / 10 - 1;

    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<List<SimulatedClient>> clients = new ArrayList<>();

    static List<Long> seeds() {
        return LongStream.rangeClosed(1, 30).boxed().toList();
    }

    private void connect(int count, String user, int node) {
        for (int i = 0; i < count; i++) {
            SimulatedClient client = new SimulatedClient("log:1", user, SimulatedClient.Wish.NONE);
            client.connect(nodes.get(node).commands, i % 2);
            clients.get(node).add(client);
        }
    }

    private long open(String user) {
        return clients.stream()
                .flatMap(List::stream)
                .filter(client -> client.user().equals(user) && client.isConnected())
                .count();
    }

    @ParameterizedTest(name = "[RT30] (seed {0})")
    @MethodSource("seeds")
    @DisplayName("[RT30] a user's connections are bounded in the whole cluster, and nobody within the bound loses any")
    void bounded(long seed) {
        Simulation simulation = new Simulation(seed);
        LocalFanout cluster = new LocalFanout(simulation);
        for (int i = 0; i < 4; i++) {
            Settings settings = Settings.defaults().with(RealtimeSettings.CONNECTIONS_PER_USER_MAX, MAX);
            nodes.add(new SimulatedNode(simulation, cluster, "n" + i, RULES, settings));
            clients.add(new ArrayList<>());
        }
        for (int node = 0; node < 4; node++) {
            connect(10, "good", node);
            connect(MAX - 5 * node, "greedy", node);
            connect(UNTOLD_MAX + simulation.random.nextInt(10), "busy", node);
        }
        simulation.runUntil(() -> false, 60_000);
        assertThat(open("good")).isEqualTo(MAX);
        assertThat(open("greedy")).isBetween((long) MAX - UNTOLD_MAX, MAX + 3L * UNTOLD_MAX);
        assertThat(open("busy")).isLessThanOrEqualTo(MAX + 3L * UNTOLD_MAX);

        long before = open("greedy");
        for (int node = 0; node < 4; node++) {
            connect(5, "greedy", node);
        }
        simulation.runUntil(() -> false, 20_000);
        assertThat(open("greedy")).as("one who is at the bound gets no more").isEqualTo(before);

        clients.removeLast();
        nodes.removeLast().kill(cluster, simulation);
        simulation.runUntil(() -> false, 700);
        connect(10, "good", 0);
        simulation.runUntil(() -> false, 30_000);
        assertThat(open("good"))
                .as("who comes back from a dead node is not counted there")
                .isEqualTo(MAX);
    }
}
