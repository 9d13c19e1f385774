package io.jishi.edge;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay on loopback whose target can be changed and whose connections can be cut: the network between a client and nodes. */
final class Switchboard implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    /** What a stalled client's own system holds for it; small, so that a server notices soon. */
    private static final int BUFFER_BYTES = 16_384;

    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<NetSocket> servers = ConcurrentHashMap.newKeySet();
    private final NetServer server;
    private volatile int port;

    Switchboard(String url) {
        target(url);
        server = vertx.createNetServer()
                .connectHandler(this::relay)
                .listen(0, "127.0.0.1")
                .await();
    }

    private void relay(NetSocket from) {
        from.pause();
        sockets.add(from);
        from.closeHandler(ignored -> sockets.remove(from));
        vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(BUFFER_BYTES))
                .connect(port, "127.0.0.1")
                .onFailure(refused -> from.close())
                .onSuccess(to -> {
                    servers.add(to);
                    to.closeHandler(ignored -> servers.remove(to));
                    from.pipeTo(to);
                    to.pipeTo(from);
                });
    }

    /** Sends new connections to another node; those that there are stay. */
    void target(String url) {
        port = URI.create(url).getPort();
    }

    /** Reads nothing from the servers any more, or again. */
    void stall(boolean stalled) {
        Set.copyOf(servers).forEach(stalled ? NetSocket::pause : NetSocket::resume);
    }

    /** Breaks every connection, without a close frame. */
    void cut() {
        Set.copyOf(sockets).forEach(NetSocket::close);
    }

    String url() {
        return "ws://127.0.0.1:" + server.actualPort() + WebSocketEndpoint.PATH;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
