package io.jishi.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Publishes from one socket, at a rate or as fast as the listeners keep up. */
final class FanoutPublisher implements AutoCloseable {
    private static final long NANOS = 1_000_000_000L;

    private final Vertx vertx = Vertx.vertx();
    /** Kept, as a client that nobody holds is closed with its sockets when it is collected. */
    private final WebSocketClient client = vertx.createWebSocketClient();

    private final FanoutSide side;
    private final ClientWebSocket socket;
    private final AtomicInteger published = new AtomicInteger();

    FanoutPublisher(FanoutSide side) {
        this.side = side;
        socket = client.webSocket();
        socket.textMessageHandler(text -> {
            if (text.startsWith("{}")) {
                socket.writeTextMessage("{}");
            }
        });
        socket.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(side.port())
                        .setURI(side.publishPath()))
                .await();
        side.publishFirst().forEach(socket::writeTextMessage);
    }

    int published() {
        return published.get();
    }

    /**
     * Publishes so many a second. A message carries the time at which it was due, so that a server that holds up the
     * publisher does not look better for it.
     */
    void atRate(int perSecond, int seconds) {
        long start = System.nanoTime();
        for (long i = 0; i < (long) perSecond * seconds; i++) {
            long due = start + i * NANOS / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            publish(due / 1000);
        }
    }

    /**
     * Publishes as long as less than a window is on its way to the slowest.
     *
     * @param arrived how many publications all listeners have received
     */
    void asFastAsHeard(int window, int seconds, LongSupplier arrived) {
        long end = System.nanoTime() + seconds * NANOS;
        while (System.nanoTime() < end) {
            if (published.get() - arrived.getAsLong() < window) {
                publish(FanoutMessage.nowMicros());
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private void publish(long micros) {
        int number = published.incrementAndGet();
        socket.writeTextMessage(side.publication(number, FanoutMessage.of(micros)));
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
