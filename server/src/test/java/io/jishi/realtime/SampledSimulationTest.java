package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Role;
import io.jishi.realtime.SimulatedClient.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hot room on several nodes, with a bad network, nodes that die, and viewers that come, go and stall; seeds as in
 * {@link HubSimulationTest}. For every viewer what it heard and what it was told was left out must add up to the log.
 */
class SampledSimulationTest {
    private static final String CHANNEL = "log:1";
    private static final String RULES =
            "log: {class: sampled, history-size: 20000, history-seconds: 86400, force-recovery: true, sample-per-second: 20, open: true}";

    private final Map<String, List<Long>> own = new HashMap<>();
    private long top;
    /** Whether slow readers are left out nothing for being slow: then authors hear all of the own. */
    private boolean wideOutbox;

    static LongStream seeds() {
        return HubSimulationTest.seeds().stream().mapToLong(Long::longValue);
    }

    @ParameterizedTest(
            name = "[RT42] through loss, stalls and deaths what viewers hear and what is counted adds up (seed {0})")
    @MethodSource("seeds")
    @DisplayName("[RT41][RT42] through loss, stalls and deaths what viewers hear and what is counted adds up")
    void addsUp(long seed) {
        wideOutbox = seed % 2 == 0;
        Simulation simulation = new Simulation(seed);
        LocalFanout cluster = new LocalFanout(simulation);
        List<SimulatedNode> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(new SimulatedNode(simulation, cluster, "n" + i, RULES, wideOutbox ? 1 << 20 : 2_000));
        }
        List<SimulatedClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(new SimulatedClient(CHANNEL, "u" + i / 2, i == 5 ? Wish.POSITION : Wish.NONE));
        }
        for (int i = 0; i < 150; i++) {
            say(simulation, nodes, i);
            SimulatedNode.disturb(simulation, cluster, nodes, clients, client -> connect(simulation, nodes, client));
            simulation.runUntil(() -> false, simulation.random.nextInt(30));
        }
        settle(simulation, nodes, clients);
        clients.forEach(this::check);
        assertThat(clients.get(5).leftOut).containsOnly(0L);
        assertThat(clients.stream()
                        .flatMap(client -> client.leftOut.stream())
                        .mapToLong(Long::longValue)
                        .sum())
                .isPositive();
    }

    private void say(Simulation simulation, List<SimulatedNode> nodes, int number) {
        String user = "u" + simulation.random.nextInt(6);
        SimulatedNode node = nodes.get(simulation.random.nextInt(nodes.size()));
        Caller caller = new Caller(user, user, Set.of(Role.VIEWER), "c", "en");
        for (int i = simulation.random.nextInt(4); i >= 0; i--) {
            node.hub
                    .publishFrom(caller, new ChannelName(CHANNEL), Map.of("n", number))
                    .onSuccess(position -> {
                        top = Math.max(top, position.offset());
                        own.computeIfAbsent(user, u -> new ArrayList<>()).add(position.offset());
                    });
        }
    }

    private static void connect(Simulation simulation, List<SimulatedNode> nodes, SimulatedClient client) {
        client.connect(nodes.get(simulation.random.nextInt(nodes.size())).commands, simulation.random.nextInt(2));
    }

    private void settle(Simulation simulation, List<SimulatedNode> nodes, List<SimulatedClient> clients) {
        for (int round = 0; round < 20; round++) {
            for (SimulatedClient client : clients) {
                client.stall(false);
                client.cut();
                connect(simulation, nodes, client);
            }
            if (simulation.runUntil(
                            () -> clients.stream()
                                                    .mapToLong(SimulatedClient::offset)
                                                    .distinct()
                                                    .count()
                                            == 1
                                    && clients.get(0).offset() >= top,
                            20_000)
                    && round > 0) {
                return;
            }
        }
    }

    private void check(SimulatedClient client) {
        assertThat(client.unrecovered).isZero();
        long before = client.began;
        for (int i = 0; i < client.offsets.size(); i++) {
            assertThat(client.offsets.get(i)).isEqualTo(before + 1 + client.leftOut.get(i));
            before = client.offsets.get(i);
        }
        assertThat(before).isGreaterThanOrEqualTo(top);
        List<Long> expected = own.getOrDefault(client.user(), List.of()).stream()
                .filter(offset -> offset > client.began)
                .toList();
        if (wideOutbox) {
            assertThat(client.offsets).containsAll(expected);
        }
    }
}
