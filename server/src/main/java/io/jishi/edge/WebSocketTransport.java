package io.jishi.edge;

import io.jishi.realtime.Broadcast;
import io.jishi.realtime.Transport;
import io.netty.buffer.ByteBuf;
import java.util.function.UnaryOperator;

/** A session's messages as frames of a WebSocket: those of a broadcast are made once for all sockets of a kind. */
final class WebSocketTransport implements Transport {
    private final Socket socket;
    private final UnaryOperator<ByteBuf> framing;

    /** @param deflate what compresses where the socket's client agreed to it */
    WebSocketTransport(Socket socket, boolean binary, Deflate deflate) {
        this.socket = socket;
        Framing plain = binary ? Framing.BINARY : Framing.TEXT;
        this.framing = socket.isCompressed() ? deflate.framing(plain) : plain;
    }

    @Override
    public void write(ByteBuf message) {
        if (socket.isOpen()) {
            socket.write(framing.apply(message));
        }
    }

    @Override
    public void write(Broadcast message) {
        if (socket.isOpen()) {
            socket.write(message.framed(framing).retainedDuplicate());
        }
    }

    @Override
    public void flush() {
        socket.flush();
    }

    @Override
    public void send(Broadcast message) {
        if (socket.isOpen()) {
            socket.send(message.framed(framing));
        }
    }

    @Override
    public boolean isWritable() {
        return socket.isWritable();
    }

    @Override
    public void close(int code, String reason) {
        socket.close(code, reason);
    }
}
