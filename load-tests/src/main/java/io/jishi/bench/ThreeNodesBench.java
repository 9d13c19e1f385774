package io.jishi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What it costs that a room is on three nodes: the same listeners and publications on a cluster of three and on one node,
 * in turns. All nodes are charged what they used, also for being three; what they use when nothing happens is told apart.
 */
public final class ThreeNodesBench implements Benchmark {
    private static final int NODES = 3;
    private static final String ONE = "one node";
    private static final String THREE = "three nodes";
    private static final double RATIO_MAX = 1.15;
    private static final int WARM_UP_SECONDS = 5;

    @Override
    public String name() {
        return "three-nodes";
    }

    @Override
    public String oneLine() {
        return "one room on three nodes against the same on one: CPU of all nodes for a delivery, of single messages and"
                + " of bursts of comments (sizes: sockets, rate, comments, tick, seconds, rounds)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofSeconds(150);
    }

    private record Sizes(int sockets, int rate, int comments, int tickMillis, int seconds, int rounds) {
        static Sizes of(Context context) {
            return new Sizes(
                    context.number("sockets", 3_000),
                    context.number("rate", 30),
                    context.number("comments", 400),
                    context.number("tick", 25),
                    context.number("seconds", 6),
                    context.number("rounds", 3));
        }
    }

    /** Microseconds of CPU for a delivery. */
    private record Measured(double single, double comments) {}

    /** Nodes of one cluster with their listeners, and a publisher at the first of them. */
    private record Side(List<ServerNode> nodes, List<FanoutCrowd> crowds, FanoutPublisher publisher) {
        Duration cpu() {
            return nodes.stream().map(node -> node.process().cpu()).reduce(Duration.ZERO, Duration::plus);
        }

        void awaitAll() throws InterruptedException {
            for (FanoutCrowd crowd : crowds) {
                crowd.awaitAll(publisher);
            }
        }

        /** What so many publications a second cost. */
        double microsPerDelivery(int perSecond, int seconds, int sockets) throws InterruptedException {
            Duration before = cpu();
            publisher.atRate(perSecond, seconds);
            awaitAll();
            return cpu().minus(before).toNanos() / 1_000.0 / ((double) perSecond * seconds * sockets);
        }

        /** Milliseconds of CPU a second while nothing is published. */
        double idle(int seconds) throws InterruptedException {
            Duration before = cpu();
            Thread.sleep(Duration.ofSeconds(seconds));
            return cpu().minus(before).toMillis() / (double) seconds;
        }
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        Sizes sizes = Sizes.of(context);
        Map<String, Side> sides = new LinkedHashMap<>();
        try {
            sides.put(ONE, open(context, sizes, 1));
            sides.put(THREE, open(context, sizes, NODES));
            for (Side side : sides.values()) {
                side.publisher.atRate(sizes.comments, WARM_UP_SECONDS);
                side.awaitAll();
            }
            Map<String, Callable<Measured>> variants = new LinkedHashMap<>();
            sides.forEach((name, side) -> variants.put(name, () -> measure(context, name, side, sizes)));
            Map<String, List<Measured>> measured = Samples.interleaved(sizes.rounds, variants);
            return rows(sizes, sides, measured.getOrDefault(ONE, List.of()), measured.getOrDefault(THREE, List.of()));
        } finally {
            sides.values().forEach(side -> side.publisher.close());
        }
    }

    private static Side open(Context context, Sizes sizes, int count) throws IOException, InterruptedException {
        context.progress("starting a cluster of " + count);
        List<ServerNode> nodes = start(context, sizes, count);
        List<FanoutCrowd> crowds = new ArrayList<>();
        // as many processes listen to the one node, so that both sides have the same listeners
        for (int part = 0; part < NODES; part++) {
            crowds.add(FanoutCrowd.open(context, FanoutSide.jishi(nodes.get(part % count)), sizes.sockets / NODES));
        }
        return new Side(nodes, crowds, new FanoutPublisher(FanoutSide.jishi(nodes.getFirst())));
    }

    private static List<ServerNode> start(Context context, Sizes sizes, int count)
            throws IOException, InterruptedException {
        FreePorts ports = new FreePorts();
        int first = ports.inARow(count);
        Map<String, String> settings = new HashMap<>(Map.of(
                "database.url",
                context.startPostgres().url(),
                "channels",
                "open-channels.yaml",
                "cluster.discovery",
                "members",
                "cluster.members",
                IntStream.range(first, first + count)
                        .mapToObj(port -> "127.0.0.1:" + port)
                        .collect(Collectors.joining(",")),
                "realtime.tick-millis",
                Integer.toString(sizes.tickMillis),
                "realtime.commands-per-second-max",
                "100000",
                "realtime.commands-in-flight-max",
                "10000"));
        List<ServerNode> nodes = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            settings.put("cluster.port", Integer.toString(first + node));
            settings.put("node.name", "node-" + count + "-" + node);
            nodes.add(context.startNode(settings));
        }
        return nodes;
    }

    private static Measured measure(Context context, String name, Side side, Sizes sizes) throws InterruptedException {
        int sockets = sizes.sockets / NODES * NODES;
        Measured measured = new Measured(
                side.microsPerDelivery(sizes.rate, sizes.seconds, sockets),
                side.microsPerDelivery(sizes.comments, sizes.seconds, sockets));
        context.progress(name + ": " + measured);
        return measured;
    }

    private static List<Row> rows(Sizes sizes, Map<String, Side> sides, List<Measured> one, List<Measured> three)
            throws InterruptedException {
        Map<String, Double> idle = new HashMap<>();
        for (Map.Entry<String, Side> side : sides.entrySet()) {
            idle.put(side.getKey(), side.getValue().idle(sizes.seconds));
        }
        String room = sizes.sockets + " viewers on three nodes, ";
        return List.of(
                row(room + sizes.rate + " messages/s", Measured::single, one, three),
                row(
                        room + sizes.comments + " comments/s in ticks of " + sizes.tickMillis + " ms",
                        Measured::comments,
                        one,
                        three),
                Row.of(room + "nothing happens: CPU of all nodes", idle.getOrDefault(THREE, 0.0), "ms/s")
                        .against(ONE, idle.getOrDefault(ONE, 0.0)));
    }

    private static Row row(String metric, ToDoubleFunction<Measured> value, List<Measured> one, List<Measured> three) {
        return Row.of(metric + ": CPU of all nodes", median(three, value), "µs/delivery")
                .against(ONE, median(one, value))
                .ratioAtMost(RATIO_MAX);
    }

    private static double median(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return new Samples(measured.stream().map(value::applyAsDouble).toList()).median();
    }
}
