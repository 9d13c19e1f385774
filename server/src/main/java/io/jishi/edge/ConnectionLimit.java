package io.jishi.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections may be open at once; one more is closed before it has asked anything. */
final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    ConnectionLimit(int max, MeterRegistry meters) {
        this.max = max;
        Gauge.builder("jishi.http.connections", open, AtomicInteger::get)
                .description("Open connections, WebSockets included")
                .register(meters);
        refused = Counter.builder("jishi.http.connections.refused")
                .description("Connections closed because too many were open")
                .register(meters);
    }

    void opened(HttpConnection connection) {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            refused.increment();
            connection.close();
            return;
        }
        // the channel's own end: the connection's close handler is not called once it has become a WebSocket
        ((HttpServerConnection) connection)
                .channelHandlerContext()
                .channel()
                .closeFuture()
                .addListener(closed -> open.decrementAndGet());
    }

    int open() {
        return open.get();
    }
}
