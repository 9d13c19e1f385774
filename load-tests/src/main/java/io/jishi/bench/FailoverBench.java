package io.jishi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How soon a node is ready, and how soon the others know that one is gone: with {@code ./jishi up} as people start it,
 * which puts a dead node back by itself.
 */
public final class FailoverBench implements Benchmark {
    private static final double START_MILLIS_MAX = 3_000;
    private static final double KILLED_MILLIS_MAX = 1_000;
    private static final double FROZEN_MILLIS_MAX = 5_000;

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String oneLine() {
        return "how soon a node is ready, and how soon the other knows that one was killed or froze (sizes: rounds)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofSeconds(150);
    }

    @Override
    public List<Row> run(Context context) throws IOException, InterruptedException {
        int rounds = context.number("rounds", 5);
        List<Row> rows = new ArrayList<>();
        context.progress("making the database and the start-up cache");
        try (RunningShop shop = RunningShop.start(context.directory(), 1)) {
            context.progress("one node: " + shop.readyMillis() + " ms at the first start");
        }
        List<Double> starts = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            try (RunningShop shop = RunningShop.start(context.directory(), 1)) {
                starts.add((double) shop.readyMillis());
            }
        }
        rows.add(row(context, "one node, database running: until ready", starts, START_MILLIS_MAX));
        List<Double> killed = new ArrayList<>();
        List<Double> back = new ArrayList<>();
        List<Double> frozen = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            try (RunningShop shop = RunningShop.start(context.directory(), 2)) {
                killed.add(shop.millisUntilMissed("KILL"));
                back.add(shop.millisUntilMembers(2));
            }
            try (RunningShop shop = RunningShop.start(context.directory(), 2)) {
                frozen.add(shop.millisUntilMissed("STOP"));
            }
        }
        rows.add(row(context, "two nodes, one killed with −9: until the other knows", killed, KILLED_MILLIS_MAX));
        rows.add(row(context, "two nodes, one frozen: until the other knows", frozen, FROZEN_MILLIS_MAX));
        rows.add(Row.of("two nodes, one killed with −9: from then until both serve", new Samples(back).median(), "ms"));
        return rows;
    }

    /** The median counts; the progress shows each. */
    private static Row row(Context context, String metric, List<Double> millis, double most) {
        Samples samples = new Samples(millis);
        context.progress(metric + ": " + samples);
        return Row.of(metric, samples.median(), "ms").atMost(most);
    }
}
