package io.jishi.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What happens in one run, made from its seed alone.
 *
 * @param sales that run at the same time
 * @param after how long after the beginning of the rush the trouble begins
 * @param lasts how long it lasts, where it lasts
 * @param victim which node, from 0 on
 * @param clockAhead by how much its clock goes wrong, where it does
 * @param syncTakes how much longer the database's disk takes for each sync, where it is slow
 */
record FaultPlan(
        long seed,
        List<Sale> sales,
        Nemesis nemesis,
        Duration after,
        Duration lasts,
        int victim,
        Duration clockAhead,
        Duration syncTakes) {
    /** Whom a sale is for; where not for all, strangers try as well. */
    enum Audience {
        ALL,
        LIST,
        MEMBERS,
        FOLLOWERS;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param hasLobby whether it opens a while later and has a waiting room
     * @param stopsAfter when the host stops it; zero where it goes on until all is sold
     */
    record Sale(
            int stock,
            int perBuyerLimit,
            int reservationSeconds,
            int buyers,
            Audience audience,
            boolean hasLobby,
            Duration stopsAfter) {
        boolean isForAll() {
            return audience == Audience.ALL;
        }

        boolean stops() {
            return !stopsAfter.isZero();
        }
    }

    /** What goes wrong. Beside it, buyers lose connections and ask twice in every run. */
    enum Nemesis {
        NOTHING,
        KILL_NODE,
        KILL_DATABASE,
        /** A node stands still for less than the others notice. */
        PAUSE_NODE,
        /** A node's clock is an hour ahead or behind for a while; needs a {@link FaultShim}. */
        CLOCK_JUMP,
        /** A commit of the database takes most of a second for a while; needs a {@link FaultShim}. */
        SLOW_DISK,
        /** The nodes lose each other; needs a {@link FaultNetwork}. */
        PART_NODES,
        /** A node stands still for so long that it is given up; it ends when it goes on. */
        FREEZE_NODE,
        /** A node stands still for half a minute, amid a sale: what it sent arrives when all is long taken over. */
        FREEZE_LONG,
        CUT_FROM_DATABASE,
        STALL_DATABASE,
        /** All connections of a node to the database break once. */
        RESET_DATABASE,
        BEFORE_SEND,
        AFTER_SEND,
        AFTER_COMMIT,
        /** A statement reaches the database after its node gave it up and sent it again. */
        LATE_STATEMENT,
        /** The same, and meanwhile the node's segment is taken over. */
        LATE_AND_TAKEN_OVER,
        /** Somebody takes nodes for dead that go on. */
        TAKEN_FOR_DEAD,
        ROLLING_RESTART;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final Duration CLOCK_OFF = Duration.ofHours(1);
    private static final int BUYERS_MIN = 6;
    private static final int TINY_STOCK_MAX = 5;
    private static final int STOCK_MAX = 50;

    FaultPlan {
        sales = List.copyOf(sales);
    }

    /** @param nemeses to choose from */
    static FaultPlan of(long seed, List<Nemesis> nemeses, int nodes, int buyersMax, int salesCount) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextInt();
        Random entrances = new Random(seed);
        entrances.nextInt();
        List<Sale> sales = new ArrayList<>();
        for (int i = 0; i < salesCount; i++) {
            sales.add(sale(random, entrances, buyersMax, i == 0 ? TINY_STOCK_MAX : STOCK_MAX));
        }
        return new FaultPlan(
                seed,
                sales,
                nemeses.get(random.nextInt(nemeses.size())),
                Duration.ofMillis(100 + random.nextInt(1_400)),
                Duration.ofMillis(500 + random.nextInt(2_000)),
                random.nextInt(nodes),
                random.nextBoolean() ? CLOCK_OFF : CLOCK_OFF.negated(),
                Duration.ofMillis(200 + random.nextInt(600)));
    }

    /** With at least a third more demand than stock. */
    private static Sale sale(Random random, Random entrances, int buyersMax, int stockMax) {
        int stock = 1 + random.nextInt(stockMax);
        int buyers = Math.min(buyersMax, BUYERS_MIN + stock);
        int limit = Math.max(1 + random.nextInt(3), Math.ceilDiv(stock * 4, 3 * buyers));
        boolean stops = random.nextInt(8) == 0;
        return new Sale(
                stock,
                limit,
                5 + random.nextInt(3),
                buyers,
                random.nextInt(3) == 0 ? Audience.values()[1 + entrances.nextInt(3)] : Audience.ALL,
                entrances.nextInt(3) == 0,
                stops ? Duration.ofMillis(500 + random.nextInt(4_000)) : Duration.ZERO);
    }

    /** The same trouble with other sales. */
    FaultPlan with(List<Sale> others) {
        return new FaultPlan(seed, others, nemesis, after, lasts, victim, clockAhead, syncTakes);
    }

    /** The same without waiting rooms, whose turns take their time. */
    FaultPlan withoutLobbies() {
        return with(sales.stream()
                .map(sale -> new Sale(
                        sale.stock(),
                        sale.perBuyerLimit(),
                        sale.reservationSeconds(),
                        sale.buyers(),
                        sale.audience(),
                        false,
                        sale.stopsAfter()))
                .toList());
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + nemesis + " of node " + (victim + 1) + " after " + after.toMillis() + " ms, "
                + sales.stream()
                        .map(sale -> sale.stock + " units to " + sale.buyers + " buyers with at most "
                                + sale.perBuyerLimit
                                + (sale.isForAll() ? "" : " for " + sale.audience.text())
                                + (sale.hasLobby ? " through a waiting room" : "")
                                + (sale.stops() ? " until it is stopped" : ""))
                        .toList();
    }
}
