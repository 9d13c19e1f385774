package io.jishi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * One room, many viewers, one node: publications of 128 bytes at a fixed rate, then as many as the viewers can take. The
 * baseline is {@link PlainBroadcast}. Both run in processes of their own, are measured in turns with the same listeners
 * and the same publisher, and are charged the CPU time that the system gave their process.
 */
public final class FanoutBench implements Benchmark {
    private static final int WARM_UP_SECONDS = 4;
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String oneLine() {
        return "one publication to every viewer of a room: deliveries a second, CPU each, latency; against plain Vert.x"
                + " (sizes: sockets, rate, seconds, rounds, window, loops)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(3);
    }

    /** What one run of one side gave. */
    private record Measured(
            double cpuAtRate, double p50Millis, double p99Millis, double deliveriesPerSecond, double cpuAtSaturation) {}

    private record Sizes(int sockets, int rate, int seconds, int rounds, int window) {
        static Sizes of(Context context) {
            return new Sizes(
                    context.number("sockets", 2000),
                    context.number("rate", 10),
                    context.number("seconds", 8),
                    context.number("rounds", 3),
                    context.number("window", 50));
        }
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        Sizes sizes = Sizes.of(context);
        int loops = context.number("loops", Math.max(2, Runtime.getRuntime().availableProcessors()));
        FanoutSide jishi = startJishi(context, loops);
        FanoutSide plain = startPlain(context, loops);
        Map<String, Callable<Measured>> variants = new LinkedHashMap<>();
        variants.put(jishi.name(), () -> measure(context, jishi, sizes));
        variants.put(plain.name(), () -> measure(context, plain, sizes));
        Map<String, List<Measured>> measured = Samples.interleaved(sizes.rounds, variants);
        return rows(
                sizes,
                measured.getOrDefault(jishi.name(), List.of()),
                measured.getOrDefault(plain.name(), List.of()),
                plain.name());
    }

    private static FanoutSide startJishi(Context context, int loops) throws IOException, InterruptedException {
        context.progress("starting PostgreSQL and a node");
        return FanoutSide.jishi(context.startNode(Map.of(
                "database.url", context.startPostgres().url(),
                "channels", "open-channels.yaml",
                "node.event-loops", Integer.toString(loops),
                // one publisher stands for the whole room
                "realtime.commands-per-second-max", "100000",
                "realtime.commands-in-flight-max", "10000")));
    }

    static FanoutSide startPlain(Context context, int loops) throws IOException {
        String port = Integer.toString(new FreePorts().one());
        JavaProcess process = context.startJava(
                "plain", ServerNode.FLAGS, PlainBroadcast.class, List.of(port, Integer.toString(loops)));
        process.awaitLine("ready");
        process.ignoreOutput();
        return FanoutSide.plain(process, Integer.parseInt(port));
    }

    private static Measured measure(Context context, FanoutSide side, Sizes sizes) throws Exception {
        context.progress(side.name() + ": connecting " + sizes.sockets + " sockets");
        try (FanoutCrowd crowd = FanoutCrowd.open(context, side, sizes.sockets);
                FanoutPublisher publisher = new FanoutPublisher(side)) {
            publisher.asFastAsHeard(sizes.window, WARM_UP_SECONDS, crowd::arrived);
            awaitAll(crowd, publisher, sizes.sockets);

            crowd.report(); // what is measured begins here
            Span span = new Span(side, crowd);
            publisher.atRate(sizes.rate, sizes.seconds);
            awaitAll(crowd, publisher, sizes.sockets);
            double cpuAtRate = span.cpuMicrosPerDelivery();
            FanoutCrowd.Latency latency = crowd.report();

            span = new Span(side, crowd);
            publisher.asFastAsHeard(sizes.window, sizes.seconds, crowd::arrived);
            double deliveriesPerSecond = span.deliveriesPerSecond();
            awaitAll(crowd, publisher, sizes.sockets);
            Measured measured = new Measured(
                    cpuAtRate,
                    latency.p50() / 1000.0,
                    latency.p99() / 1000.0,
                    deliveriesPerSecond,
                    span.cpuMicrosPerDelivery());
            context.progress(side.name() + ": " + measured);
            return measured;
        }
    }

    static void awaitAll(FanoutCrowd crowd, FanoutPublisher publisher, int sockets) throws InterruptedException {
        long all = (long) publisher.published() * sockets;
        long end = System.nanoTime() + ARRIVAL_MAX.toNanos();
        while (crowd.received() < all) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(crowd.received() + " of " + all + " deliveries arrived");
            }
            Thread.sleep(Duration.ofMillis(10));
        }
        if (crowd.received() > all) {
            throw new IllegalStateException(crowd.received() + " deliveries, but only " + all + " were due");
        }
    }

    /** From now on: what the server used and what the listeners got. */
    private static final class Span {
        private final FanoutSide side;
        private final FanoutCrowd crowd;
        private final long nanos = System.nanoTime();
        private final Duration cpu;
        private final long received;

        Span(FanoutSide side, FanoutCrowd crowd) {
            this.side = side;
            this.crowd = crowd;
            cpu = side.server().cpu();
            received = crowd.received();
        }

        double cpuMicrosPerDelivery() {
            return side.server().cpu().minus(cpu).toNanos() / 1000.0 / (crowd.received() - received);
        }

        double deliveriesPerSecond() {
            return (crowd.received() - received) * 1e9 / (System.nanoTime() - nanos);
        }
    }

    private static List<Row> rows(Sizes sizes, List<Measured> jishi, List<Measured> plain, String baseline) {
        String room = sizes.sockets + " viewers, ";
        String rate = room + sizes.rate + " publications/s: ";
        String full = room + "saturated: ";
        return List.of(
                row(full + "deliveries", "deliveries/s", Measured::deliveriesPerSecond, jishi, plain, baseline)
                        .ratioAtLeast(1.5),
                row(full + "server CPU", "µs/delivery", Measured::cpuAtSaturation, jishi, plain, baseline)
                        .ratioAtMost(0.7),
                row(rate + "server CPU", "µs/delivery", Measured::cpuAtRate, jishi, plain, baseline)
                        .ratioAtMost(1.1),
                row(rate + "latency p50", "ms", Measured::p50Millis, jishi, plain, baseline),
                row(rate + "latency p99", "ms", Measured::p99Millis, jishi, plain, baseline)
                        .atMost(100),
                Row.of(
                        full + "spread of deliveries over " + sizes.rounds + " rounds",
                        100 * samples(jishi, Measured::deliveriesPerSecond).spread(),
                        "± %"));
    }

    private static Row row(
            String metric,
            String unit,
            ToDoubleFunction<Measured> value,
            List<Measured> jishi,
            List<Measured> plain,
            String baseline) {
        return Row.of(metric, samples(jishi, value).median(), unit)
                .against(baseline, samples(plain, value).median());
    }

    private static Samples samples(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return new Samples(measured.stream().map(value::applyAsDouble).toList());
    }
}
