package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signed words that it is somebody's turn in a sale: {@code until.signature}, the time in milliseconds to the base 36,
 * the signature an HMAC-SHA256 over sale, buyer and time, cut to 128 bits. Whoever claims shows it, and no node has to
 * ask anybody whether it is true.
 */
final class Passes {
    private static final int SIGNATURE_BYTES = 16;
    private static final int RADIX = 36;
    private final SecretKeySpec key;

    Passes(String key) {
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256");
    }

    /** What a pass is worth. */
    enum Verdict {
        GOOD,
        /** It was good until now. */
        OVER,
        /** Nobody gave it to this buyer for this sale. */
        FORGED
    }

    String issue(Id<Sale> sale, Id<User> buyer, Instant until) {
        String time = Long.toString(until.toEpochMilli(), RADIX);
        return time + "." + signature(sale, buyer, time);
    }

    /** Compares in constant time. */
    Verdict judge(@Nullable String pass, Id<Sale> sale, Id<User> buyer, Instant now) {
        int dot = pass == null ? -1 : pass.indexOf('.');
        if (pass == null || dot < 0) {
            return Verdict.FORGED;
        }
        String time = pass.substring(0, dot);
        byte[] given = pass.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, signature(sale, buyer, time).getBytes(StandardCharsets.US_ASCII))) {
            return Verdict.FORGED;
        }
        return now.toEpochMilli() < Long.parseLong(time, RADIX) ? Verdict.GOOD : Verdict.OVER;
    }

    private String signature(Id<Sale> sale, Id<User> buyer, String time) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] whole = mac.doFinal(("pass:" + sale + ":" + buyer + ":" + time).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, SIGNATURE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }
}
