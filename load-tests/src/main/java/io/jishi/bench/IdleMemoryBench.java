package io.jishi.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a connection that says nothing costs in resident memory, after a collection, against plain Vert.x. Both run with
 * the collector that gives memory back. Some connections are open before anything is measured, so that what a
 * server allocates once for all is not charged to the others.
 */
public final class IdleMemoryBench implements Benchmark {
    private static final List<String> FLAGS = List.of(
            "-XX:+UseG1GC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx1g",
            "-XX:MinHeapFreeRatio=5",
            "-XX:MaxHeapFreeRatio=10");
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"idle\"}}";
    private static final int FIRST = 1_000;
    private static final int AT_ONCE = 100;
    private static final int COLLECTIONS = 3;
    private static final int TEXT_FRAME = 0x81;
    private static final int MASKED = 0x80;

    @Override
    public String name() {
        return "idle-memory";
    }

    @Override
    public String oneLine() {
        return "resident bytes of an idle connection after collection, one channel each; against plain Vert.x"
                + " (sizes: sockets, loops)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(1);
    }

    /** @param first what a client says first, and {@code answer} what its answer contains */
    private record Side(String name, ChildProcess process, int port, String path, String first, String answer) {}

    @Override
    public List<Row> run(Context context) throws Exception {
        int sockets = context.number("sockets", 8_000);
        String loops = Integer.toString(
                context.number("loops", Math.max(2, Runtime.getRuntime().availableProcessors())));
        ServerNode node = context.startNode(
                FLAGS,
                Map.of(
                        "database.url", context.startPostgres().url(),
                        "channels", "open-channels.yaml",
                        "cluster.port", "0",
                        "node.event-loops", loops,
                        "realtime.ping-seconds", "600",
                        "http.idle-seconds-max", "3600"));
        Side jishi =
                new Side("Jishi", node.process(), node.url().getPort(), "/connection/websocket", CONNECT, "\"id\":2");
        int port = new FreePorts().one();
        ChildProcess process =
                context.startJava("plain", FLAGS, PlainBroadcast.class, List.of(Integer.toString(port), loops));
        process.awaitLine("ready");
        process.ignoreOutput();
        Side plain = new Side("plain Vert.x", process, port, PlainBroadcast.LISTEN, "", " 101 ");
        double ofPlain = bytesPerConnection(context, plain, sockets);
        double ofJishi = bytesPerConnection(context, jishi, sockets);
        return List.of(Row.of(sockets + " idle connections: resident memory", ofJishi / 1_024, "KB/connection")
                .against(plain.name(), ofPlain / 1_024)
                .atMost(8));
    }

    private static double bytesPerConnection(Context context, Side side, int sockets) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            NetClient client = vertx.createNetClient();
            context.progress(side.name + ": " + FIRST + " connections before anything is measured");
            List<NetSocket> held = new ArrayList<>(open(client, side, FIRST));
            long before = resident(side);
            context.progress(side.name + ": " + sockets + " more");
            held.addAll(open(client, side, sockets));
            double perConnection = (resident(side) - before) / (double) sockets;
            context.progress(side.name + ": " + Math.round(perConnection) + " bytes a connection");
            Future.join(held.stream().map(NetSocket::close).toList()).await();
            return perConnection;
        } finally {
            vertx.close().await();
        }
    }

    private static List<NetSocket> open(NetClient client, Side side, int sockets) {
        List<NetSocket> held = new ArrayList<>();
        while (held.size() < sockets) {
            List<Future<NetSocket>> opening = new ArrayList<>();
            for (int i = 0; i < Math.min(AT_ONCE, sockets - held.size()); i++) {
                opening.add(open(client, side));
            }
            Future.all(opening).await();
            opening.forEach(opened -> held.add(opened.result()));
        }
        return held;
    }

    private static Future<NetSocket> open(NetClient client, Side side) {
        Promise<NetSocket> open = Promise.promise();
        client.connect(side.port, "127.0.0.1").onFailure(open::tryFail).onSuccess(socket -> {
            Buffer heard = Buffer.buffer();
            socket.handler(data -> {
                heard.appendBuffer(data);
                if (heard.toString(StandardCharsets.ISO_8859_1).contains(side.answer)) {
                    socket.handler(ignored -> {});
                    open.tryComplete(socket);
                }
            });
            socket.closeHandler(closed -> open.tryFail("closed: " + heard));
            socket.write("GET " + side.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + side.port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            if (!side.first.isEmpty()) {
                socket.write(Buffer.buffer()
                        .appendByte((byte) TEXT_FRAME)
                        .appendByte((byte) (MASKED | side.first.length()))
                        .appendInt(0)
                        .appendString(side.first));
            }
        });
        return open.future();
    }

    /** Resident memory once all that can be collected and given back is. */
    private static long resident(Side side) throws IOException, InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            Process collection = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(side.process.pid()),
                            "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!collection.waitFor(30, TimeUnit.SECONDS)) {
                collection.destroyForcibly();
                throw new IllegalStateException("no collection within 30 s");
            }
            Thread.sleep(Duration.ofMillis(500));
        }
        return side.process.residentBytes();
    }
}
