package io.jishi.bench;

import io.jishi.dispatch.Dispatching;
import io.jishi.dispatch.Limits;
import io.jishi.dispatch.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** How well, and how fast, couriers are found, on real days of meal delivery in virtual time. */
public final class DispatchBench implements Benchmark {
    private static final String DEFAULT_DATA = "../shared/data";
    private static final String BASELINE = "nearest idle courier, first come first served:";

    @Override
    public String name() {
        return "dispatch";
    }

    @Override
    public String oneLine() {
        return "click-to-door on 30 days of meal delivery (mdrplib), and planning speed, against the nearest idle"
                + " courier; --set data=FOLDER";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofSeconds(40);
    }

    @Override
    public List<Row> run(Context context) throws IOException {
        Path data = Path.of(context.text("data", DEFAULT_DATA)).resolve("mdrplib");
        Path instances = data.resolve("public_instances");
        if (!Files.isDirectory(instances)) {
            String why = "there is no " + instances + "; --set data=FOLDER names another";
            context.progress(why);
            return List.of(Row.missing("mean click-to-door", "min", why));
        }
        List<MealDay> days = read(instances);
        context.progress(days.size() + " days read; once to warm up");
        play(days, DispatchBench::greedy);
        play(days, DispatchBench::baseline);
        context.progress("measuring");
        Totals ours = play(days, DispatchBench::greedy);
        Totals theirs = play(days, DispatchBench::baseline);
        return rows(days, ours, theirs, Anchors.read(data.resolve("anchors_measured.csv")));
    }

    private static List<Row> rows(List<MealDay> days, Totals ours, Totals theirs, Anchors anchors) {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(
                        "mean click-to-door, " + days.size() + " days, " + ours.orders + " orders",
                        ours.mean(),
                        "min",
                        "",
                        null,
                        "",
                        null)
                .against(BASELINE, theirs.mean())
                .ratioAtMost(1));
        rows.add(Row.of("undelivered orders", ours.undelivered(), "orders")
                .against(BASELINE, theirs.undelivered())
                .ratioAtMost(1));
        rows.add(Row.of("90th percentile of click-to-door", ours.percentile(0.9), "min")
                .against(BASELINE, theirs.percentile(0.9))
                .ratioAtMost(1));
        rows.add(Row.of("click-to-door above the lower bound", ours.mean() - ours.lowerBound(), "min")
                .against(BASELINE, theirs.mean() - theirs.lowerBound())
                .ratioAtMost(1));
        if (anchors.orders() > 0) {
            rows.add(Row.of("mean of the days' click-to-door", ours.meanOfDays(), "min")
                    .against("FoodMatch, measured under the same rules:", anchors.foodMatchMean()));
            rows.add(Row.of("undelivered orders of all days", ours.undelivered(), "orders")
                    .against("FoodMatch, measured under the same rules:", anchors.foodMatchUndelivered()));
        }
        rows.add(Row.of("orders planned", ours.ordersPerSecond(), "orders/s")
                .against(BASELINE, theirs.ordersPerSecond()));
        return rows;
    }

    private static List<MealDay> read(Path instances) throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(instances)) {
            folders = all.filter(Files::isDirectory).sorted().toList();
        }
        List<MealDay> days = new ArrayList<>();
        for (Path folder : folders) {
            days.add(MealDay.read(folder));
        }
        return days;
    }

    private static Planner baseline(MealDay day) {
        return new NearestIdle(MealDayRun.travelTimes(day));
    }

    /** Two deliveries a courier: the one that he is on, and the one that is kept for him. */
    private static Planner greedy(MealDay day) {
        Duration always = Duration.ofDays(10);
        return new Dispatching(
                MealDayRun.travelTimes(day),
                new Limits(Duration.ZERO, always, 2, 2, always, always, always, always, Duration.ZERO));
    }

    private static Totals play(List<MealDay> days, Function<MealDay, Planner> planner) {
        Totals totals = new Totals();
        for (MealDay day : days) {
            totals.add(new MealDayRun(day, planner.apply(day)).run());
        }
        return totals;
    }

    /** All days together. */
    private static final class Totals {
        private final List<Double> clickToDoor = new ArrayList<>();
        private final List<Double> means = new ArrayList<>();
        private int orders;
        private double lowerBounds;
        private long planNanos;

        void add(MealDayRun.Result day) {
            orders += day.orders();
            clickToDoor.addAll(day.clickToDoor());
            means.add(day.clickToDoor().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0));
            lowerBounds += day.lowerBounds();
            planNanos += day.planNanos();
        }

        double mean() {
            return clickToDoor.stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
        }

        double meanOfDays() {
            return means.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        double lowerBound() {
            return lowerBounds / Math.max(1, clickToDoor.size());
        }

        double percentile(double share) {
            List<Double> sorted = clickToDoor.stream().sorted().toList();
            return sorted.isEmpty()
                    ? 0
                    : sorted.get((int) Math.min(sorted.size() - 1L, (long) (sorted.size() * share)));
        }

        int undelivered() {
            return orders - clickToDoor.size();
        }

        double ordersPerSecond() {
            return orders * 1e9 / Math.max(1, planNanos);
        }
    }

    /** What a published algorithm (FoodMatch: Joshi et al. 2021) reached on the same days, by day. */
    private record Anchors(int orders, double foodMatchMean, int foodMatchUndelivered) {
        static Anchors read(Path file) throws IOException {
            if (!Files.isRegularFile(file)) {
                return new Anchors(0, 0, 0);
            }
            List<String[]> rows = Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.split(",", -1))
                    .toList();
            List<String> header = List.of(rows.get(0));
            List<String[]> days = rows.subList(1, rows.size());
            int mean = header.indexOf("foodmatch_ctd_mean");
            int undelivered = header.indexOf("foodmatch_undelivered");
            int count = header.indexOf("orders");
            return new Anchors(
                    days.stream().mapToInt(row -> Integer.parseInt(row[count])).sum(),
                    days.stream()
                            .mapToDouble(row -> Double.parseDouble(row[mean]))
                            .average()
                            .orElse(0),
                    days.stream()
                            .mapToInt(row -> Integer.parseInt(row[undelivered]))
                            .sum());
        }
    }
}
