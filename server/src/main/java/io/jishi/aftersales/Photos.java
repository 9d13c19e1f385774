package io.jishi.aftersales;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Knows photos by their content, whatever they call themselves: the frame of a PNG (its chunks up to IEND), of a JPEG (its
 * segments up to the scan, and the end mark) or of a WebP (RIFF and its length) has to be whole, with nothing before or
 * behind it, and with a picture of a size that a camera makes. What is inside is not decoded: whoever shows it does that, in
 * a browser that is told the type and may not guess another.
 */
final class Photos {
    static final String PNG = "image/png";
    static final String JPEG = "image/jpeg";
    static final String WEBP = "image/webp";

    private static final int SIDE_MAX = 20_000;
    private static final byte[] PNG_MARK = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int IHDR = 0x49484452;
    private static final int IEND = 0x49454E44;
    private static final int PNG_CHUNK_FRAME = 12;

    private Photos() {}

    /** The media type; empty where it is none of the three. */
    static Optional<String> typeOf(Buffer bytes) {
        if (isPng(bytes)) {
            return Optional.of(PNG);
        }
        if (isJpeg(bytes)) {
            return Optional.of(JPEG);
        }
        return isWebp(bytes) ? Optional.of(WEBP) : Optional.empty();
    }

    private static boolean isSide(long pixels) {
        return pixels > 0 && pixels <= SIDE_MAX;
    }

    private static boolean isPng(Buffer bytes) {
        int at = PNG_MARK.length;
        if (!startsWith(bytes, PNG_MARK) || bytes.length() < at + PNG_CHUNK_FRAME + 13) {
            return false;
        }
        if (bytes.getInt(at) != 13
                || bytes.getInt(at + 4) != IHDR
                || !isSide(bytes.getInt(at + 8))
                || !isSide(bytes.getInt(at + 12))) {
            return false;
        }
        while (bytes.length() - at >= PNG_CHUNK_FRAME) {
            long length = bytes.getUnsignedInt(at);
            if (length > bytes.length() - at - PNG_CHUNK_FRAME) {
                return false;
            }
            boolean isLast = bytes.getInt(at + 4) == IEND;
            at += PNG_CHUNK_FRAME + (int) length;
            if (isLast) {
                return at == bytes.length();
            }
        }
        return false;
    }

    /** Walks the segments up to the first scan, which has to come after a frame of a sensible size. */
    private static boolean isJpeg(Buffer bytes) {
        int end = bytes.length();
        if (end < 4 || bytes.getUnsignedShort(0) != 0xFFD8 || bytes.getUnsignedShort(end - 2) != 0xFFD9) {
            return false;
        }
        boolean hasFrame = false;
        int at = 2;
        while (at + 4 <= end && bytes.getUnsignedByte(at) == 0xFF) {
            int mark = bytes.getUnsignedByte(at + 1);
            int length = bytes.getUnsignedShort(at + 2);
            if (mark == 0xFF) {
                at++; // filling
                continue;
            }
            if (length < 2 || at + 2 + length > end) {
                return false;
            }
            if (mark == 0xDA) {
                return hasFrame;
            }
            if (isFrame(mark)) {
                hasFrame =
                        length >= 8 && isSide(bytes.getUnsignedShort(at + 5)) && isSide(bytes.getUnsignedShort(at + 7));
            }
            at += 2 + length;
        }
        return false;
    }

    private static boolean isFrame(int mark) {
        return mark >= 0xC0 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC;
    }

    private static boolean isWebp(Buffer bytes) {
        if (bytes.length() < 30
                || !ascii(bytes, 0).equals("RIFF")
                || !ascii(bytes, 8).equals("WEBP")) {
            return false;
        }
        String kind = ascii(bytes, 12);
        long length = bytes.getUnsignedIntLE(4);
        return (length == bytes.length() - 8L || length + 1 == bytes.length() - 8L)
                && (kind.equals("VP8 ") || kind.equals("VP8L") || kind.equals("VP8X"));
    }

    private static String ascii(Buffer bytes, int at) {
        return bytes.getString(at, at + 4, StandardCharsets.ISO_8859_1.name());
    }

    private static boolean startsWith(Buffer bytes, byte[] mark) {
        if (bytes.length() < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if (bytes.getByte(i) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
