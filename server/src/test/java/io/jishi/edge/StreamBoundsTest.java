package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.ChannelRules;
import io.jishi.realtime.RealtimeSettings;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What streams and their requests may cost. */
class StreamBoundsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    @DisplayName("[TR7] bodies of streams and of emulation are bounded, and what is malformed is 400")
    void bodies() {
        Settings settings = Settings.defaults().with(HttpSettings.BODY_BYTES_MAX, 1_024);
        try (EdgeWorld world = new EdgeWorld(settings, Authorization.shipped(), edge -> {})) {
            String tooLong = "{\"id\":1,\"connect\":{\"token\":\"" + "x".repeat(1_024) + "\"}}";
            for (String path :
                    new String[] {StreamEndpoints.HTTP_STREAM, StreamEndpoints.SERVER_SENT_EVENTS, Emulation.PATH}) {
                assertThat(world.post(path, tooLong).statusCode()).as(path).isEqualTo(413);
                assertThat(world.post(path, "").statusCode()).as(path).isEqualTo(400);
            }
            assertThat(world.get(StreamEndpoints.SERVER_SENT_EVENTS).statusCode())
                    .isEqualTo(400);
            assertThat(world.get(StreamEndpoints.HTTP_STREAM).statusCode()).isEqualTo(405);
            for (String body : new String[] {
                "[]",
                "{",
                "{\"session\":\"s\",\"node\":\"self\"}",
                "{\"session\":1,\"node\":\"self\",\"data\":\"{}\"}",
                "{\"session\":\"\",\"node\":\"self\",\"data\":\"{}\"}"
            }) {
                assertThat(world.post(Emulation.PATH, body).statusCode())
                        .as(body)
                        .isEqualTo(400);
            }
            assertThat(world.send(world.request(Emulation.PATH)
                                    .header("Content-Type", "application/octet-stream")
                                    .POST(BodyPublishers.ofByteArray(new byte[] {10, 100, 1})))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("[TR7] emulation for a node that does not answer is told so within its deadline")
    void deadline() {
        try (EdgeWorld world = new EdgeWorld()) {
            world.members.set(Set.of("self", "silent", "gone"));
            AtomicInteger asked = new AtomicInteger();
            world.vertx
                    .eventBus()
                    .<Buffer>consumer("jishi.emulation.silent", message -> asked.incrementAndGet())
                    .completion()
                    .await();
            String body = "{\"session\":\"s\",\"node\":\"%s\",\"data\":\"{}\"}";
            assertThat(world.post(Emulation.PATH, body.formatted("silent")).statusCode())
                    .isEqualTo(503);
            assertThat(asked).hasValue(1);
            assertThat(world.post(Emulation.PATH, body.formatted("gone")).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    @DisplayName(
            "[TR8] a reader of a stream that stalls is closed to recover, having kept a bounded amount, and harms nobody")
    void stalled() throws IOException {
        int outboxBytesMax = 200_000;
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.OUTBOX_BYTES_MAX, outboxBytesMax)
                .with(RealtimeSettings.PING_SECONDS, 600);
        OpenNode node = OpenNode.start(List.of(OpenNode.freePort()), 0, settings);
        String channel = "recovery:stalled";
        String commands = "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
        try (StreamClient reading = StreamClient.httpStream(node.url(""), commands);
                Socket stalled = open(node)) {
            request(stalled, StreamEndpoints.HTTP_STREAM, commands);
            reading.reply(2);
            String text = "x".repeat(10_000);
            AtomicInteger published = new AtomicInteger();
            await().atMost(SOON).until(() -> {
                for (int i = 0; i < 20; i++) {
                    node.hub()
                            .publish(new ChannelName(channel), Map.of("n", published.getAndIncrement(), "text", text));
                }
                await().atMost(SOON).until(() -> reading.publications(channel).size() == published.get());
                return node.connections() == 1;
            });
            // beyond the outbox: 64 KB that the system has not sent, as much that waits to be written, and what is on
            // its way
            assertThat(published.get() * text.length())
                    .isLessThan(outboxBytesMax + 4 * Unsent.BYTES_MAX + ON_ITS_WAY_MAX);
            assertThat(readTo(stalled, "\"disconnect\"", 10_000_000)).contains("\"disconnect\":{\"code\":3008");
        } finally {
            node.close();
        }
    }

    /** What a reader that has read nothing yet lets be on its way. */
    private static final int ON_ITS_WAY_MAX = 500_000;

    private static Socket open(OpenNode node) throws IOException {
        return new Socket("127.0.0.1", URI.create(node.url("")).getPort());
    }

    private static void request(Socket socket, String path, String commands) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + "Content-Length: "
                + commands.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + commands).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Test
    @DisplayName(
            "[TR8][RT44][RT45] a stalled reader of a stream is spared comments, told how many, and of what waited hears the stock first")
    void spared() throws IOException {
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.OUTBOX_BYTES_MAX, 200_000)
                .with(RealtimeSettings.PING_SECONDS, 600);
        OpenNode node = OpenNode.start(List.of(OpenNode.freePort()), 0, settings, ChannelRules.parse("""
                        anonymous: true
                        development-only: true
                        channels:
                          talk: {class: sampled, history-size: 500, history-seconds: 60, open: true}
                          stock: {class: latest, priority: high, open: true}
                        """));
        for (String path : List.of(StreamEndpoints.HTTP_STREAM, StreamEndpoints.SERVER_SENT_EVENTS)) {
            String talk = "talk:" + path.length();
            String stock = "stock:" + path.length();
            try (Socket stalled = open(node)) {
                request(
                        stalled,
                        path,
                        "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + talk
                                + "\"}}\n{\"id\":3,\"subscribe\":{\"channel\":\"" + stock + "\"}}");
                await().atMost(SOON).until(() -> node.subscriptions() == 2);
                for (int i = 1; i <= 300; i++) {
                    node.hub()
                            .publish(new ChannelName(talk), Map.of("n", i, "text", "x".repeat(10_000)))
                            .await();
                }
                node.hub().publish(new ChannelName(stock), Map.of("left", 7)).await();
                node.hub().publish(new ChannelName(talk), Map.of("n", "last")).await();
                String heard = readTo(stalled, "\"last\"", 10_000_000);
                assertThat(heard).contains("left_out");
                String beforeStock = heard.substring(0, heard.indexOf("\"left\""));
                assertThat(beforeStock).hasSizeLessThan(4 * Unsent.BYTES_MAX + ON_ITS_WAY_MAX);
                assertThat(heard).hasSizeLessThan(4 * Unsent.BYTES_MAX + ON_ITS_WAY_MAX + 300_000);
                assertThat(node.connections()).isEqualTo(1);
            }
            await().atMost(SOON).until(() -> node.connections() == 0);
        }
        node.close();
    }

    private static String readTo(Socket socket, String end, int bytesMax) throws IOException {
        socket.setSoTimeout(10_000);
        StringBuilder heard = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] some = new byte[65_536];
        while (heard.indexOf(end, Math.max(0, heard.length() - some.length - end.length())) < 0) {
            int count = in.read(some);
            assertThat(count)
                    .as("bytes behind the " + heard.length() + " before")
                    .isPositive();
            heard.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
            assertThat(heard.length()).isLessThan(bytesMax);
        }
        return heard.toString();
    }
}
