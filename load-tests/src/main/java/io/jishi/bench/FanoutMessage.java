package io.jishi.bench;

import io.netty.buffer.ByteBuf;

/**
 * What is broadcast: 128 bytes of JSON that begin with the time at which they ought to have been sent, in microseconds of
 * {@link System#nanoTime()}, which on Linux is one clock for all processes.
 */
final class FanoutMessage {
    static final int BYTES = 128;

    private static final int DIGITS = 16;
    private static final char USUAL = 't';
    private static final char URGENT = 'u';
    /** {@code "t":"} or {@code "u":"} */
    private static final int MARK_BYTES = 5;

    private static final String TAIL = "\",\"x\":\"";

    private FanoutMessage() {}

    /** What a message says about itself. */
    @FunctionalInterface
    interface Times {
        void sent(boolean urgent, long micros);
    }

    static String of(boolean urgent, long micros) {
        String head = "{\"" + (urgent ? URGENT : USUAL) + "\":\"";
        String digits = String.format("%0" + DIGITS + "d", micros);
        int filling = BYTES - head.length() - DIGITS - TAIL.length() - 2;
        return head + digits + TAIL + "x".repeat(filling) + "\"}";
    }

    static long nowMicros() {
        return System.nanoTime() / 1000;
    }

    /** How many messages the text of a frame ends: lines are divided by newlines, and the last needs the message's end. */
    static int count(ByteBuf bytes, int from, int end, boolean last) {
        int count = last ? 1 : 0;
        int at = bytes.indexOf(from, end, (byte) '\n');
        while (at >= 0) {
            count++;
            at = bytes.indexOf(at + 1, end, (byte) '\n');
        }
        return count;
    }

    /** Hands the times of all messages in the text of a frame to the consumer. */
    static void times(ByteBuf bytes, int from, int end, Times times) {
        int last = end - MARK_BYTES - DIGITS;
        for (int at = bytes.indexOf(from, end, (byte) '"'); at >= 0 && at <= last; ) {
            if (isMark(bytes, at)) {
                times.sent(bytes.getByte(at + 1) == URGENT, digits(bytes, at + MARK_BYTES));
                at += MARK_BYTES + DIGITS;
            }
            at = bytes.indexOf(at + 1, end, (byte) '"');
        }
    }

    private static boolean isMark(ByteBuf bytes, int at) {
        byte name = bytes.getByte(at + 1);
        return (name == USUAL || name == URGENT)
                && bytes.getByte(at + 2) == '"'
                && bytes.getByte(at + 3) == ':'
                && bytes.getByte(at + 4) == '"';
    }

    private static long digits(ByteBuf bytes, int at) {
        long value = 0;
        for (int i = 0; i < DIGITS; i++) {
            value = value * 10 + bytes.getByte(at + i) - '0';
        }
        return value;
    }
}
