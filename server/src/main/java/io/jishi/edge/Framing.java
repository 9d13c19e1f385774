package io.jishi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.function.UnaryOperator;

/**
 * Makes a message into a frame as a server sends it (RFC 6455, section 5.2): whole, not masked. One object a kind, by
 * which a broadcast knows that its frame is made already.
 */
enum Framing implements UnaryOperator<ByteBuf> {
    TEXT(1),
    BINARY(2);

    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int RESERVED_SHIFT = 4;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LENGTH_16_MAX = 0xffff;
    private static final int HEADER_BYTES_MAX = 10;

    private final int opcode;

    Framing(int opcode) {
        this.opcode = opcode;
    }

    /** @param message left as it is */
    @Override
    public ByteBuf apply(ByteBuf message) {
        return whole(opcode, message);
    }

    /** @param payload the code, then why, as the peer is told */
    static ByteBuf close(ByteBuf payload) {
        return whole(CLOSE, payload);
    }

    /** @param payload of the ping that this answers */
    static ByteBuf pong(ByteBuf payload) {
        return whole(PONG, payload);
    }

    ByteBuf compressed(byte[] payload, int length) {
        return head(opcode, ReservedBits.COMPRESSED, length).writeBytes(payload, 0, length);
    }

    private static ByteBuf whole(int opcode, ByteBuf payload) {
        int length = payload.readableBytes();
        return head(opcode, 0, length).writeBytes(payload, payload.readerIndex(), length);
    }

    private static ByteBuf head(int opcode, int reserved, int length) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(length + HEADER_BYTES_MAX);
        frame.writeByte(FINAL | reserved << RESERVED_SHIFT | opcode);
        if (length < LENGTH_16) {
            return frame.writeByte(length);
        }
        return length <= LENGTH_16_MAX
                ? frame.writeByte(LENGTH_16).writeShort(length)
                : frame.writeByte(LENGTH_64).writeLong(length);
    }
}
