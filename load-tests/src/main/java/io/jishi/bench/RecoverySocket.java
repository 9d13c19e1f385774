package io.jishi.bench;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/** A WebSocket as a client has it, with little around it: ten thousand share a process with what they are compared by. */
final class RecoverySocket {
    private static final int BINARY_FRAME = 0x82;
    private static final int TEXT_FRAME = 0x81;
    private static final int CLOSE = 8;
    private static final int OPCODE_MASK = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int HEAD_BYTES_MAX = 4_096;
    /** What a client sees where a connection ends without a word. */
    private static final int WITHOUT_A_WORD = 1_006;

    private final NetSocket socket;
    private final boolean binary;
    private final Listener listener;
    private final Promise<RecoverySocket> open = Promise.promise();
    private Buffer pending = Buffer.buffer();
    private boolean upgraded;
    private int closeCode = WITHOUT_A_WORD;

    /** What is done with what comes. */
    interface Listener {
        void message(RecoverySocket socket, Buffer message);

        /** @param code of the close frame; 1006 where there was none */
        void closed(RecoverySocket socket, int code);
    }

    private RecoverySocket(NetSocket socket, boolean binary, Listener listener) {
        this.socket = socket;
        this.binary = binary;
        this.listener = listener;
    }

    /**
     * Opens one.
     *
     * @param binary whether messages are Protobuf
     * @param listener not told of the end of a socket that did not open
     * @return fails with {@link Refused} where a server answered otherwise, with anything else where none did
     */
    static Future<RecoverySocket> open(NetClient client, int port, boolean binary, Listener listener) {
        return client.connect(port, "127.0.0.1").compose(net -> {
            RecoverySocket socket = new RecoverySocket(net, binary, listener);
            net.handler(socket::received);
            net.closeHandler(ended -> socket.ended());
            net.exceptionHandler(fault -> net.close());
            net.write("GET /connection/websocket" + (binary ? "?format=protobuf" : "") + " HTTP/1.1\r\nHost: 127.0.0.1:"
                    + port + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            return socket.open.future();
        });
    }

    /** The server is there and does not open a socket. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String answer) {
            super(answer, null, false, false);
        }
    }

    private void ended() {
        if (!open.tryFail(new Refused("closed before it opened"))) {
            listener.closed(this, closeCode);
        }
    }

    void close() {
        socket.close();
    }

    /** Sends a message, which it masks with zeros. */
    void send(Buffer payload) {
        Buffer frame = Buffer.buffer().appendByte((byte) (binary ? BINARY_FRAME : TEXT_FRAME));
        if (payload.length() < LENGTH_16) {
            frame.appendByte((byte) (MASKED | payload.length()));
        } else {
            frame.appendByte((byte) (MASKED | LENGTH_16)).appendUnsignedShort(payload.length());
        }
        socket.write(frame.appendInt(0).appendBuffer(payload));
    }

    private void received(Buffer data) {
        pending = pending.length() == 0 ? data : pending.appendBuffer(data);
        if (!upgraded && !upgrade()) {
            return;
        }
        int from = 0;
        for (int end = frameEnd(from); end > 0; end = frameEnd(from)) {
            from = end;
        }
        pending = from == pending.length() ? Buffer.buffer() : pending.getBuffer(from, pending.length());
    }

    private boolean upgrade() {
        String head = pending.toString(StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            if (head.length() > HEAD_BYTES_MAX) {
                socket.close();
            }
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101 ")) {
            open.tryFail(new Refused(head.lines().findFirst().orElse("")));
            socket.close();
            return false;
        }
        upgraded = true;
        pending = pending.getBuffer(end + 4, pending.length());
        open.tryComplete(this);
        return true;
    }

    /** Hands on the frame that begins there; where the next begins, 0 where it is not whole. */
    private int frameEnd(int from) {
        ByteBuf bytes = ((BufferInternal) pending).getByteBuf();
        int have = pending.length() - from;
        if (have < 2) {
            return 0;
        }
        int start = 2;
        long length = bytes.getByte(from + 1);
        if (length == LENGTH_16 || length == LENGTH_64) {
            start += length == LENGTH_16 ? Short.BYTES : Long.BYTES;
            if (have < start) {
                return 0;
            }
            length = length == LENGTH_16 ? bytes.getUnsignedShort(from + 2) : bytes.getLong(from + 2);
        }
        if (have < start + length) {
            return 0;
        }
        int end = Math.toIntExact(from + start + length);
        Buffer payload = pending.slice(from + start, end);
        if ((bytes.getByte(from) & OPCODE_MASK) == CLOSE) {
            closeCode = payload.length() >= Short.BYTES ? payload.getUnsignedShort(0) : WITHOUT_A_WORD;
            socket.close();
        } else {
            listener.message(this, payload);
        }
        return end;
    }
}
