package io.jishi.flashsales;

import io.jishi.core.Hashes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/**
 * What a sale's waiting room was given when the sale was made; never changes.
 *
 * @param turn how long a buyer may claim once it is his turn
 * @param passKey signs the passes of this sale
 * @param seed draws the order of those who come before the start; a secret until then
 */
record LobbyTerms(Duration turn, String passKey, String seed) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;

    static LobbyTerms with(Duration turn) {
        return new LobbyTerms(turn, secret(), secret());
    }

    /** What binds the shop to the seed before anybody has come: its SHA-256. */
    String commitment() {
        return Hashes.hexSha256(seed);
    }

    Passes passes() {
        return new Passes(passKey);
    }

    private static String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Without the secrets: terms are part of what may be logged. */
    @Override
    public String toString() {
        return "LobbyTerms[turn=" + turn + "]";
    }
}
