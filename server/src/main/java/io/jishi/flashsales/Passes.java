package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Signed words that it is somebody's turn in a sale: {@code until.signature}, the time in milliseconds to the base 36,
 * the signature an HMAC-SHA256 over sale, buyer and time, cut to 128 bits. Whoever claims shows it, and no node has to
 * ask anybody whether it is true.
 */
final class Passes {
    private static final int RADIX = 36;

    private final ShortSignature signature;

    Passes(String key) {
        this.signature = new ShortSignature(key);
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
        return time + "." + signature.of(signed(sale, buyer, time));
    }

    Verdict judge(@Nullable String pass, Id<Sale> sale, Id<User> buyer, Instant now) {
        int dot = pass == null ? -1 : pass.indexOf('.');
        if (pass == null || dot < 0) {
            return Verdict.FORGED;
        }
        String time = pass.substring(0, dot);
        if (!signature.isOf(signed(sale, buyer, time), pass.substring(dot + 1))) {
            return Verdict.FORGED;
        }
        return now.toEpochMilli() < Long.parseLong(time, RADIX) ? Verdict.GOOD : Verdict.OVER;
    }

    private static String signed(Id<Sale> sale, Id<User> buyer, String time) {
        return "pass:" + sale + ":" + buyer + ":" + time;
    }
}
