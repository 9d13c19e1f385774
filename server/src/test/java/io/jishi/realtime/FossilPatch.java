package io.jishi.realtime;

import java.io.ByteArrayOutputStream;

/** Applies deltas of Fossil's format, and believes none of them. */
final class FossilPatch {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

    private final byte[] delta;
    private int at;

    private FossilPatch(byte[] delta) {
        this.delta = delta;
    }

    /** @throws IllegalArgumentException where the delta is not of the format, or for another source */
    static byte[] apply(byte[] source, byte[] delta) {
        return new FossilPatch(delta).apply(source);
    }

    private byte[] apply(byte[] source) {
        int size = number();
        expect(next() == '\n');
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        while (true) {
            int count = number();
            switch (next()) {
                case '@' -> {
                    int from = number();
                    expect(next() == ',' && from + count <= source.length);
                    target.write(source, from, count);
                }
                case ':' -> {
                    expect(at + count <= delta.length);
                    target.write(delta, at, count);
                    at += count;
                }
                case ';' -> {
                    byte[] result = target.toByteArray();
                    expect(result.length == size && at == delta.length && count == FossilDelta.checksum(result));
                    return result;
                }
                default -> expect(false);
            }
        }
    }

    private int number() {
        int number = 0;
        int digits = 0;
        while (at < delta.length && DIGITS.indexOf(delta[at]) >= 0) {
            number = number << 6 | DIGITS.indexOf(delta[at++]);
            digits++;
        }
        expect(digits > 0);
        return number;
    }

    private char next() {
        expect(at < delta.length);
        return (char) delta[at++];
    }

    private void expect(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("no delta, or not for this source, at " + at);
        }
    }
}
