package io.jishi.flashsales;

import io.jishi.core.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/** Signs texts with an HMAC-SHA256 cut to 128 bits, in 22 characters that fit into any URL. */
final class ShortSignature {
    private static final int BYTES = 16;

    private final byte[] key;

    ShortSignature(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    String of(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOf(Hashes.hmacSha256(key, text), BYTES));
    }

    /** Compares in constant time. */
    boolean isOf(String text, String signature) {
        return MessageDigest.isEqual(
                of(text).getBytes(StandardCharsets.US_ASCII), signature.getBytes(StandardCharsets.UTF_8));
    }
}
