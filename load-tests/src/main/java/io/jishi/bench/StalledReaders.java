package io.jishi.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;

/** Clients that subscribe and then read nothing more, with next to no room in their own system for what comes. */
final class StalledReaders implements AutoCloseable {
    private static final int BUFFER_BYTES = 4_096;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final WebSocketClient client;
    private final FanoutSide side;

    private StalledReaders(FanoutSide side, int count) {
        this.side = side;
        WebSocketClientOptions options = new WebSocketClientOptions().setMaxConnections(Math.max(1, count));
        options.setReceiveBufferSize(BUFFER_BYTES);
        client = vertx.createWebSocketClient(options);
    }

    /** Blocks until all of them have subscribed. */
    static StalledReaders open(FanoutSide side, int count) {
        StalledReaders readers = new StalledReaders(side, count);
        List<Future<?>> opening = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opening.add(readers.open());
        }
        Future.all(opening).await();
        return readers;
    }

    private Future<Void> open() {
        ClientWebSocket socket = client.webSocket();
        Promise<Void> stalled = Promise.promise();
        int[] answersToCome = {side.protocol().listenFirst().size()};
        socket.textMessageHandler(text -> {
            answersToCome[0] -= (int) text.lines().count();
            if (answersToCome[0] <= 0) {
                socket.pause();
                stalled.tryComplete();
            }
        });
        return socket.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(side.port())
                        .setURI(side.protocol().listenPath()))
                .compose(_ -> {
                    side.protocol().listenFirst().forEach(socket::writeTextMessage);
                    return stalled.future();
                });
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
