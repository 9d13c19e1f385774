package io.jishi.accounts;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.jishi.core.Hashes;
import io.jishi.core.Invalid;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * What a client keeps to stay logged in: 16 random bytes that name its session for as long as it lives, and 32 random
 * bytes that change with every use. Only hashes of both are stored. They are as random as a key, so a plain SHA-256
 * serves; a slow hash is for passwords. A token whose first part is known and whose second is not was used before.
 */
final class RefreshToken {
    private static final int SELECTOR_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final int LENGTH = (SELECTOR_BYTES + SECRET_BYTES) * 4 / 3;

    private final byte[] bytes;

    private RefreshToken(byte[] bytes) {
        this.bytes = bytes;
    }

    static RefreshToken random(RandomGenerator random) {
        byte[] bytes = new byte[SELECTOR_BYTES + SECRET_BYTES];
        random.nextBytes(bytes);
        return new RefreshToken(bytes);
    }

    /** The token that follows this one in its session. */
    RefreshToken next(RandomGenerator random) {
        byte[] next = random(random).bytes;
        System.arraycopy(bytes, 0, next, 0, SELECTOR_BYTES);
        return new RefreshToken(next);
    }

    /** @throws Invalid where the text has not the form of a refresh token */
    @JsonCreator
    static RefreshToken parse(String text) {
        if (text.length() == LENGTH) {
            try {
                return new RefreshToken(Base64.getUrlDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                // said below, together with a wrong length
            }
        }
        throw new Invalid("refreshToken", "The field refreshToken is not a refresh token.");
    }

    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    byte[] selectorHash() {
        return Hashes.sha256(Arrays.copyOf(bytes, SELECTOR_BYTES));
    }

    byte[] secretHash() {
        return Hashes.sha256(Arrays.copyOfRange(bytes, SELECTOR_BYTES, bytes.length));
    }

    /** Says nothing of the token. */
    @Override
    public String toString() {
        return "RefreshToken";
    }
}
