package io.jishi.database;

import io.jishi.core.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a test's database that can be cut, as its death would, and mended. */
public final class CuttableDatabase implements AutoCloseable {
    private final NetServer server;
    private final NetClient client;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private final Database database;
    private volatile boolean cut;

    public CuttableDatabase(Vertx vertx, TestDatabase behind) {
        URI url = URI.create(behind.url());
        client = vertx.createNetClient();
        server = vertx.createNetServer();
        server.connectHandler(socket -> {
            if (cut) {
                socket.close();
                return;
            }
            sockets.add(socket);
            socket.pause();
            client.connect(url.getPort(), url.getHost())
                    .onFailure(fault -> socket.close())
                    .onSuccess(other -> {
                        sockets.add(other);
                        socket.pipeTo(other).onComplete(end -> other.close());
                        other.pipeTo(socket).onComplete(end -> socket.close());
                    });
        });
        server.listen(0, "127.0.0.1").await();
        String here = behind.url().replace(":" + url.getPort() + "/", ":" + server.actualPort() + "/");
        database = DatabaseSettings.open(
                vertx,
                Settings.defaults()
                        .with(DatabaseSettings.URL, here)
                        .with(DatabaseSettings.POOL_SIZE_MAX, 8)
                        .with(DatabaseSettings.WAIT_SECONDS_MAX, 5));
    }

    public Database database() {
        return database;
    }

    /** Closes every connection, and each new one at once. */
    public void cut() {
        cut = true;
        sockets.forEach(NetSocket::close);
        sockets.clear();
    }

    public void mend() {
        cut = false;
    }

    @Override
    public void close() {
        cut();
        server.close().await();
        client.close().await();
    }
}
