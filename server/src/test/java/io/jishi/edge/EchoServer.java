package io.jishi.edge;

import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.RealtimeSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The WebSocket end of a node, with an echo where a node has its sessions: the same server, the same reading of frames,
 * the same writing, so that what is tried on it holds for a node.
 */
final class EchoServer implements AutoCloseable {
    private static final int LOOPS = 2;
    /** A text that begins so is not echoed: the server closes, and what follows is the reason. */
    private static final String CLOSE_ORDER = "please close ";

    final int port;
    /** How many messages were taken. */
    final AtomicInteger taken = new AtomicInteger();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    private final HttpEdge edge;
    private final int messageBytesMax;
    private final Deflate deflate;

    EchoServer(Settings more) {
        Settings settings = more.with(HttpSettings.PORT, 0);
        messageBytesMax = settings.get(RealtimeSettings.MESSAGE_BYTES_MAX);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        deflate = new Deflate(settings, meters);
        edge = new HttpEdge(
                        vertx,
                        settings,
                        Authorization.shipped(),
                        (token, connection) -> new Authenticator.Verdict.Forged(),
                        meters)
                .serverOptions(WebSocketEndpoint.configure(settings))
                .webSocket(WebSocketEndpoint.PATH, this::open);
        port = edge.start(EventLoops.open(vertx, LOOPS).await()).await();
    }

    String url() {
        return "ws://127.0.0.1:" + port + WebSocketEndpoint.PATH;
    }

    private void open(ServerWebSocket socket) {
        Socket.take(
                socket,
                messageBytesMax,
                taken -> new Echo(
                        this.taken,
                        new WebSocketTransport(taken, false, deflate),
                        new WebSocketTransport(taken, true, deflate)));
    }

    private record Echo(AtomicInteger taken, WebSocketTransport texts, WebSocketTransport binaries)
            implements Socket.Receiver {
        @Override
        public void text(Buffer message) {
            String text = message.toString();
            if (text.startsWith(CLOSE_ORDER)) {
                texts.close(3999, text.substring(CLOSE_ORDER.length()));
                return;
            }
            send(texts, message);
        }

        @Override
        public void binary(Buffer message) {
            send(binaries, message);
        }

        private void send(WebSocketTransport transport, Buffer message) {
            taken.incrementAndGet();
            transport.write(Unpooled.wrappedBuffer(message.getBytes()));
            transport.flush();
        }

        @Override
        public void broken(DisconnectCode why) {
            texts.close(why.code(), why.reason());
        }

        @Override
        public void failed(Throwable fault) {}

        @Override
        public void writable() {}

        @Override
        public void closed() {}
    }

    @Override
    public void close() {
        edge.stop(100).await();
        vertx.close().await();
    }
}
