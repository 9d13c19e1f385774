package io.jishi.bench;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * Many devices, one node, one durable PostgreSQL: each device sends its next report when the last one is acknowledged.
 * Measured are the shelves as they are, from the method's JSON to the commit, computing twins and alerts meanwhile; the
 * baseline inserts the same messages one statement each, over a pool of the same size, into a table of the same shape,
 * and does nothing else. Both run in turns in this process.
 */
public final class TelemetryBench implements Benchmark {
    private static final String SHELVES = "shelves";
    private static final String ROW_BY_ROW = "row-by-row INSERT";

    @Override
    public String name() {
        return "telemetry";
    }

    @Override
    public String oneLine() {
        return "durable messages of shelves: messages a second, time to acknowledgement; against row-by-row INSERT"
                + " (sizes: devices, messages, seconds, rounds)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(2);
    }

    /** What one run of one side gave. */
    private record Measured(double messagesPerSecond, double p50Millis, double p99Millis) {}

    @Override
    public List<Row> run(Context context) throws Exception {
        int devices = context.number("devices", 200);
        int messages = context.number("messages", 10);
        int seconds = context.number("seconds", 8);
        int rounds = context.number("rounds", 3);
        context.progress("starting PostgreSQL and registering " + devices + " shelves");
        Postgres postgres = context.startPostgres();
        Vertx vertx = Vertx.vertx();
        try (TelemetryShelves shelves = TelemetryShelves.start(vertx, postgres.url(), devices);
                TelemetryRows rows = TelemetryRows.start(vertx, postgres.url(), shelves.ids())) {
            Map<String, Callable<Measured>> variants = new LinkedHashMap<>();
            variants.put(SHELVES, () -> measure(context, SHELVES, shelves, devices, messages, seconds));
            variants.put(ROW_BY_ROW, () -> measure(context, ROW_BY_ROW, rows, devices, messages, seconds));
            measure(context, "warm-up", shelves, devices, messages, 2);
            measure(context, "warm-up", rows, devices, messages, 2);
            Map<String, List<Measured>> measured = Samples.interleaved(rounds, variants);
            return table(
                    measured.getOrDefault(SHELVES, List.of()),
                    measured.getOrDefault(ROW_BY_ROW, List.of()),
                    devices,
                    messages);
        } finally {
            vertx.close().await();
        }
    }

    private static Measured measure(
            Context context, String name, TelemetrySide side, int devices, int messages, int seconds) throws Exception {
        long before = side.stored();
        TelemetryCrowd crowd = new TelemetryCrowd(side, devices, messages);
        TelemetryCrowd.Result result = crowd.run(Duration.ofSeconds(seconds));
        long stored = side.stored() - before;
        if (stored != result.acknowledged()) {
            throw new IllegalStateException(
                    name + ": " + result.acknowledged() + " messages acknowledged, but " + stored + " stored");
        }
        Measured measured = new Measured(
                result.acknowledged() / (result.nanos() / 1e9),
                result.quantileMillis(0.5),
                result.quantileMillis(0.99));
        context.progress(name + ": " + measured);
        return measured;
    }

    private static List<Row> table(List<Measured> shelves, List<Measured> rows, int devices, int messages) {
        String sizes = " (" + devices + " devices, " + messages + " messages a report)";
        List<Row> table = new ArrayList<>();
        table.add(row("durable messages" + sizes, "messages/s", shelves, rows, Measured::messagesPerSecond));
        table.add(row("acknowledgement p50" + sizes, "ms", shelves, rows, Measured::p50Millis));
        table.add(row("acknowledgement p99" + sizes, "ms", shelves, rows, Measured::p99Millis));
        return table;
    }

    private static Row row(
            String metric, String unit, List<Measured> shelves, List<Measured> rows, ToDoubleFunction<Measured> value) {
        return Row.of(metric, median(shelves, value), unit).against(ROW_BY_ROW, median(rows, value));
    }

    private static double median(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return new Samples(measured.stream().mapToDouble(value).boxed().toList()).median();
    }
}
