package io.jishi.bench;

import io.jishi.bench.FanoutPeers.Peer;
import io.jishi.bench.FanoutRun.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What came out, held against what was aimed at. */
final class FanoutRows {
    private static final String PER_CPU_SECOND = "deliveries/CPU-s";
    private static final String PER_SECOND = "deliveries/s";
    private static final String MILLIS = "ms";
    private static final List<String> RIVALS =
            List.of(Peer.BUN.title, Peer.NCHAN.title, FanoutSide.PLAIN, Peer.SOCKETIO.title);
    private static final Map<String, Double> GOALS_AT_RATE =
            Map.of(Peer.BUN.title, 0.9, Peer.NCHAN.title, 1.3, FanoutSide.PLAIN, 1.15, Peer.SOCKETIO.title, 2.0);
    private static final Map<String, Double> GOALS_AT_LIMIT =
            Map.of(Peer.BUN.title, 0.8, Peer.NCHAN.title, 15.0, FanoutSide.PLAIN, 15.0, Peer.SOCKETIO.title, 30.0);
    private static final Map<String, Double> GOALS_OF_BURSTS = Map.of(Peer.NCHAN.title, 10.0, FanoutSide.PLAIN, 8.0);
    private static final double WRITE_TO_FLOOR_MAX = 1.3;
    private static final double BURSTS_PER_CPU_SECOND_MIN = 2_000_000;
    private static final int BEHIND_TICK_MILLIS_MAX = 20;
    private static final int URGENT_MILLIS_MAX = 15;

    private final FanoutSizes sizes;
    private final int tickMillis;
    private final List<Row> rows = new ArrayList<>();

    /** @param tickMillis Jishi's where there are no bursts */
    FanoutRows(FanoutSizes sizes, int tickMillis) {
        this.sizes = sizes;
        this.tickMillis = tickMillis;
    }

    /** @param missing the sides that were left out, and why */
    List<Row> of(
            Map<String, List<Round>> rounds,
            Map<String, List<FanoutFigures>> bursts,
            Map<String, List<FanoutFigures>> loaded,
            Map<String, String> missing) {
        String room = sizes.sockets() + " viewers, ";
        atRate(room + sizes.rate() + " publications/s: ", by(rounds, Round::atRate));
        atLimit(room + "saturated: ", by(rounds, Round::limit));
        bursts(room + "comments in bursts of 40 to 400/s: ", bursts);
        loaded(sizes.near() + " viewers, at 70% of a side's limit: ", loaded);
        missing.forEach((side, why) -> rows.add(Row.missing(room + "against " + side, PER_CPU_SECOND, why)));
        return List.copyOf(rows);
    }

    private static Map<String, List<FanoutFigures>> by(
            Map<String, List<Round>> rounds, Function<Round, FanoutFigures> part) {
        Map<String, List<FanoutFigures>> parts = new LinkedHashMap<>();
        rounds.forEach((side, of) -> parts.put(side, of.stream().map(part).toList()));
        return parts;
    }

    private void atRate(String what, Map<String, List<FanoutFigures>> figures) {
        String perCpu = what + "deliveries for the server's CPU";
        compare(perCpu, PER_CPU_SECOND, figures, FanoutFigures::deliveriesPerCpuSecond, GOALS_AT_RATE);
        if (figures.containsKey(Peer.C.title)) {
            rows.add(against(
                            what + "server CPU a write",
                            "µs/write",
                            figures,
                            FanoutFigures::cpuMicrosPerDelivery,
                            Peer.C.title)
                    .ratioAtMost(WRITE_TO_FLOOR_MAX));
        }
        spread(perCpu, figures, FanoutFigures::deliveriesPerCpuSecond);
        rows.add(Row.of(what + "latency p50", jishi(figures, FanoutFigures::p50Millis), MILLIS));
        compare(what + "latency p99", MILLIS, figures, FanoutFigures::p99Millis, Map.of());
    }

    private void atLimit(String what, Map<String, List<FanoutFigures>> figures) {
        String perCpu = what + "deliveries for the server's CPU";
        compare(perCpu, PER_CPU_SECOND, figures, FanoutFigures::deliveriesPerCpuSecond, GOALS_AT_LIMIT);
        spread(perCpu, figures, FanoutFigures::deliveriesPerCpuSecond);
        compare(what + "deliveries", PER_SECOND, figures, FanoutFigures::deliveriesPerSecond, Map.of());
    }

    private void bursts(String what, Map<String, List<FanoutFigures>> figures) {
        String perCpu = what + "deliveries for the server's CPU";
        compare(perCpu, PER_CPU_SECOND, figures, FanoutFigures::deliveriesPerCpuSecond, GOALS_OF_BURSTS);
        rows.add(Row.of(perCpu, jishi(figures, FanoutFigures::deliveriesPerCpuSecond), "deliveries/s a core")
                .atLeast(BURSTS_PER_CPU_SECOND_MIN));
        compare(
                what + "latency p99, tick of " + sizes.tickMillis() + " ms",
                MILLIS,
                figures,
                FanoutFigures::p99Millis,
                Map.of());
    }

    private void loaded(String what, Map<String, List<FanoutFigures>> figures) {
        rows.add(Row.of(
                        what + "latency p99, tick of " + tickMillis + " ms",
                        jishi(figures, FanoutFigures::p99Millis),
                        MILLIS)
                .atMost(tickMillis + BEHIND_TICK_MILLIS_MAX));
        rows.add(Row.of(
                        what + "latency p99 of messages of high priority",
                        jishi(figures, FanoutFigures::urgentP99Millis),
                        MILLIS)
                .atMost(URGENT_MILLIS_MAX));
        rows.add(Row.of(what + "deliveries", jishi(figures, FanoutFigures::deliveriesPerSecond), PER_SECOND));
        compare(what + "latency p99", MILLIS, figures, FanoutFigures::p99Millis, Map.of());
    }

    /** One row for each rival that was measured. */
    private void compare(
            String metric,
            String unit,
            Map<String, List<FanoutFigures>> figures,
            ToDoubleFunction<FanoutFigures> value,
            Map<String, Double> goals) {
        for (String rival : RIVALS) {
            if (figures.containsKey(rival)) {
                Row row = against(metric, unit, figures, value, rival);
                Double goal = goals.get(rival);
                rows.add(goal == null ? row : row.ratioAtLeast(goal));
            }
        }
    }

    private static Row against(
            String metric,
            String unit,
            Map<String, List<FanoutFigures>> figures,
            ToDoubleFunction<FanoutFigures> value,
            String rival) {
        return Row.of(metric, jishi(figures, value), unit)
                .against(rival, samples(figures, rival, value).median());
    }

    private void spread(
            String metric, Map<String, List<FanoutFigures>> figures, ToDoubleFunction<FanoutFigures> value) {
        double spread = samples(figures, FanoutSide.JISHI, value).spread();
        rows.add(Row.of(metric + ", spread over " + sizes.rounds() + " rounds", 100 * spread, "± %"));
    }

    private static double jishi(Map<String, List<FanoutFigures>> figures, ToDoubleFunction<FanoutFigures> value) {
        return samples(figures, FanoutSide.JISHI, value).median();
    }

    private static Samples samples(
            Map<String, List<FanoutFigures>> figures, String side, ToDoubleFunction<FanoutFigures> value) {
        return new Samples(figures.getOrDefault(side, List.of()).stream()
                .map(value::applyAsDouble)
                .toList());
    }
}
