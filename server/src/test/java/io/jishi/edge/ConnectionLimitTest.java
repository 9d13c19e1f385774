package io.jishi.edge;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
    private static final int MAX = 4;

    @Test
    @DisplayName("[HT16] connections beyond the limit are closed at once; sockets count, and give their place back")
    void limit() throws IOException {
        Settings settings = Settings.defaults().with(HttpSettings.CONNECTIONS_MAX, MAX);
        try (EdgeWorld world = new EdgeWorld(settings, Authorization.shipped(), edge -> {})) {
            var client = world.vertx.createWebSocketClient();
            var to = new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(world.port)
                    .setURI(WebSocketEndpoint.PATH);
            for (int round = 0; round < 3; round++) {
                List<WebSocket> sockets = new ArrayList<>();
                for (int i = 0; i < MAX; i++) {
                    sockets.add(client.connect(to).await());
                }
                await().atMost(10, SECONDS).until(() -> open(world) == MAX);
                try (Socket oneMore = new Socket("127.0.0.1", world.port)) {
                    oneMore.setSoTimeout(10_000);
                    assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
                }
                sockets.forEach(socket -> socket.close().await());
                await().atMost(10, SECONDS).until(() -> open(world) == 0);
            }
            assertThat(world.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(world.metrics
                            .registry()
                            .get("jishi.http.connections.refused")
                            .counter()
                            .count())
                    .isEqualTo(3);
        }
    }

    private static double open(EdgeWorld world) {
        return world.metrics.registry().get("jishi.http.connections").gauge().value();
    }
}
