package io.jishi.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * A room in which one reader of a hundred has stalled: what the others notice of it, and what becomes of the stalled. For
 * each class of channel the same room is measured with and without them, in turns, in the same run.
 */
public final class SlowReadersBench implements Benchmark {
    private static final String ADDRESS_OF_METRICS = "/metrics";
    private static final String WITHOUT = "without stalled readers";
    private static final String WITH = "with stalled readers";
    private static final int OUTBOX_BYTES_MAX = 65_536;
    private static final double LATENCY_RATIO_MAX = 1.15;

    @Override
    public String name() {
        return "slow-readers";
    }

    @Override
    public String oneLine() {
        return "latency of a room's readers with one stalled in a hundred, against the same room without; what was dropped"
                + " (sizes: sockets, rate, seconds, rounds, loops)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(4);
    }

    private record Sizes(int sockets, int stalled, int rate, int seconds, int rounds, int loops) {
        static Sizes of(Context context) {
            int sockets = context.number("sockets", 400);
            return new Sizes(
                    sockets,
                    Math.max(1, sockets / 100),
                    context.number("rate", 200),
                    context.number("seconds", 12),
                    context.number("rounds", 3),
                    context.number("loops", Math.max(2, Runtime.getRuntime().availableProcessors())));
        }
    }

    /** What one run gave: milliseconds, microseconds of the server's CPU, and what was dropped and closed meanwhile. */
    private record Measured(
            double p50Millis, double p99Millis, double cpuMicros, double dropped, double conflated, double closed) {}

    @Override
    public List<Row> run(Context context) throws Exception {
        Sizes sizes = Sizes.of(context);
        List<Row> rows = new ArrayList<>();
        for (String deliveryClass : List.of("sampled", "latest", "lossless")) {
            FanoutSide side = start(context, deliveryClass, sizes.loops);
            Map<String, Callable<Measured>> variants = new LinkedHashMap<>();
            variants.put(WITHOUT, () -> measure(context, side, sizes, 0));
            variants.put(WITH, () -> measure(context, side, sizes, sizes.stalled));
            Map<String, List<Measured>> measured = Samples.interleaved(sizes.rounds, variants);
            rows.addAll(rows(
                    deliveryClass,
                    sizes,
                    measured.getOrDefault(WITH, List.of()),
                    measured.getOrDefault(WITHOUT, List.of())));
            side.server().close();
        }
        return rows;
    }

    private static FanoutSide start(Context context, String deliveryClass, int loops)
            throws IOException, InterruptedException {
        context.progress("starting PostgreSQL and a node whose channels are " + deliveryClass);
        Path rules = context.directory().resolve(deliveryClass + "-channels.yaml");
        Files.writeString(rules, """
                anonymous: true
                development-only: true
                channels:
                  "": {class: %s, history-size: 4096, history-seconds: 300, open: true}
                """.formatted(deliveryClass));
        return FanoutSide.jishi(context.startNode(Map.of(
                "database.url", context.startPostgres().url(),
                "channels", rules.toString(),
                "node.event-loops", Integer.toString(loops),
                "realtime.outbox-bytes-max", Integer.toString(OUTBOX_BYTES_MAX),
                // one publisher stands for the whole room
                "realtime.commands-per-second-max", "100000",
                "realtime.commands-in-flight-max", "10000")));
    }

    private static Measured measure(Context context, FanoutSide side, Sizes sizes, int stalled) throws Exception {
        context.progress(sizes.sockets + " readers, " + stalled + " stalled");
        int reading = sizes.sockets - stalled;
        try (FanoutCrowd crowd = FanoutCrowd.open(context, side, reading);
                FanoutPublisher publisher = new FanoutPublisher(side);
                StalledReaders _ = StalledReaders.open(side, stalled)) {
            publisher.atRate(sizes.rate, 2);
            crowd.awaitAll(publisher);
            crowd.report(); // what is measured begins here
            Map<String, Double> before = counters(side);
            Duration cpu = side.server().cpu();
            long received = crowd.received();
            publisher.atRate(sizes.rate, sizes.seconds);
            crowd.awaitAll(publisher);
            FanoutCrowd.Latency latency = crowd.report().usual();
            Map<String, Double> after = counters(side);
            Measured measured = new Measured(
                    latency.p50() / 1000.0,
                    latency.p99() / 1000.0,
                    side.server().cpu().minus(cpu).toNanos() / 1000.0 / (crowd.received() - received),
                    grown(before, after, "jishi_drops_total{reason=\"slow_reader\"}"),
                    grown(before, after, "jishi_drops_total{reason=\"conflated\"}"),
                    grown(before, after, "jishi_drops_total{reason=\"slow_connection\"}"));
            context.progress(measured.toString());
            return measured;
        }
    }

    private static double grown(Map<String, Double> before, Map<String, Double> after, String name) {
        return after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0);
    }

    /** The server's own counters, by name and labels. */
    private static Map<String, Double> counters(FanoutSide side) throws IOException, InterruptedException {
        Map<String, Double> counters = new LinkedHashMap<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + side.port() + ADDRESS_OF_METRICS))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .forEach(line -> {
                        int end = line.lastIndexOf(' ');
                        if (!line.startsWith("#") && end > 0) {
                            counters.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
                        }
                    });
        }
        return counters;
    }

    private static List<Row> rows(String deliveryClass, Sizes sizes, List<Measured> with, List<Measured> without) {
        String room = deliveryClass + ", " + sizes.stalled + " stalled of " + sizes.sockets + ", " + sizes.rate
                + " publications/s: ";
        List<Row> rows = new ArrayList<>(List.of(
                row(room + "latency of the others, p50", "ms", Measured::p50Millis, with, without),
                row(room + "latency of the others, p99", "ms", Measured::p99Millis, with, without)
                        .ratioAtMost(LATENCY_RATIO_MAX),
                row(room + "server CPU", "µs/delivery", Measured::cpuMicros, with, without)));
        rows.add(
                switch (deliveryClass) {
                    case "sampled" -> count(room + "dropped and counted for the stalled", Measured::dropped, with);
                    case "latest" ->
                        count(room + "replaced by later values for the stalled", Measured::conflated, with);
                    default ->
                        count(room + "stalled closed with 3008", Measured::closed, with)
                                .atLeast(sizes.stalled);
                });
        return rows;
    }

    private static Row row(
            String metric, String unit, ToDoubleFunction<Measured> value, List<Measured> with, List<Measured> without) {
        return Row.of(metric, samples(with, value).median(), unit)
                .against(WITHOUT, samples(without, value).median());
    }

    private static Row count(String metric, ToDoubleFunction<Measured> value, List<Measured> with) {
        Row row = Row.of(metric, samples(with, value).median(), "a run");
        return row.atLeast(1);
    }

    private static Samples samples(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return new Samples(measured.stream().map(value::applyAsDouble).toList());
    }
}
