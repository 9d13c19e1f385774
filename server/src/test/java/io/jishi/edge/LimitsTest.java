package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.RealtimeSettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one WebSocket may cost: each bound is configured, has a declared code, and is counted. */
class LimitsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final Vertx CLIENTS = Vertx.vertx();
    /** Held, because a client that nobody holds closes its sockets. */
    private static final WebSocketClient SOCKETS =
            CLIENTS.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(100));

    private static OpenNode node;

    @BeforeAll
    static void start() {
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.MESSAGE_BYTES_MAX, 2_048)
                .with(RealtimeSettings.COMMANDS_PER_FRAME_MAX, 8)
                .with(RealtimeSettings.COMMANDS_PER_SECOND_MAX, 20)
                .with(RealtimeSettings.COMMANDS_IN_FLIGHT_MAX, 3)
                .with(RealtimeSettings.CHANNELS_MAX, 3)
                .with(RealtimeSettings.CONNECTIONS_PER_USER_MAX, 2)
                .with(RealtimeSettings.CONNECT_SECONDS_MAX, 2)
                .with(RealtimeSettings.PING_SECONDS, 1)
                .with(RealtimeSettings.PONG_SECONDS_MAX, 2);
        node = OpenNode.start(List.of(OpenNode.freePort()), 0, settings);
    }

    @AfterAll
    static void stop() {
        node.close();
        CLIENTS.close().await();
    }

    /** A socket that answers pings of the protocol unless it is told not to. */
    private static final class Peer {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final WebSocket socket;
        volatile boolean answersPings = true;

        Peer() {
            URI url = URI.create(node.url());
            socket = SOCKETS.connect(new WebSocketConnectOptions()
                            .setHost(url.getHost())
                            .setPort(url.getPort())
                            .setURI(url.getPath()))
                    .await();
            socket.textMessageHandler(text -> text.lines().forEach(line -> {
                if (!line.equals("{}")) {
                    heard.add(line);
                } else if (answersPings) {
                    socket.writeTextMessage("{}");
                }
            }));
        }

        Peer connected() {
            return connected(CONNECT);
        }

        Peer connected(String connect) {
            socket.writeTextMessage(connect);
            await().atMost(SOON).until(() -> !heard.isEmpty());
            return this;
        }

        void expectClosed(int code) {
            await().atMost(SOON).until(socket::isClosed);
            assertThat(socket.closeStatusCode()).isEqualTo((short) code);
        }
    }

    @Test
    @DisplayName("[RT31] a message beyond the bound closes its socket with 1009, one at the bound is taken")
    void messageSize() {
        double before = node.counted("jishi.disconnects", "1009");
        Peer good = new Peer().connected();
        Peer bad = new Peer().connected();
        String ping = "{\"id\":2,\"ping\":{}}";
        good.socket.writeTextMessage(ping + " ".repeat(2_048 - ping.length()));
        bad.socket.writeTextMessage(ping + " ".repeat(2_049 - ping.length()));
        await().atMost(SOON).until(() -> good.heard.size() == 2);
        bad.expectClosed(1009);
        assertThat(good.socket.isClosed()).isFalse();
        assertThat(node.counted("jishi.disconnects", "1009")).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("[RT31] a message in many frames is bounded as a whole")
    void fragments() {
        Peer peer = new Peer().connected();
        peer.socket.writeFrame(WebSocketFrame.textFrame(" ".repeat(1_500), false));
        peer.socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(" ".repeat(1_500)), true));
        peer.expectClosed(1009);
    }

    @Test
    @DisplayName("[RT32] a text that is not UTF-8 closes its socket with 1007")
    void invalidText() {
        double before = node.counted("jishi.disconnects", "1007");
        Peer peer = new Peer().connected();
        peer.socket.writeFrame(new RawText(new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', '}'}).frame());
        peer.expectClosed(1007);
        assertThat(node.counted("jishi.disconnects", "1007")).isEqualTo(before + 1);
    }

    /** A text frame whose bytes are none. */
    private record RawText(byte[] bytes) {
        WebSocketFrame frame() {
            return new io.vertx.core.http.impl.ws.WebSocketFrameImpl(
                    io.vertx.core.http.WebSocketFrameType.TEXT, io.netty.buffer.Unpooled.wrappedBuffer(bytes), true);
        }
    }

    @Test
    @DisplayName("[RT33] a batch beyond the bound closes its connection with 3501, and nothing of it is carried out")
    void batches() {
        double before = node.counted("jishi.disconnects", "3501");
        Peer good = new Peer().connected();
        good.socket.writeTextMessage(pings(8));
        await().atMost(SOON).until(() -> good.heard.size() == 9);
        Peer bad = new Peer().connected();
        bad.socket.writeTextMessage(pings(9));
        bad.expectClosed(3501);
        assertThat(bad.heard).hasSize(1);
        assertThat(node.counted("jishi.disconnects", "3501")).isEqualTo(before + 1);
    }

    private static String pings(int count) {
        StringBuilder commands = new StringBuilder();
        for (int i = 2; i < count + 2; i++) {
            commands.append("{\"id\":").append(i).append(",\"ping\":{}}\n");
        }
        return commands.toString();
    }

    @Test
    @DisplayName("[RT13] more commands a second than the bound close the connection with 3013, and that is counted")
    void pace() {
        double before = node.counted("jishi.disconnects", "3013");
        Peer peer = new Peer().connected();
        for (int i = 0; i < 10; i++) {
            peer.socket.writeTextMessage(pings(8));
        }
        peer.expectClosed(3013);
        assertThat(node.counted("jishi.disconnects", "3013")).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("[RT13] a channel beyond the bound is refused with 106, and that is counted; the connection stays")
    void channels() {
        double before = node.counted("jishi.errors", "106");
        Peer peer = new Peer().connected();
        for (int i = 2; i <= 5; i++) {
            peer.socket.writeTextMessage(
                    "{\"id\":" + i + ",\"subscribe\":{\"channel\":\"recovery:limits-" + i + "\"}}");
        }
        await().atMost(SOON).until(() -> peer.heard.size() == 5);
        assertThat(peer.heard).filteredOn(line -> line.contains("\"code\":106")).hasSize(1);
        assertThat(peer.socket.isClosed()).isFalse();
        assertThat(node.counted("jishi.errors", "106")).isEqualTo(before + 1);
    }

    @Test
    @DisplayName(
            "[RT53] a call beyond those that may wait is answered with 111, which is counted; the connection stays")
    void callsInFlight() {
        double before = node.counted("jishi.errors", "111");
        Peer peer = new Peer().connected();
        for (int i = 2; i <= 5; i++) {
            peer.socket.writeTextMessage("{\"id\":" + i
                    + ",\"rpc\":{\"method\":\"catalog.products\",\"data\":{\"text\":\"" + OpenNode.NEVER + "\"}}}");
        }
        await().atMost(SOON).until(() -> peer.heard.size() == 2);
        assertThat(peer.heard.getLast()).contains("\"id\":5", "\"code\":111", "\"temporary\":true");
        assertThat(peer.socket.isClosed()).isFalse();
        assertThat(node.counted("jishi.errors", "111")).isEqualTo(before + 1);
    }

    private static String connect(String token) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}";
    }

    @Test
    @DisplayName("[RT30] a connection beyond the user's bound is closed with 3504, and that is counted")
    void connectionsOfUser() {
        double before = node.counted("jishi.disconnects", "3504");
        Peer first = new Peer().connected(connect("many"));
        Peer second = new Peer().connected(connect("many"));
        Peer third = new Peer();
        third.socket.writeTextMessage(connect("many"));
        third.expectClosed(3504);
        assertThat(first.socket.isClosed() || second.socket.isClosed()).isFalse();
        assertThat(node.counted("jishi.disconnects", "3504")).isEqualTo(before + 1);
    }

    @Test
    @DisplayName(
            "[RT13] a connection that comes with more channels than the bound is closed with 3505, which is counted")
    void channelsOfConnection() {
        double before = node.counted("jishi.disconnects", "3505");
        Peer peer = new Peer();
        peer.socket.writeTextMessage("{\"id\":1,\"connect\":{\"subs\":{\"recovery:a\":{},\"recovery:b\":{},"
                + "\"recovery:c\":{},\"recovery:d\":{}}}}");
        peer.expectClosed(3505);
        assertThat(node.counted("jishi.disconnects", "3505")).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("[PR4] a forged token closes with 3500, an expired one is refused with 109, and both are counted")
    void wrongTokens() {
        double forged = node.counted("jishi.disconnects", "3500");
        double expired = node.counted("jishi.errors", "109");
        Peer liar = new Peer();
        liar.socket.writeTextMessage(connect(OpenNode.FORGED));
        liar.expectClosed(3500);
        Peer late = new Peer().connected(connect(OpenNode.EXPIRED));
        assertThat(late.heard.getFirst()).contains("\"code\":109");
        assertThat(node.counted("jishi.disconnects", "3500")).isEqualTo(forged + 1);
        assertThat(node.counted("jishi.errors", "109")).isEqualTo(expired + 1);
    }

    @Test
    @DisplayName(
            "[RT12] a token that expires on an open connection closes it with 3005 within five seconds, and one of a"
                    + " subscription ends that with 2501; both are counted")
    void expiringTokens() {
        double connections = node.counted("jishi.disconnects", "3005");
        double subscriptions = node.counted("jishi.unsubscribes", "2501");
        Peer peer = new Peer().connected(connect("grows-old/1"));
        Peer other = new Peer().connected(connect("stays"));
        other.socket.writeTextMessage(
                "{\"id\":2,\"subscribe\":{\"channel\":\"recovery:t\",\"token\":\"stays|recovery:t|1\"}}");
        await().atMost(Duration.ofSeconds(1 + 5)).until(peer.socket::isClosed);
        assertThat(peer.socket.closeStatusCode()).isEqualTo((short) 3005);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> other.heard.stream().anyMatch(line -> line.contains("\"code\":2501")));
        assertThat(other.socket.isClosed()).isFalse();
        assertThat(node.counted("jishi.disconnects", "3005")).isEqualTo(connections + 1);
        assertThat(node.counted("jishi.unsubscribes", "2501")).isEqualTo(subscriptions + 1);
    }

    @Test
    @DisplayName("[RT13] a storm of subscriptions is ended by the pace of commands, and leaves none behind")
    void subscribeStorm() {
        double before = node.counted("jishi.disconnects", "3013");
        Peer calm = new Peer().connected();
        Peer storm = new Peer().connected();
        int subscriptions = node.subscriptions();
        for (int i = 2; i < 100 && !storm.socket.isClosed(); i++) {
            String channel = "{\"channel\":\"recovery:storm-" + i + "\"}}";
            storm.socket.writeTextMessage("{\"id\":" + i + ",\"subscribe\":" + channel + "\n{\"id\":" + (i + 1_000)
                    + ",\"unsubscribe\":" + channel);
        }
        storm.expectClosed(3013);
        assertThat(node.counted("jishi.disconnects", "3013")).isEqualTo(before + 1);
        await().atMost(SOON).until(() -> node.subscriptions() <= subscriptions);
        calm.socket.writeTextMessage("{\"id\":2,\"subscribe\":{\"channel\":\"recovery:calm\"}}");
        await().atMost(SOON).until(() -> calm.heard.stream().anyMatch(line -> line.contains("\"id\":2")));
        assertThat(calm.heard).noneMatch(line -> line.contains("\"error\""));
    }

    @Test
    @DisplayName(
            "[RT12] a half-open socket is closed with 3012, one that never connects with 3502, and both are counted")
    void silence() {
        double noPong = node.counted("jishi.disconnects", "3012");
        double stale = node.counted("jishi.disconnects", "3502");
        Peer halfOpen = new Peer();
        halfOpen.answersPings = false;
        halfOpen.connected();
        Peer silent = new Peer();
        halfOpen.expectClosed(3012);
        silent.expectClosed(3502);
        assertThat(node.counted("jishi.disconnects", "3012")).isEqualTo(noPong + 1);
        assertThat(node.counted("jishi.disconnects", "3502")).isEqualTo(stale + 1);
    }

    @Test
    @DisplayName("[HT24] a connection whose first request does not come in time is closed, however busily it dribbles")
    void slowHandshake() throws IOException {
        Settings settings = Settings.defaults().with(HttpSettings.REQUEST_SECONDS_MAX, 1);
        try (EdgeWorld world = new EdgeWorld(settings, Authorization.shipped(), edge -> {});
                Socket dribbling = new Socket("127.0.0.1", world.port);
                Socket silent = new Socket("127.0.0.1", world.port)) {
            assertThat(world.get("/health/live").statusCode()).isEqualTo(200);
            byte[] head = "GET /connection/websocket HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII);
            dribbling.getOutputStream().write(head);
            await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
                try {
                    dribbling.getOutputStream().write('x');
                    return false;
                } catch (IOException closed) {
                    return true;
                }
            });
            silent.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(world.metrics
                            .registry()
                            .get("jishi.http.connections.slow")
                            .counter()
                            .count())
                    .isEqualTo(2);
            assertThat(world.get("/health/live").statusCode()).isEqualTo(200);
        }
    }
}
