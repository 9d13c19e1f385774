package io.jishi.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections may be open at once; one more is closed before it has asked anything. */
final class ConnectionLimit {
    /** What closes a connection that asks nothing. */
    private static final AttributeKey<Future<?>> PATIENCE = AttributeKey.valueOf("jishi.patience");

    private final int max;
    private final int firstRequestSecondsMax;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;
    private final Counter slow;

    ConnectionLimit(int max, int firstRequestSecondsMax, MeterRegistry meters) {
        this.max = max;
        this.firstRequestSecondsMax = firstRequestSecondsMax;
        slow = Counter.builder("jishi.http.connections.slow")
                .description("Connections closed because no whole request had come in time")
                .register(meters);
        Gauge.builder("jishi.http.connections", open, AtomicInteger::get)
                .description("Open connections, WebSockets included")
                .register(meters);
        refused = Counter.builder("jishi.http.connections.refused")
                .description("Connections closed because too many were open")
                .register(meters);
    }

    /** A connection has brought a request that could be read: it is not one of those that hold a place by silence. */
    static void asked(Channel channel) {
        Future<?> patience = channel.attr(PATIENCE).getAndSet(null);
        if (patience != null) {
            patience.cancel(false);
        }
    }

    void opened(HttpConnection connection) {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            refused.increment();
            connection.close();
            return;
        }
        Channel channel =
                ((HttpServerConnection) connection).channelHandlerContext().channel();
        channel.attr(PATIENCE)
                .set(channel.eventLoop().schedule(() -> close(channel), firstRequestSecondsMax, TimeUnit.SECONDS));
        // the channel's own end: the connection's close handler is not called once it has become a WebSocket
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
    }

    private void close(Channel channel) {
        if (channel.isActive()) {
            slow.increment();
            var _ = channel.close();
        }
    }

    int open() {
        return open.get();
    }
}
