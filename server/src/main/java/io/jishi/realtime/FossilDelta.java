package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes as what changed since others, in the delta format of Fossil (fossil-scm.org, "Fossil Delta Format"): the
 * length of the result, then copies from the source ({@code length@offset,}) and literals ({@code length:bytes}), then
 * a checksum. The encoder is this project's own: common beginning and end first, then, for what lies between, an index
 * of the source's blocks. Literals begin and end between characters of UTF-8, so that a delta of texts is a text.
 */
final class FossilDelta {
    private static final byte[] DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int BLOCK = 16;
    private static final int CANDIDATES_MAX = 16;
    private static final int COPY_MIN = 10;
    private static final int FACTOR = 0x01000193;
    private static final int FACTOR_OF_FIRST = power(FACTOR, BLOCK - 1);

    private final byte[] source;
    private final byte[] target;
    private final Buffer out;
    /** Where what is not written yet begins in the target. */
    private int written;

    private FossilDelta(byte[] source, byte[] target) {
        this.source = source;
        this.target = target;
        this.out = Buffer.buffer(64);
    }

    /** The change from one to the other; null where it would not be shorter than the target itself. */
    static @Nullable Buffer create(Buffer source, Buffer target) {
        FossilDelta delta = new FossilDelta(source.getBytes(), target.getBytes());
        delta.write();
        return delta.out.length() < target.length() ? delta.out : null;
    }

    private void write() {
        number(target.length);
        out.appendByte((byte) '\n');
        int prefix = prefix();
        if (prefix >= COPY_MIN) {
            copy(0, 0, prefix);
        }
        int suffix = suffix(written);
        int end = suffix >= COPY_MIN ? target.length - suffix : target.length;
        between(end);
        literal(end);
        if (end < target.length) {
            copy(source.length - suffix, end, target.length);
        }
        number(checksum(target));
        out.appendByte((byte) ';');
    }

    private int prefix() {
        int mismatch = Arrays.mismatch(source, target);
        int length = mismatch < 0 ? target.length : mismatch;
        return characterStart(length, 0);
    }

    private int suffix(int from) {
        int max = Math.min(source.length, target.length - from);
        int length = 0;
        while (length < max && source[source.length - 1 - length] == target[target.length - 1 - length]) {
            length++;
        }
        return target.length - nextCharacter(target.length - length, target.length);
    }

    /** The last position up to this one at which a character begins. */
    private int characterStart(int position, int min) {
        int at = position;
        while (at > min && at < target.length && isContinuation(target[at])) {
            at--;
        }
        return at;
    }

    /** The first position from this one on at which a character begins. */
    private int nextCharacter(int position, int max) {
        int at = position;
        while (at < max && isContinuation(target[at])) {
            at++;
        }
        return at;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }

    /** Copies what it finds of the target up to an end; the rest is left for literals. */
    private void between(int end) {
        if (source.length < BLOCK || end - written < BLOCK) {
            return;
        }
        Blocks blocks = new Blocks(source);
        int at = written;
        int hash = hash(target, at);
        while (at + BLOCK <= end) {
            int copied = copyAt(blocks, hash, at, end);
            if (copied > at) {
                at = copied;
                if (at + BLOCK <= end) {
                    hash = hash(target, at);
                }
            } else {
                if (at + BLOCK < end) {
                    hash = (hash - target[at] * FACTOR_OF_FIRST) * FACTOR + target[at + BLOCK];
                }
                at++;
            }
        }
    }

    /** @return where the best copy around a position ends; the position itself where there is none */
    private int copyAt(Blocks blocks, int hash, int at, int end) {
        int bestStart = at;
        int bestEnd = at;
        int bestSource = 0;
        int candidate = blocks.first(hash);
        for (int tries = 0; candidate >= 0 && tries < CANDIDATES_MAX; tries++) {
            if (Arrays.equals(source, candidate, candidate + BLOCK, target, at, at + BLOCK)) {
                int back = 0;
                while (at - back > written
                        && candidate - back > 0
                        && source[candidate - back - 1] == target[at - back - 1]) {
                    back++;
                }
                int forward = BLOCK;
                while (at + forward < end
                        && candidate + forward < source.length
                        && source[candidate + forward] == target[at + forward]) {
                    forward++;
                }
                int start = nextCharacter(at - back, at + forward);
                int stop = characterStart(at + forward, start);
                if (stop - start > bestEnd - bestStart) {
                    bestStart = start;
                    bestEnd = stop;
                    bestSource = candidate + start - at;
                }
            }
            candidate = blocks.next(candidate);
        }
        if (bestEnd - bestStart < COPY_MIN || bestEnd <= at) {
            return at;
        }
        literal(bestStart);
        copy(bestSource, bestStart, bestEnd);
        return bestEnd;
    }

    private void copy(int from, int start, int end) {
        number(end - start);
        out.appendByte((byte) '@');
        number(from);
        out.appendByte((byte) ',');
        written = end;
    }

    private void literal(int end) {
        if (end > written) {
            number(end - written);
            out.appendByte((byte) ':').appendBytes(target, written, end - written);
            written = end;
        }
    }

    /** In base 64 with the format's digits, the highest first, as an unsigned number of 32 bits. */
    private void number(int value) {
        int digits = 1;
        while (digits < 6 && value >>> (6 * digits) != 0) {
            digits++;
        }
        for (int i = digits - 1; i >= 0; i--) {
            out.appendByte(DIGITS[value >>> (6 * i) & 63]);
        }
    }

    /** The sum of all words of 32 bits, the highest byte first, the last one filled up with zeros. */
    static int checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xFF) << (24 - 8 * (i & 3));
        }
        return sum;
    }

    private static int power(int base, int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= base;
        }
        return power;
    }

    private static int hash(byte[] bytes, int from) {
        int hash = 0;
        for (int i = 0; i < BLOCK; i++) {
            hash = hash * FACTOR + bytes[from + i];
        }
        return hash;
    }

    /** Where the source's blocks are, by their hash. */
    private static final class Blocks {
        private final int[] heads;
        private final int[] nexts;

        Blocks(byte[] source) {
            int count = source.length / BLOCK;
            heads = new int[Integer.highestOneBit(Math.max(16, count)) * 2];
            nexts = new int[count];
            Arrays.fill(heads, -1);
            for (int i = count - 1; i >= 0; i--) {
                int slot = slot(hash(source, i * BLOCK));
                nexts[i] = heads[slot];
                heads[slot] = i;
            }
        }

        private int slot(int hash) {
            return (hash ^ hash >>> 15) & heads.length - 1;
        }

        int first(int hash) {
            int head = heads[slot(hash)];
            return head < 0 ? -1 : head * BLOCK;
        }

        int next(int position) {
            int next = nexts[position / BLOCK];
            return next < 0 ? -1 : next * BLOCK;
        }
    }
}
