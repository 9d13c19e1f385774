package io.jishi.bench;

import com.sun.management.OperatingSystemMXBean;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.flashsales.LobbyPlace;
import io.jishi.flashsales.Sale;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A crowd in the waiting room of one sale: buyers take their tickets before it opens, hear of their places when it does,
 * and wait for their turns. The nodes are in this process and share a PostgreSQL; there are no sockets.
 */
public final class LobbyBench implements Benchmark {
    private static final Duration ASK_AGAIN = Duration.ofMillis(50);
    private static final int MICROS = 1_000;

    @Override
    public String name() {
        return "waiting-room";
    }

    @Override
    public String oneLine() {
        return "a crowd in the waiting room of a sale: tickets, memory and CPU for each, how long until everybody knows the"
                + " place (sizes: joiners, nodes, inflight, opens)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofSeconds(60);
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        int joiners = context.number("joiners", 100_000);
        int count = context.number("nodes", 2);
        int inFlight = context.number("inflight", 4_000);
        int opensAfter = context.number("opens", 20);
        Postgres postgres = context.startPostgres();
        List<FlashSaleNode> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                nodes.add(FlashSaleNode.start(postgres.url(), member(i, count), i + 1));
            }
            Crowd warmUp = new Crowd(nodes, 5_000, inFlight);
            warmUp.enter(nodes.getFirst().lobby(1_000, Instant.now().plusSeconds(60)), place -> true);
            context.progress(joiners + " join " + count + " nodes");
            return rows(context, new Crowd(nodes, joiners, inFlight), opensAfter);
        } finally {
            nodes.forEach(FlashSaleNode::close);
        }
    }

    private static List<Row> rows(Context context, Crowd crowd, int opensAfter) throws InterruptedException {
        Instant opensAt = Instant.now().plusSeconds(opensAfter);
        Sale sale = crowd.nodes.getFirst().lobby(crowd.all.size() / 10, opensAt);
        long heap = heap();
        Asked joined = crowd.enter(sale, place -> true);
        long heapJoined = heap() - heap;
        if (Instant.now().isAfter(opensAt)) {
            throw new Context.WrongArgument("--set opens must be longer: it opened before all had joined");
        }
        context.progress("joined; waiting for the opening");
        Thread.sleep(Duration.between(Instant.now(), opensAt));
        double knows = crowd.awaitPlace(sale);
        Asked placed = crowd.enter(sale, place -> place.place() != null);
        double everybody = Duration.between(opensAt, Instant.now()).toNanos() / 1e6;
        long heapDrawn = heap() - heap;
        double size = crowd.all.size();
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("waiting room: joiners, each with a ticket that is committed", size, ""));
        rows.add(Row.of("waiting room: tickets", size / joined.seconds, "tickets/s"));
        rows.add(Row.of("waiting room: time to a ticket when saturated, p99", joined.p99Millis, "ms"));
        rows.add(Row.of("waiting room: CPU of the nodes, joining", joined.cpuSeconds * 1e6 / size, "µs CPU/joiner"));
        rows.add(Row.of("waiting room: heap before the start", heapJoined / size, "B/joiner"));
        rows.add(Row.of("waiting room: heap once the order is drawn", heapDrawn / size, "B/joiner"));
        rows.add(Row.of("waiting room: from the start until every node knows the order", knows, "ms"));
        rows.add(Row.of("waiting room: from the start until everybody has asked for the place", everybody, "ms"));
        rows.add(Row.of("waiting room: asks answered from memory", placed.count / placed.seconds, "asks/s"));
        rows.add(
                Row.of("waiting room: CPU of the nodes, asking", placed.cpuSeconds * 1e6 / placed.count, "µs CPU/ask"));
        return rows;
    }

    private static Membership member(int index, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("bench-" + i);
        }
        return new Membership() {
            @Override
            public String self() {
                return names.get(index);
            }

            @Override
            public Set<String> members() {
                return Set.copyOf(names);
            }

            @Override
            public void onChange(Consumer<Set<String>> listener) {}
        };
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    private record Asked(long count, double seconds, double p99Millis, double cpuSeconds) {}

    /** Buyers who ask, so many at a time, each at the node that the number says. */
    private static final class Crowd {
        private final List<FlashSaleNode> nodes;
        private final List<Id<User>> all = new ArrayList<>();
        private final int inFlight;

        Crowd(List<FlashSaleNode> nodes, int count, int inFlight) {
            this.nodes = nodes;
            this.inFlight = inFlight;
            for (int i = 0; i < count; i++) {
                all.add(nodes.get(i % nodes.size()).buyer());
            }
        }

        private FlashSaleNode node(int buyer) {
            return nodes.get(buyer % nodes.size());
        }

        /** Until everybody has had an answer that is wanted; who has not asks again a little later. */
        Asked enter(Sale sale, Predicate<LobbyPlace> wanted) throws InterruptedException {
            AtomicInteger next = new AtomicInteger();
            AtomicInteger asked = new AtomicInteger();
            AtomicIntegerArray micros = new AtomicIntegerArray(all.size());
            double cpu = cpuSeconds();
            long began = System.nanoTime();
            List<Thread> asking = new ArrayList<>();
            for (int i = 0; i < Math.min(inFlight, all.size()); i++) {
                asking.add(Thread.ofVirtual().start(() -> {
                    for (int buyer = next.getAndIncrement(); buyer < all.size(); buyer = next.getAndIncrement()) {
                        micros.set(buyer, ask(sale, buyer, wanted, asked));
                    }
                }));
            }
            for (Thread thread : asking) {
                thread.join();
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            int[] sorted = new int[all.size()];
            Arrays.setAll(sorted, micros::get);
            Arrays.sort(sorted);
            return new Asked(
                    asked.get(), seconds, sorted[(int) (sorted.length * 0.99)] / (double) MICROS, cpuSeconds() - cpu);
        }

        /** @return microseconds that the answer took which is wanted */
        private int ask(Sale sale, int buyer, Predicate<LobbyPlace> wanted, AtomicInteger asked) {
            while (true) {
                long began = System.nanoTime();
                asked.incrementAndGet();
                if (node(buyer).enter(sale, all.get(buyer)).await()
                                instanceof Outcome.Done<LobbyPlace>(LobbyPlace place)
                        && wanted.test(place)) {
                    return (int) ((System.nanoTime() - began) / MICROS);
                }
                LockSupport.parkNanos(ASK_AGAIN.toNanos());
            }
        }

        /** Blocks until every node tells one buyer the place; milliseconds since the sale opened. */
        double awaitPlace(Sale sale) throws InterruptedException {
            for (int i = 0; i < nodes.size(); i++) {
                while (!(node(i).enter(sale, all.get(i)).await() instanceof Outcome.Done<LobbyPlace>(LobbyPlace place)
                        && place.place() != null)) {
                    Thread.sleep(2);
                }
            }
            return Duration.between(sale.opensAt(), Instant.now()).toNanos() / 1e6;
        }
    }
}
