package io.jishi.bench;

import io.jishi.bench.FaultPlan.Nemesis;
import io.jishi.bench.FaultProxy.Kind;
import io.jishi.bench.FaultProxy.Trap;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Does what a plan says to the servers, and puts everything back. */
final class FaultNemesis {
    /** The others give a node up after four seconds without a heartbeat. */
    private static final Duration FREEZE = Duration.ofSeconds(6);

    private static final Duration FREEZE_LONG = Duration.ofSeconds(30);
    /** Longer than the shortest reservation, so that deadlines come while a clock is wrong. */
    private static final Duration CLOCK_WRONG = Duration.ofSeconds(6);
    /** Less than the three seconds after which a node that stood still ends. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private static final Duration MERGE = Duration.ofSeconds(6);
    private static final Duration TRAP_MAX = Duration.ofSeconds(3);
    private static final int TAKE_OVERS = 20;

    private final NightServers servers;
    private final List<FaultProxy> proxies;
    private final FaultLayout layout;

    FaultNemesis(NightServers servers, FaultLayout layout) {
        this.servers = servers;
        this.layout = layout;
        this.proxies = layout.proxies();
    }

    /** Whether this machine lets us. */
    boolean isPossible(Nemesis nemesis) {
        return switch (nemesis) {
            case PART_NODES -> layout.network().isPresent();
            case CLOCK_JUMP, SLOW_DISK -> layout.databaseShim().isPresent();
            case NOTHING,
                    KILL_NODE,
                    KILL_DATABASE,
                    PAUSE_NODE,
                    FREEZE_NODE,
                    FREEZE_LONG,
                    CUT_FROM_DATABASE,
                    STALL_DATABASE,
                    RESET_DATABASE,
                    BEFORE_SEND,
                    AFTER_SEND,
                    AFTER_COMMIT,
                    LATE_STATEMENT,
                    LATE_AND_TAKEN_OVER,
                    TAKEN_FOR_DEAD,
                    ROLLING_RESTART -> true;
        };
    }

    /** What a machine has to have for it, for people. */
    static String needs(Nemesis nemesis) {
        return nemesis == Nemesis.PART_NODES
                ? "it takes two nodes, root, and the program ip"
                : "it takes Linux, glibc, and a C compiler that is called cc or gcc";
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
            case CLOCK_JUMP -> {
                layout.shims().get(victim).clockAhead(plan.clockAhead());
                Thread.sleep(CLOCK_WRONG);
                layout.shims().get(victim).clockAhead(Duration.ZERO);
            }
            case SLOW_DISK -> {
                layout.databaseShim().orElseThrow().slowSyncs(plan.syncTakes());
                Thread.sleep(plan.lasts().multipliedBy(2));
                layout.databaseShim().orElseThrow().slowSyncs(Duration.ZERO);
            }
            case FREEZE_NODE -> freeze(victim, FREEZE);
            case FREEZE_LONG -> freezeSelling(victim);
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
                trap(Trap.LATE, Kind.SELLS);
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
        FaultNetwork wires = layout.network().orElseThrow();
        wires.cut();
        Thread.sleep(FREEZE);
        wires.heal();
        Thread.sleep(MERGE); // the cluster becomes one again, and whoever was given up ends
    }

    /** Its last selling statement is kept back and reaches the database just before it goes on. */
    private void freezeSelling(int victim) throws IOException, InterruptedException {
        FaultProxy proxy = proxies.get(victim);
        int before = sprung();
        proxy.set(Trap.HELD, Kind.SELLS);
        awaitSprung(before + 1);
        proxy.disarm();
        servers.signal(victim, "STOP");
        Thread.sleep(FREEZE_LONG);
        proxy.release();
        thaw(victim);
    }

    private void freeze(int victim, Duration how) throws IOException, InterruptedException {
        servers.signal(victim, "STOP");
        Thread.sleep(how);
        thaw(victim);
    }

    private void thaw(int victim) throws IOException, InterruptedException {
        servers.signal(victim, "CONT");
        servers.awaitEnd(victim);
        servers.startNodeAgain(victim);
    }

    /** On every node the next statement that sells, then the next that takes a place in the waiting list. */
    private void trap(Trap trap) throws InterruptedException {
        trap(trap, Kind.SELLS);
        trap(trap, Kind.JOINS);
    }

    private void trap(Trap trap, Kind kind) throws InterruptedException {
        int before = sprung();
        proxies.forEach(proxy -> proxy.set(trap, kind));
        awaitSprung(before + proxies.size());
        proxies.forEach(FaultProxy::disarm);
    }

    private void awaitSprung(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TRAP_MAX.toNanos();
        while (sprung() < count && System.nanoTime() < deadline) {
            Thread.sleep(Duration.ofMillis(20));
        }
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
