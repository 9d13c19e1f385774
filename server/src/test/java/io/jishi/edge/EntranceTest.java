package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.DisconnectCode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every way into real time is checked alike. */
class EntranceTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";

    /** A way to open a connection; the status of the answer, and how it is closed again. */
    private interface Way {
        Opened open(EdgeWorld world, String header, String value);
    }

    private record Opened(int status, Runnable close) {}

    private static final List<Way> WAYS =
            List.of(EntranceTest::webSocket, EntranceTest::httpStream, EntranceTest::events);

    private static Opened webSocket(EdgeWorld world, String header, String value) {
        WebSocketClient client = world.vertx.createWebSocketClient();
        try {
            WebSocket socket = client.connect(new WebSocketConnectOptions()
                            .setHost("127.0.0.1")
                            .setPort(world.port)
                            .setURI(WebSocketEndpoint.PATH)
                            .addHeader(header, value))
                    .await();
            return new Opened(101, () -> {
                socket.close();
                client.close();
            });
        } catch (UpgradeRejectedException e) {
            return new Opened(e.getStatus(), () -> {});
        }
    }

    private static Opened httpStream(EdgeWorld world, String header, String value) {
        return request(world, HttpMethod.POST, StreamEndpoints.HTTP_STREAM, CONNECT, header, value);
    }

    private static Opened events(EdgeWorld world, String header, String value) {
        String uri = StreamEndpoints.SERVER_SENT_EVENTS + "?cf_connect=%7B%22id%22%3A1%2C%22connect%22%3A%7B%7D%7D";
        return request(world, HttpMethod.GET, uri, "", header, value);
    }

    private static Opened request(
            EdgeWorld world, HttpMethod method, String uri, String body, String header, String value) {
        HttpClient client = world.vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(1));
        HttpClientResponse response = client.request(new RequestOptions()
                        .setMethod(method)
                        .setHost("127.0.0.1")
                        .setPort(world.port)
                        .setURI(uri)
                        .putHeader(header, value))
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(Future::succeededFuture)
                .await();
        return new Opened(response.statusCode(), client::close);
    }

    /** The status of a connection that is closed again at once. */
    private static int status(EdgeWorld world, Way way, String header, String value) {
        Opened opened = way.open(world, header, value);
        opened.close().run();
        return opened.status();
    }

    private static double refused(EdgeWorld world, String reason) {
        return world.metrics
                .registry()
                .get("jishi.connections.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    @DisplayName("[TR5] a page of a foreign origin opens no connection by any transport; its own and named ones do")
    void origins() {
        Settings settings = Settings.defaults()
                .with(HttpSettings.ALLOWED_ORIGINS, "https://shop.example,https://other.example:8443");
        try (EdgeWorld world = new EdgeWorld(settings, Authorization.shipped(), edge -> {})) {
            List<String> foreign = List.of(
                    "https://evil.example", "null", "https://shop.example.evil.example", "http://127.0.0.1:1", "%");
            List<String> own =
                    List.of("http://127.0.0.1:" + world.port, "https://shop.example", "https://other.example:8443");
            for (Way way : WAYS) {
                for (String origin : foreign) {
                    assertThat(status(world, way, "Origin", origin)).as(origin).isEqualTo(403);
                }
                for (String origin : own) {
                    assertThat(status(world, way, "Origin", origin)).as(origin).isIn(101, 200);
                }
                assertThat(status(world, way, "X-Request-Id", "no-page")).isIn(101, 200);
            }
            assertThat(refused(world, "origin")).isEqualTo(foreign.size() * (double) WAYS.size());
        }
    }

    @Test
    @DisplayName("[TR6] an address has so many connections by all transports together, and each gives its place back")
    void perAddress() {
        Settings settings = Settings.defaults()
                .with(HttpSettings.BEHIND_PROXY, true)
                .with(HttpSettings.CONNECTIONS_PER_ADDRESS_MAX, 3);
        try (EdgeWorld world = new EdgeWorld(settings, Authorization.shipped(), edge -> {})) {
            for (int round = 0; round < 2; round++) {
                List<Opened> open = new ArrayList<>();
                WAYS.forEach(way -> open.add(way.open(world, "X-Forwarded-For", "192.0.2.7")));
                assertThat(open).allMatch(opened -> opened.status() == 101 || opened.status() == 200);
                for (Way way : WAYS) {
                    assertThat(status(world, way, "X-Forwarded-For", "192.0.2.7"))
                            .isEqualTo(429);
                    assertThat(status(world, way, "X-Forwarded-For", "192.0.2.8"))
                            .isIn(101, 200);
                }
                assertThat(refused(world, "address")).isEqualTo(WAYS.size() * (round + 1.0));
                open.forEach(opened -> opened.close().run());
                await().atMost(SOON).until(() -> open(world) == 0);
            }
        }
    }

    @Test
    @DisplayName("[RT66] a node that is stopping opens no connection by any transport, and answers other requests")
    void stopping() {
        try (EdgeWorld world = new EdgeWorld(Settings.defaults(), Authorization.shipped(), edge -> {})) {
            for (Way way : WAYS) {
                assertThat(status(world, way, "X-Request-Id", "before")).isIn(101, 200);
            }
            world.edge.drain();
            for (Way way : WAYS) {
                assertThat(status(world, way, "X-Request-Id", "after")).isEqualTo(503);
            }
            assertThat(refused(world, "stopping")).isEqualTo(WAYS.size());
            assertThat(request(world, HttpMethod.GET, "/health/live", "", "X-Request-Id", "other")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("[RT66] a node that is stopping listens no more; who is connected stays until it is sent away")
    void listening() throws IOException {
        try (OpenNode node = OpenNode.start(List.of(OpenNode.freePort()), 0, Settings.defaults());
                RawSocket socket = new RawSocket(node.port(), "")) {
            socket.send(RawSocket.FINAL | RawSocket.TEXT, CONNECT).read();
            Future<Void> stopped = node.stopListening(20_000);
            await().untilAsserted(() -> assertThatThrownBy(() -> new RawSocket(node.port(), "").close())
                    .isInstanceOf(ConnectException.class));
            assertThat(socket.send(RawSocket.FINAL | RawSocket.TEXT, "{\"id\":2,\"ping\":{}}")
                            .read()
                            .text())
                    .isEqualTo("{\"id\":2,\"ping\":{}}");
            node.hub().drain(100).await();
            assertThat(socket.read().closeCode()).isEqualTo(DisconnectCode.SHUTDOWN.code());
            socket.close();
            await().until(stopped::isComplete);
        }
    }

    private static double open(EdgeWorld world) {
        return world.metrics.registry().get("jishi.http.connections").gauge().value();
    }
}
