package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several nodes, a bad network, clients that come, go and stall, nodes that die; every client must have heard one run of
 * the log. {@code -Djishi.seeds=N} runs N seeds, {@code -Djishi.seed=S} the one with this number.
 */
class HubSimulationTest {
    private static final String CHANNEL = "log:1";
    private static final String RULES =
            "log: {class: lossless, history-size: 20000, history-seconds: 86400, force-recovery: true, delta: fossil, open: true}";
    private static final int SEEDS = Integer.getInteger("jishi.seeds", 200);

    static List<Long> seeds() {
        Long one = Long.getLong("jishi.seed");
        if (one != null) {
            return List.of(one);
        }
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @ParameterizedTest(
            name =
                    "[RT6] through loss, reordering, stalls and a node''s death every client hears one whole run of the log (seed {0})")
    @MethodSource("seeds")
    @DisplayName("[RT6] a client hears one whole run of the log whatever the network does")
    void oneRunOfTheLog(long seed) {
        Simulation simulation = new Simulation(seed);
        LocalFanout cluster = new LocalFanout(simulation);
        List<SimulatedNode> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(new SimulatedNode(simulation, cluster, "n" + i, RULES, 2_000));
        }
        List<SimulatedClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(new SimulatedClient(
                    CHANNEL, "", i % 2 == 0 ? SimulatedClient.Wish.DELTA : SimulatedClient.Wish.NONE));
        }
        Set<Integer> acknowledged = new HashSet<>();
        for (int i = 0; i < 150; i++) {
            publish(simulation, nodes, i, acknowledged);
            SimulatedNode.disturb(simulation, cluster, nodes, clients, client -> connect(simulation, nodes, client));
            simulation.runUntil(() -> true, 0);
            simulation.runUntil(() -> false, simulation.random.nextInt(30));
        }
        settle(simulation, nodes, clients, acknowledged);
        check(clients, acknowledged);
    }

    private static void publish(
            Simulation simulation, List<SimulatedNode> nodes, int number, Set<Integer> acknowledged) {
        nodes.get(simulation.random.nextInt(nodes.size()))
                .hub
                .publish(new ChannelName(CHANNEL), new Message("what is the same in all of them", number))
                .onSuccess(position -> acknowledged.add(number));
    }

    record Message(String text, int n) {}

    private static void connect(Simulation simulation, List<SimulatedNode> nodes, SimulatedClient client) {
        nodes.get(simulation.random.nextInt(nodes.size())).commands.open(0, new OpenTransport(), Format.JSON);
        SimulatedNode node = nodes.get(simulation.random.nextInt(nodes.size()));
        client.connect(node.commands, simulation.random.nextInt(2));
    }

    private static void settle(
            Simulation simulation,
            List<SimulatedNode> nodes,
            List<SimulatedClient> clients,
            Set<Integer> acknowledged) {
        for (int round = 0; round < 20; round++) {
            for (SimulatedClient client : clients) {
                client.stall(false);
                client.cut();
                connect(simulation, nodes, client);
            }
            boolean level = simulation.runUntil(
                    () -> clients.stream()
                                            .mapToLong(SimulatedClient::offset)
                                            .distinct()
                                            .count()
                                    == 1
                            && clients.get(0).offset() >= acknowledged.size(),
                    20_000);
            if (level && round > 0) {
                return;
            }
        }
    }

    private static void check(List<SimulatedClient> clients, Set<Integer> acknowledged) {
        SimulatedClient longest = clients.stream()
                .max(java.util.Comparator.comparingInt(c -> c.offsets.size()))
                .orElseThrow();
        for (SimulatedClient client : clients) {
            assertThat(client.unrecovered).isZero();
            assertThat(client.offset()).isEqualTo(longest.offset());
            for (int i = 1; i < client.offsets.size(); i++) {
                assertThat(client.offsets.get(i)).isEqualTo(client.offsets.get(i - 1) + 1);
            }
            int behind = longest.data.size() - client.data.size();
            assertThat(client.data).isEqualTo(longest.data.subList(behind, longest.data.size()));
        }
        assertThat(longest.data).doesNotHaveDuplicates();
        assertThat(acknowledged).isNotEmpty();
        assertThat(clients.stream().mapToInt(client -> client.changes).sum()).isPositive();
    }
}
