package io.jishi.payments;

import io.jishi.core.Hashes;
import io.jishi.orders.PaymentProvider.NotGenuine;
import io.jishi.orders.PaymentProvider.Notice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * The header {@code Stripe-Signature: t=…,v1=…}: HMAC-SHA256 over the time, a dot and the body. There may be several
 * {@code v1} while a secret is being changed. What is older or newer than the tolerance is refused, so that a notice that
 * somebody has kept is worth nothing.
 */
final class StripeSignature {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final int PARTS_MAX = 20;

    private final byte[] secret;
    private final InstantSource clock;

    StripeSignature(String secret, InstantSource clock) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /** @throws NotGenuine where it does not fit */
    void check(Notice notice) {
        String time = "";
        boolean fits = false;
        String[] parts = notice.required("Stripe-Signature").split(",", PARTS_MAX);
        for (String part : parts) {
            if (part.startsWith("t=")) {
                time = part.substring(2);
            }
        }
        byte[] expected = hex(time + "." + notice.body());
        for (String part : parts) {
            fits |= part.startsWith("v1=")
                    && MessageDigest.isEqual(expected, part.substring(3).getBytes(StandardCharsets.US_ASCII));
        }
        if (!fits || isStale(time)) {
            throw new NotGenuine();
        }
    }

    private boolean isStale(String seconds) {
        try {
            Instant signed = Instant.ofEpochSecond(Long.parseLong(seconds));
            return Duration.between(signed, clock.instant()).abs().compareTo(TOLERANCE) > 0;
        } catch (NumberFormatException | java.time.DateTimeException e) {
            return true;
        }
    }

    private byte[] hex(String text) {
        return HexFormat.of().formatHex(Hashes.hmacSha256(secret, text)).getBytes(StandardCharsets.US_ASCII);
    }
}
