package io.jishi.payments;

import io.jishi.orders.PaymentProvider.NotGenuine;
import io.jishi.orders.PaymentProvider.Notice;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The header {@code Stripe-Signature: t=…,v1=…}: HMAC-SHA256 over the time, a dot and the body. There may be several
 * {@code v1} while a secret is being changed. What is older or newer than the tolerance is refused, so that a notice that
 * somebody has kept is worth nothing.
 */
final class StripeSignature {
    private static final String ALGORITHM = "HmacSHA256";
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
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] sum = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum).getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
