package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.RealtimeSettings;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
        OpenNode node = OpenNode.start(java.util.List.of(OpenNode.freePort()), 0, settings);
        String channel = "recovery:stalled";
        String commands = "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
        try (StreamClient reading = StreamClient.httpStream(node.url(""), commands);
                Socket stalled = new Socket(
                        "127.0.0.1", java.net.URI.create(node.url("")).getPort())) {
            stalled.setReceiveBufferSize(4_096);
            request(stalled, commands);
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
            // the socket's buffers take some megabytes, the server itself only what its bounds say
            assertThat(published.get()).isLessThan(3_000);
            assertThat(endOf(stalled)).contains("\"disconnect\":{\"code\":3008");
        } finally {
            node.close();
        }
    }

    private static void request(Socket socket, String commands) throws IOException {
        String head =
                "POST " + StreamEndpoints.HTTP_STREAM + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + commands.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + commands).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Reads on with a window of usual size: through a small one some megabytes would take minutes. */
    private static String endOf(Socket socket) throws IOException {
        socket.setReceiveBufferSize(1 << 20);
        socket.setSoTimeout(10_000);
        String end = "";
        InputStream in = socket.getInputStream();
        byte[] some = new byte[65_536];
        while (!end.contains("\"disconnect\"")) {
            int count = in.read(some);
            assertThat(count).as("the end of what came: " + end).isPositive();
            String both = end + new String(some, 0, count, StandardCharsets.ISO_8859_1);
            end = both.substring(Math.max(0, both.length() - 200));
        }
        return end;
    }
}
