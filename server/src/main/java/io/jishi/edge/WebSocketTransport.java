package io.jishi.edge;

import io.jishi.realtime.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * A WebSocket, written to through its Netty channel: a broadcast's bytes are shared by all sockets, and a socket is
 * flushed once a tick. Vert.x's own queue is passed by, so this class looks after writability and the end of the socket.
 */
final class WebSocketTransport implements Transport {
    private final ServerWebSocket socket;
    private final ChannelHandlerContext channel;
    private final boolean binary;

    WebSocketTransport(ServerWebSocket socket, boolean binary) {
        this.socket = socket;
        this.binary = binary;
        this.channel = ((WebSocketInternal) socket).channelHandlerContext();
    }

    @Override
    public void write(ByteBuf message) {
        if (channel.channel().isActive() && !socket.isClosed()) {
            ByteBuf own = message.retainedDuplicate();
            WebSocketFrame frame = binary ? new BinaryWebSocketFrame(own) : new TextWebSocketFrame(own);
            var _ = channel.write(frame, channel.voidPromise());
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
