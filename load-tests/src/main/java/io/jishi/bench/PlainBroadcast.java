package io.jishi.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * The baseline: a broadcast server as one writes it in an afternoon with Vert.x. As many event loops as Jishi has, each
 * with its own sockets; a message from any socket that came to {@code /publish} is written to every other socket with
 * {@code writeTextMessage}. No history, no authentication, no bounds. {@code PORT LOOPS}
 */
public final class PlainBroadcast extends AbstractVerticle {
    static final String LISTEN = "/listen";
    static final String PUBLISH = "/publish";

    private static final String ADDRESS = "broadcast";
    private final int port;
    private final Set<ServerWebSocket> listeners = new HashSet<>();

    private PlainBroadcast(int port) {
        this.port = port;
    }

    public static void main(String[] arguments) {
        int loops = Integer.parseInt(arguments[1]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        vertx.deployVerticle(
                        () -> new PlainBroadcast(Integer.parseInt(arguments[0])),
                        new DeploymentOptions().setInstances(loops))
                .await();
        System.out.println("ready");
    }

    @Override
    public void start(Promise<Void> started) {
        vertx.eventBus().<String>localConsumer(ADDRESS, message -> {
            String text = message.body();
            listeners.forEach(listener -> listener.writeTextMessage(text));
        });
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .webSocketHandler(this::opened)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void opened(ServerWebSocket socket) {
        if (socket.path().equals(PUBLISH)) {
            socket.textMessageHandler(text -> vertx.eventBus().publish(ADDRESS, text));
        } else {
            listeners.add(socket);
            socket.closeHandler(_ -> listeners.remove(socket));
        }
    }
}
