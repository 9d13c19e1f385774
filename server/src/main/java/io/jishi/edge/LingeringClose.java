package io.jishi.edge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/**
 * Closes a connection whose request was answered before it was read. A system that closes a socket with bytes unread
 * resets the connection, and a reset takes with it the answer that the client has not read yet (RFC 9112, section 9.6), so
 * the rest is read and dropped first: for {@value #LINGER_MILLIS} ms and {@value #LINGER_BYTES_MAX} bytes at most. Loop
 * only.
 */
final class LingeringClose {
    static final int LINGER_BYTES_MAX = 1 << 20;
    private static final long LINGER_MILLIS = 2_000;

    private final HttpServerRequest request;
    private long dropped;

    private LingeringClose(HttpServerRequest request) {
        this.request = request;
    }

    /** To be called when the answer is written. */
    static void close(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            request.connection().close();
        } else {
            new LingeringClose(request).linger(vertx);
        }
    }

    private void linger(Vertx vertx) {
        long timer = vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
        request.exceptionHandler(broken -> vertx.cancelTimer(timer));
        request.handler(chunk -> {
            dropped += chunk.length();
            if (dropped > LINGER_BYTES_MAX) {
                request.connection().close();
            }
        });
        request.endHandler(end -> {
            vertx.cancelTimer(timer);
            request.connection().close();
        });
        request.resume();
    }
}
