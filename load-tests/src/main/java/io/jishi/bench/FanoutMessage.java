package io.jishi.bench;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * What is broadcast: 128 bytes of JSON that begin with the time at which they ought to have been sent, in microseconds of
 * {@link System#nanoTime()}, which on Linux is one clock for all processes.
 */
final class FanoutMessage {
    static final int BYTES = 128;

    private static final int DIGITS = 16;
    private static final byte[] MARK = {'"', 't', '"', ':', '"'};
    private static final String HEAD = "{\"t\":\"";
    private static final String TAIL = "\",\"x\":\"";

    private FanoutMessage() {}

    static String of(long micros) {
        String digits = String.format("%0" + DIGITS + "d", micros);
        int filling = BYTES - HEAD.length() - DIGITS - TAIL.length() - 2;
        return HEAD + digits + TAIL + "x".repeat(filling) + "\"}";
    }

    static long nowMicros() {
        return System.nanoTime() / 1000;
    }

    /** How many messages a piece of a frame ends: lines are divided by newlines, and the last needs the frame's end. */
    static int count(Buffer piece, boolean last) {
        ByteBuf bytes = ((BufferInternal) piece).getByteBuf();
        int count = last ? 1 : 0;
        int from = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (from < end) {
            int at = bytes.indexOf(from, end, (byte) '\n');
            if (at < 0) {
                return count;
            }
            count++;
            from = at + 1;
        }
        return count;
    }

    /** Hands the times of all messages in a piece of a frame to the consumer. */
    static void times(Buffer piece, java.util.function.LongConsumer micros) {
        ByteBuf bytes = ((BufferInternal) piece).getByteBuf();
        int end = bytes.writerIndex() - MARK.length - DIGITS;
        for (int i = bytes.readerIndex(); i <= end; i++) {
            if (isMark(bytes, i)) {
                micros.accept(digits(bytes, i + MARK.length));
                i += MARK.length + DIGITS;
            }
        }
    }

    private static boolean isMark(ByteBuf bytes, int at) {
        for (int i = 0; i < MARK.length; i++) {
            if (bytes.getByte(at + i) != MARK[i]) {
                return false;
            }
        }
        return true;
    }

    private static long digits(ByteBuf bytes, int at) {
        long value = 0;
        for (int i = 0; i < DIGITS; i++) {
            value = value * 10 + bytes.getByte(at + i) - '0';
        }
        return value;
    }
}
