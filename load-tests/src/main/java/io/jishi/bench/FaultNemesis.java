package io.jishi.bench;

import io.jishi.bench.FaultProxy.Trap;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Does what a plan says to the servers, and puts everything back. */
final class FaultNemesis {
    /** The others give a node up after four seconds without a heartbeat. */
    private static final Duration FREEZE = Duration.ofSeconds(6);
    /** Less than the three seconds after which a node that stood still ends. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private static final Duration MERGE = Duration.ofSeconds(6);
    private static final Duration TRAP_MAX = Duration.ofSeconds(3);
    private static final int TAKE_OVERS = 20;

    private final NightServers servers;
    private final List<FaultProxy> proxies;
    private final Optional<FaultNetwork> network;

    /** @param network empty where the nodes cannot be parted */
    FaultNemesis(NightServers servers, List<FaultProxy> proxies, Optional<FaultNetwork> network) {
        this.servers = servers;
        this.proxies = proxies;
        this.network = network;
    }

    /** Blocks until the trouble is over and all nodes serve again. */
    void haunt(FaultPlan plan, List<String> sales) throws IOException, InterruptedException, SQLException {
        Thread.sleep(plan.after());
        int victim = plan.victim();
        FaultProxy proxy = proxies.get(victim);
        switch (plan.nemesis()) {
            case NOTHING -> {}
            case KILL_NODE -> {
                servers.killNode(victim);
                servers.startNodeAgain(victim);
            }
            case KILL_DATABASE -> {
                servers.killDatabase();
                Thread.sleep(plan.lasts());
                servers.startDatabaseAgain();
            }
            case PAUSE_NODE -> {
                servers.signal(victim, "STOP");
                Thread.sleep(plan.lasts().compareTo(PAUSE_MAX) < 0 ? plan.lasts() : PAUSE_MAX);
                servers.signal(victim, "CONT");
            }
            case FREEZE_NODE -> freeze(victim);
            case CUT_FROM_DATABASE -> {
                proxy.cut();
                Thread.sleep(plan.lasts());
                proxy.heal();
            }
            case PART_NODES -> part();
            case STALL_DATABASE -> {
                proxy.stall();
                Thread.sleep(plan.lasts());
                proxy.heal();
            }
            case RESET_DATABASE -> proxy.reset();
            case BEFORE_SEND -> trap(Trap.BEFORE_SEND);
            case AFTER_SEND -> trap(Trap.AFTER_SEND);
            case AFTER_COMMIT -> trap(Trap.AFTER_COMMIT);
            case LATE_STATEMENT -> trap(Trap.LATE);
            case LATE_AND_TAKEN_OVER -> {
                trap(Trap.LATE);
                takeOver(sales, 1);
            }
            case TAKEN_FOR_DEAD -> takeOver(sales, TAKE_OVERS);
            case ROLLING_RESTART -> {
                for (int node = 0; node < servers.count(); node++) {
                    servers.stopNode(node);
                    servers.startNodeAgain(node);
                }
            }
        }
        servers.reviveAll();
    }

    /** For so long that each takes the other for dead; both go on selling. */
    private void part() throws IOException, InterruptedException {
        FaultNetwork wires = network.orElseThrow();
        wires.cut();
        Thread.sleep(FREEZE);
        wires.heal();
        Thread.sleep(MERGE); // the cluster becomes one again, and whoever was given up ends
    }

    private void freeze(int victim) throws IOException, InterruptedException {
        servers.signal(victim, "STOP");
        Thread.sleep(FREEZE);
        servers.signal(victim, "CONT");
        servers.awaitEnd(victim);
        servers.startNodeAgain(victim);
    }

    /** On every node the next statement that sells; what sells nothing springs no trap. */
    private void trap(Trap trap) throws InterruptedException {
        int before = sprung();
        proxies.forEach(proxy -> proxy.set(trap));
        long deadline = System.nanoTime() + TRAP_MAX.toNanos();
        while (sprung() < before + proxies.size() && System.nanoTime() < deadline) {
            Thread.sleep(Duration.ofMillis(20));
        }
        proxies.forEach(FaultProxy::disarm);
    }

    private int sprung() {
        return proxies.stream().mapToInt(FaultProxy::sprung).sum();
    }

    private void takeOver(List<String> sales, int times) throws SQLException, InterruptedException {
        try (Connection database = servers.connect()) {
            for (int i = 0; i < times; i++) {
                for (String sale : sales) {
                    SaleAudit.takeOver(database, sale);
                }
                Thread.sleep(Duration.ofMillis(50));
            }
        }
    }
}
