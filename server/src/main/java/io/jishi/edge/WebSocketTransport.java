package io.jishi.edge;

import io.jishi.realtime.Broadcast;
import io.jishi.realtime.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.function.UnaryOperator;

/**
 * A WebSocket, written to through its Netty channel: a broadcast's bytes are shared by all sockets, and a socket is
 * flushed once a tick. Vert.x's own queue is passed by, so this class looks after writability and the end of the socket.
 */
final class WebSocketTransport implements Transport {
    private static final int FINAL = 0x80;
    private static final int OPCODE_TEXT = 1;
    private static final int OPCODE_BINARY = 2;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LENGTH_16_MAX = 0xffff;
    private static final int HEADER_BYTES_MAX = 10;

    /** One object a kind, by which a broadcast knows that its frame is made already. */
    enum Framing implements UnaryOperator<ByteBuf> {
        TEXT(OPCODE_TEXT),
        BINARY(OPCODE_BINARY);

        private final int opcode;

        Framing(int opcode) {
            this.opcode = opcode;
        }

        @Override
        public ByteBuf apply(ByteBuf message) {
            return frame(opcode, message);
        }
    }

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

    /** The frame is made once for all sockets and passes by the encoder, which lets bytes through as they are. */
    @Override
    public void write(Broadcast message) {
        if (channel.channel().isActive() && !socket.isClosed()) {
            ByteBuf frame = message.framed(binary ? Framing.BINARY : Framing.TEXT);
            var _ = channel.write(frame.retainedDuplicate(), channel.voidPromise());
        }
    }

    /** RFC 6455, 5.2: a whole message of a server in one frame, not masked. */
    private static ByteBuf frame(int opcode, ByteBuf message) {
        int length = message.readableBytes();
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(length + HEADER_BYTES_MAX);
        frame.writeByte(FINAL | opcode);
        if (length < LENGTH_16) {
            frame.writeByte(length);
        } else if (length <= LENGTH_16_MAX) {
            frame.writeByte(LENGTH_16).writeShort(length);
        } else {
            frame.writeByte(LENGTH_64).writeLong(length);
        }
        return frame.writeBytes(message, message.readerIndex(), length);
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
