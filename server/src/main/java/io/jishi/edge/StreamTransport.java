package io.jishi.edge;

import io.jishi.realtime.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Optional;

/**
 * What a client hears, as the body of an answer that does not end. Messages gather until the flush, so a tick costs one
 * write; what gathers, what waits to be written and what the system has not sent are each bounded by
 * {@link Unsent#BYTES_MAX} and a message, and the session keeps the rest in its own bounded outbox. What the client
 * sends comes by requests of its own, to {@link Emulation}. Never compressed: a body is one stream, so that each reader
 * would need a window and a compression of its own, which is what is not done for WebSockets either.
 */
final class StreamTransport implements Transport {
    private static final long CLOSING_MILLIS_MAX = 5_000;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final ChannelHandlerContext channel;
    private final StreamFraming framing;
    private final ReturnAddress address;
    private Buffer gathered = Buffer.buffer();
    private Runnable onRoom = () -> {};

    StreamTransport(Vertx vertx, HttpServerRequest request, StreamFraming framing, ReturnAddress address) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.channel = ((HttpServerConnection) request.connection()).channelHandlerContext();
        this.framing = framing;
        this.address = address;
    }

    /** @param room called each time when there is room again after there was none */
    void open(Runnable room) {
        onRoom = room;
        Unsent.bound(channel, () -> onRoom.run());
        response.setChunked(true)
                .putHeader("Content-Type", framing.contentType())
                .putHeader("X-Accel-Buffering", "no");
        response.writeHead();
        send(framing.opening());
    }

    /** The request is over; its connection may go on to another one. */
    void closed() {
        Unsent.unbound(channel);
    }

    @Override
    public void write(ByteBuf message) {
        framing.append(gathered, message);
    }

    @Override
    public void flush() {
        boolean wasFull = gathered.length() >= Unsent.BYTES_MAX;
        send(gathered);
        gathered = Buffer.buffer();
        if (wasFull && isWritable()) {
            channel.channel().eventLoop().execute(onRoom); // not now: the session is amid its flush
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
        return gathered.length() < Unsent.BYTES_MAX && channel.channel().isWritable();
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
