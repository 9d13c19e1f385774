package io.jishi.edge;

import io.jishi.realtime.Broadcast;
import io.jishi.realtime.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.function.UnaryOperator;

/**
 * A WebSocket, written to through its Netty channel: a broadcast's bytes are shared by all sockets, and a socket is
 * flushed once a tick. Vert.x's own queue is passed by, so this class looks after writability ({@link Unsent} tells when
 * there is room again) and the end of the socket.
 */
final class WebSocketTransport implements Transport {
    private final ServerWebSocket socket;
    private final ChannelHandlerContext channel;
    private final UnaryOperator<ByteBuf> framing;

    /** @param deflate what compresses where the socket's client agreed to it */
    WebSocketTransport(ServerWebSocket socket, boolean binary, Deflate deflate) {
        this.socket = socket;
        this.channel = ((WebSocketInternal) socket).channelHandlerContext();
        Framing plain = binary ? Framing.BINARY : Framing.TEXT;
        this.framing = Upgrade.isCompressed(channel.channel()) ? deflate.framing(plain) : plain;
    }

    @Override
    public void write(ByteBuf message) {
        if (channel.channel().isActive() && !socket.isClosed()) {
            var _ = channel.write(framing.apply(message), channel.voidPromise());
        }
    }

    /** The frame is made once for all sockets and passes by the encoder, which lets bytes through as they are. */
    @Override
    public void write(Broadcast message) {
        if (channel.channel().isActive() && !socket.isClosed()) {
            var _ = channel.write(message.framed(framing).retainedDuplicate(), channel.voidPromise());
        }
    }

    @Override
    public void flush() {
        if (channel.channel().isActive()) {
            channel.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return channel.channel().isWritable();
    }

    @Override
    public void close(int code, String reason) {
        if (!socket.isClosed()) {
            socket.close((short) code, reason);
        }
    }
}
