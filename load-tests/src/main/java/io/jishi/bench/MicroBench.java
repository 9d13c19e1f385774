package io.jishi.bench;

import io.jishi.realtime.BroadcastBenchmark;
import io.jishi.realtime.CodecBenchmark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The smallest steps of real time, by JMH: reading a command, writing a publication, a broadcast; time and allocation. */
public final class MicroBench implements Benchmark {
    private static final int FEW = 100;
    private static final int MANY = 1_000;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Override
    public String name() {
        return "micro";
    }

    @Override
    public String oneLine() {
        return "JMH: decode a command, encode a publication, broadcast: time, and bytes allocated, for each further"
                + " recipient none (sizes: millis, iterations)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofSeconds(75);
    }

    /** Time and allocation of one operation. */
    private record Cost(double nanos, double bytes) {
        static Cost of(RunResult result) {
            Result<?> allocated =
                    Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED));
            return new Cost(result.getPrimaryResult().getScore(), allocated.getScore());
        }
    }

    @Override
    public List<Row> run(Context context) throws RunnerException {
        int iterations = context.number("iterations", 3);
        TimeValue time = TimeValue.milliseconds(context.number("millis", 1_000));
        Options options = new OptionsBuilder()
                .include(CodecBenchmark.class.getName())
                .include(BroadcastBenchmark.class.getName())
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(iterations)
                .warmupTime(time)
                .measurementIterations(iterations)
                .measurementTime(time)
                .jvmArgs(
                        "-XX:+UseParallelGC",
                        "-XX:+UseCompactObjectHeaders",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djmh.executor=CUSTOM",
                        "-Djmh.executor.class=" + LoopLikeThreads.class.getName())
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        Map<String, Cost> costs = new TreeMap<>();
        for (RunResult result : new Runner(options).run()) {
            costs.put(name(result), Cost.of(result));
        }
        costs.forEach((name, cost) -> context.progress(name + ": " + cost));
        return rows(costs);
    }

    /** The method and its parameters: {@code decode JSON}, {@code broadcast PROTOBUF 1000}. */
    private static String name(RunResult result) {
        String recipients = result.getParams().getBenchmark().endsWith("broadcast")
                ? " " + result.getParams().getParam("recipients")
                : "";
        return result.getPrimaryResult().getLabel() + " " + result.getParams().getParam("format") + recipients;
    }

    private static List<Row> rows(Map<String, Cost> costs) {
        List<Row> rows = new ArrayList<>();
        for (String format : List.of("JSON", "PROTOBUF")) {
            for (String method : List.of("decode", "encode")) {
                Cost cost = cost(costs, method + " " + format);
                rows.add(Row.of(method + " in " + format, cost.nanos, "ns"));
                rows.add(Row.of(method + " in " + format + ": allocated", cost.bytes, "bytes"));
            }
            Cost few = cost(costs, "broadcast " + format + " " + FEW);
            Cost many = cost(costs, "broadcast " + format + " " + MANY);
            rows.add(Row.of(
                    "broadcast in " + format + ": each further recipient",
                    (many.nanos - few.nanos) / (MANY - FEW),
                    "ns"));
            // JMH divides what its own threads allocate beside it, too: hundredths of a byte
            double bytes = (many.bytes - few.bytes) / (MANY - FEW);
            rows.add(Row.of(
                            "broadcast in " + format + ": allocated for each further recipient",
                            (double) Math.max(0, Math.round(bytes)),
                            "bytes")
                    .atMost(0));
        }
        return rows;
    }

    private static Cost cost(Map<String, Cost> costs, String name) {
        Cost cost = costs.get(name);
        if (cost == null) {
            throw new IllegalStateException(name + " is not among " + costs.keySet());
        }
        return cost;
    }
}
