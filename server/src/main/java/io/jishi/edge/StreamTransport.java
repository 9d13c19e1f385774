package io.jishi.edge;

import io.jishi.realtime.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/**
 * What a client hears, as the body of an answer that does not end. Messages gather until the flush, so a tick costs one
 * write. What the client sends comes by requests of its own, to {@link Emulation}.
 */
final class StreamTransport implements Transport {
    /** What may gather or wait in the socket before the session keeps the rest in its own bounded outbox. */
    private static final int WAITING_BYTES_MAX = 65_536;

    private static final long CLOSING_MILLIS_MAX = 5_000;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final StreamFraming framing;
    private final ReturnAddress address;
    private Buffer gathered = Buffer.buffer();
    private Runnable onRoom = () -> {};

    StreamTransport(Vertx vertx, HttpServerRequest request, StreamFraming framing, ReturnAddress address) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.framing = framing;
        this.address = address;
    }

    /** @param room called each time when there is room again after there was none */
    void open(Runnable room) {
        onRoom = room;
        response.setChunked(true)
                .setWriteQueueMaxSize(WAITING_BYTES_MAX)
                .putHeader("Content-Type", framing.contentType())
                .putHeader("X-Accel-Buffering", "no")
                .drainHandler(drained -> onRoom.run());
        response.writeHead();
        send(framing.opening());
    }

    @Override
    public void write(ByteBuf message) {
        framing.append(gathered, message);
    }

    @Override
    public void flush() {
        boolean wasFull = gathered.length() >= WAITING_BYTES_MAX;
        send(gathered);
        gathered = Buffer.buffer();
        if (wasFull && isWritable()) {
            onRoom.run();
        }
    }

    private void send(Buffer bytes) {
        if (bytes.length() > 0 && isOpen()) {
            response.write(bytes);
        }
    }

    private boolean isOpen() {
        return !response.ended() && !response.closed();
    }

    @Override
    public boolean isWritable() {
        return gathered.length() < WAITING_BYTES_MAX && !response.writeQueueFull();
    }

    /** A peer that does not even read the end is cut off. */
    @Override
    public void close(int code, String reason) {
        if (isOpen()) {
            ByteBuf push = Unpooled.buffer();
            framing.format().frame(push, framing.format().disconnectPush(code, reason));
            framing.append(gathered, push);
            send(gathered);
            gathered = Buffer.buffer();
            long timer = vertx.setTimer(
                    CLOSING_MILLIS_MAX, late -> request.connection().close());
            response.end().onComplete(ended -> vertx.cancelTimer(timer));
        }
    }

    @Override
    public Optional<ReturnAddress> returnAddress() {
        return Optional.of(address);
    }
}
