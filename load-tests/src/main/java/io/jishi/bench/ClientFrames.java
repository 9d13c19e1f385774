package io.jishi.bench;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client's end of a WebSocket as bytes: takes apart what comes in any pieces, and makes frames, masked with zeros. */
final class ClientFrames {
    static final int TEXT = 0x81;
    static final int BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LENGTH_16_MAX = 0xffff;
    private static final int HEAD_BYTES_MAX = 4_096;

    private Buffer pending = Buffer.buffer();

    /** What is done with a frame. */
    interface Taker {
        /** @param first the first byte: final and reserved bits, and the opcode */
        void frame(int first, Buffer payload);
    }

    static String handshake(String path, int port, String moreHeaders) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + moreHeaders + "\r\n";
    }

    /** @param first as {@link Taker#frame} has it */
    static Buffer masked(int first, Buffer payload) {
        int length = payload.length();
        Buffer frame = Buffer.buffer().appendByte((byte) first);
        if (length < LENGTH_16) {
            frame.appendByte((byte) (MASKED | length));
        } else if (length <= LENGTH_16_MAX) {
            frame.appendByte((byte) (MASKED | LENGTH_16)).appendUnsignedShort(length);
        } else {
            frame.appendByte((byte) (MASKED | LENGTH_64)).appendLong(length);
        }
        return frame.appendInt(0).appendBuffer(payload);
    }

    void received(Buffer data) {
        pending = pending.length() == 0 ? data : pending.appendBuffer(data);
    }

    /** The head of the server's answer, taken out; null where it is not whole, a status line of nothing where it never ends. */
    @Nullable
    String takeHead() {
        String head = pending.toString(StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return head.length() > HEAD_BYTES_MAX ? "" : null;
        }
        pending = pending.getBuffer(end + 4, pending.length());
        return head.substring(0, end);
    }

    /** Hands on the frames that are whole. */
    void takeFrames(Taker taker) {
        int from = 0;
        for (int end = take(from, taker); end > 0; end = take(from, taker)) {
            from = end;
        }
        pending = from == pending.length() ? Buffer.buffer() : pending.getBuffer(from, pending.length());
    }

    /** Hands on the frame that begins there; where the next begins, 0 where it is not whole. */
    private int take(int from, Taker taker) {
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
        taker.frame(bytes.getUnsignedByte(from), pending.slice(from + start, end));
        return end;
    }
}
