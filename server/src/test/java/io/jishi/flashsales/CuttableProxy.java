package io.jishi.flashsales;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a node and the database and loses replies: what was asked for has been done, but nobody hears of it. */
final class CuttableProxy {
    /** How PostgreSQL's answer to an insertion or update begins to end ({@code CommandComplete}). */
    private static final String DONE = "SELECT 1";

    private final URI target;
    private final NetServer server;
    private final NetClient client;
    private final AtomicInteger toLose = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    CuttableProxy(Vertx vertx, String databaseUrl) {
        this.target = URI.create(databaseUrl);
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::connect);
        server.listen(0, "127.0.0.1").await();
    }

    String url() {
        return "postgresql://" + target.getUserInfo() + "@127.0.0.1:" + server.actualPort() + target.getPath();
    }

    /** Loses the answers to the next statements, each with its connection. */
    void loseReplies(int count) {
        toLose.set(count);
    }

    int lost() {
        return lost.get();
    }

    private void connect(NetSocket near) {
        near.pause();
        client.connect(target.getPort(), target.getHost())
                .onFailure(fault -> near.close())
                .onSuccess(far -> {
                    near.closeHandler(closed -> far.close());
                    far.closeHandler(closed -> near.close());
                    near.handler(far::write);
                    far.handler(answer -> {
                        if (isDone(answer) && toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                            lost.incrementAndGet();
                            near.close();
                        } else {
                            near.write(answer);
                        }
                    });
                    near.resume();
                });
    }

    private static boolean isDone(Buffer answer) {
        return answer.toString(StandardCharsets.ISO_8859_1).contains(DONE);
    }
}
