package io.jishi.bench;

import io.jishi.bots.ChatLog;
import io.jishi.bots.ChatLogReader;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What permessage-deflate saves and costs: the comments of a recorded chat to the viewers of a room, so many a tick, from
 * two nodes that differ in nothing else, in turns. Bytes are counted on the wire, CPU is what the system gave the node.
 */
public final class CompressionBench implements Benchmark {
    private static final int TICKS_PER_SECOND = 20;
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(20);
    private static final List<Integer> PER_TICK = List.of(1, 3, 10, 50);

    @Override
    public String name() {
        return "compression";
    }

    @Override
    public String oneLine() {
        return "permessage-deflate against none: bytes and server CPU a delivery, real chat, by comments a tick"
                + " (sizes: sockets, seconds, rounds, level; data=FOLDER)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(3);
    }

    /** One of the two nodes. */
    private record Side(ServerNode node, boolean compressed) {
        String name() {
            return compressed ? "compressed" : "plain";
        }
    }

    private record Measured(double bytesPerDelivery, double cpuMicrosPerDelivery) {}

    private record Sizes(int sockets, int seconds, int rounds) {}

    @Override
    public List<Row> run(Context context) throws Exception {
        Path file = Path.of(context.text("data", "../shared/data")).resolve("danmaku-bilibili-ccl/danmaku.csv.gz");
        if (!Files.isReadable(file)) {
            return List.of(Row.missing("bytes of real chat", "bytes/delivery", "no chat at " + file));
        }
        Sizes sizes =
                new Sizes(context.number("sockets", 500), context.number("seconds", 5), context.number("rounds", 3));
        ChatLog chat = ChatLogReader.read(file);
        String database = context.startPostgres().url();
        Side plain = new Side(startNode(context, database, Map.of()), false);
        Side compressed = new Side(
                startNode(
                        context,
                        context.startPostgres().url(),
                        Map.of(
                                "realtime.compression", "true",
                                "realtime.compression-bytes-min", "1",
                                "realtime.compression-level", Integer.toString(context.number("level", 1)))),
                true);
        List<Row> rows = new ArrayList<>();
        for (int perTick : PER_TICK) {
            rows.addAll(compare(context, plain, compressed, chat, perTick, sizes));
        }
        return rows;
    }

    private static ServerNode startNode(Context context, String database, Map<String, String> more)
            throws IOException, InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "database.url", database,
                "channels", "open-channels.yaml",
                "cluster.port", "0",
                "realtime.tick-millis", "50",
                "realtime.ping-seconds", "600",
                // one publisher stands for the whole room
                "realtime.commands-per-second-max", "100000",
                "realtime.commands-in-flight-max", "10000"));
        settings.putAll(more);
        return context.startNode(settings);
    }

    private static List<Row> compare(
            Context context, Side plain, Side compressed, ChatLog chat, int perTick, Sizes sizes) throws Exception {
        measure(plain, chat, perTick, sizes); // warms up
        measure(compressed, chat, perTick, sizes);
        Map<String, Callable<Measured>> variants = new LinkedHashMap<>();
        for (Side side : List.of(plain, compressed)) {
            variants.put(side.name(), () -> {
                Measured measured = measure(side, chat, perTick, sizes);
                context.progress(perTick + " comments a tick, " + side.name() + ": " + measured);
                return measured;
            });
        }
        Map<String, List<Measured>> measured = Samples.interleaved(sizes.rounds, variants);
        String what = sizes.sockets + " viewers, " + perTick + " comments a tick: ";
        return List.of(
                row(what + "bytes on the wire", "bytes/delivery", measured, Measured::bytesPerDelivery),
                row(what + "server CPU", "µs/delivery", measured, Measured::cpuMicrosPerDelivery));
    }

    private static Row row(
            String metric, String unit, Map<String, List<Measured>> measured, ToDoubleFunction<Measured> value) {
        return Row.of(metric, median(measured.getOrDefault("compressed", List.of()), value), unit)
                .against("plain", median(measured.getOrDefault("plain", List.of()), value));
    }

    private static double median(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return new Samples(measured.stream().map(value::applyAsDouble).toList()).median();
    }

    private static Measured measure(Side side, ChatLog chat, int perTick, Sizes sizes) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            NetClient client = vertx.createNetClient();
            int port = side.node().url().getPort();
            List<ChatSocket> sockets = new ArrayList<>();
            for (int i = 0; i < sizes.sockets; i++) {
                sockets.add(
                        ChatSocket.open(client, port, side.compressed(), i == 0).await());
            }
            ChatSocket publisher = ChatSocket.open(client, port, false, false).await();
            List<ChatSocket> listeners = List.copyOf(sockets);
            long before = bytes(listeners);
            Duration cpu = side.node().process().cpu();
            int published = publish(publisher, chat, perTick, sizes.seconds);
            await(sockets.getFirst(), published);
            double deliveries = (double) published * sizes.sockets;
            return new Measured(
                    (bytes(listeners) - before) / deliveries,
                    side.node().process().cpu().minus(cpu).toNanos() / 1_000.0 / deliveries);
        } finally {
            vertx.close().await();
        }
    }

    private static long bytes(List<ChatSocket> sockets) {
        return sockets.stream().mapToLong(ChatSocket::bytes).sum();
    }

    private static int publish(ChatSocket publisher, ChatLog chat, int perTick, int seconds) {
        long start = System.nanoTime();
        int ticks = seconds * TICKS_PER_SECOND;
        for (int tick = 0; tick < ticks; tick++) {
            int first = tick * perTick;
            StringBuilder batch = new StringBuilder();
            IntStream.range(first, first + perTick).forEach(i -> batch.append(command(chat, i)));
            long due = start + tick * (1_000_000_000L / TICKS_PER_SECOND);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            publisher.send(batch.toString());
        }
        return ticks * perTick;
    }

    /** A comment as a room publishes it. */
    private static String command(ChatLog chat, int number) {
        ChatLog.Line line = chat.lines().get(number % chat.lines().size());
        String id = Long.toString(1_000_000_000_000L + number * 37L, 36);
        JsonObject comment = new JsonObject()
                .put("id", "0" + id)
                .put(
                        "userId",
                        "0" + Long.toString(2_000_000_000_000L + line.user().hashCode(), 36))
                .put("name", line.user())
                .put("text", line.text())
                .put("at", 1_700_000_000_000L + line.offsetMillis())
                .put("host", false)
                .put("key", id)
                .put("type", "comment");
        return new JsonObject()
                        .put("id", number + 3)
                        .put(
                                "publish",
                                new JsonObject()
                                        .put("channel", ChatSocket.CHANNEL)
                                        .put("data", comment))
                        .encode()
                + "\n";
    }

    private static void await(ChatSocket reader, int published) throws InterruptedException {
        long end = System.nanoTime() + ARRIVAL_MAX.toNanos();
        while (reader.publications() < published) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(reader.publications() + " of " + published + " publications arrived");
            }
            Thread.sleep(Duration.ofMillis(20));
        }
        Thread.sleep(Duration.ofMillis(200)); // the last tick reaches the others too
    }
}
