package io.jishi.realtime;

import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.realtime.Simulation.VirtualLoop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A node of two loops on a bad network. A token is the name of its bearer. */
final class SimulatedNode {
    final List<VirtualLoop> loops = new ArrayList<>();
    final LossyFanout fanout;
    final Hub hub;
    final SessionCommands commands;
    final String name;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** @param channel the rule of one namespace, in YAML */
    SimulatedNode(Simulation simulation, LocalFanout cluster, String name, String channel, int outboxBytesMax) {
        this(
                simulation,
                cluster,
                name,
                channel,
                Settings.defaults().with(RealtimeSettings.OUTBOX_BYTES_MAX, outboxBytesMax));
    }

    SimulatedNode(Simulation simulation, LocalFanout cluster, String name, String channel, Settings more) {
        this.name = name;
        loops.add(simulation.loop());
        loops.add(simulation.loop());
        fanout = new LossyFanout(simulation, cluster.node(name));
        ChannelRules rules =
                ChannelRules.parse("anonymous: true\ndevelopment-only: true\nchannels:\n" + channel.indent(2));
        Settings settings = more.with(RealtimeSettings.CHECK_SECONDS, 5)
                .with(RealtimeSettings.SOCKETS_AT_ONCE, 1 + simulation.random.nextInt(3));
        hub = new Hub(List.copyOf(loops), rules, fanout, simulation, settings, meters);
        hub.start();
        hub.greet("log", (caller, key) -> {
            Promise<Object> greeting = Promise.promise();
            simulation.soon(20, () -> greeting.complete(Map.of("hello", key)));
            return greeting.future();
        });
        Authorization authorization = Authorization.parse(List.of("what,guest,viewer"));
        commands = new SessionCommands(
                hub,
                new Methods(authorization),
                authorization,
                (token, connection) -> new Authenticator.Verdict.Bearer(
                        new Caller(token, token, Set.of(Role.VIEWER), connection, "en"), null, Map.of(), null),
                caller -> List.of(),
                name);
    }

    void kill(LocalFanout cluster, Simulation simulation) {
        loops.forEach(VirtualLoop::kill);
        hub.forget();
        fanout.kill();
        simulation.after(500, () -> cluster.kill(name));
    }

    /**
     * One blow of fate: a client is cut off, stalls, goes on or comes back; now and then a node dies.
     *
     * @param connect lets a client come back
     */
    static void disturb(
            Simulation simulation,
            LocalFanout cluster,
            List<SimulatedNode> nodes,
            List<SimulatedClient> clients,
            Consumer<SimulatedClient> connect) {
        SimulatedClient client = clients.get(simulation.random.nextInt(clients.size()));
        switch (simulation.random.nextInt(8)) {
            case 0 -> client.cut();
            case 1 -> client.stall(true);
            case 2 -> client.stall(false);
            default -> {
                if (!client.isConnected()) {
                    connect.accept(client);
                }
            }
        }
        if (nodes.size() > 1 && simulation.random.nextInt(120) == 0) {
            nodes.remove(simulation.random.nextInt(nodes.size())).kill(cluster, simulation);
        }
    }
}
