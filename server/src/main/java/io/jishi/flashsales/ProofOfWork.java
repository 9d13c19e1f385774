package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Work in the manner of Hashcash (A. Back, 2002): each bit doubles what a claim costs its sender, and checking costs one
 * HMAC and one hash. The text is {@code until.bits.signature}; the signature binds it to sale, buyer and key. A proof
 * that comes again is for a claim with the same key, which is answered with the same order.
 */
final class ProofOfWork implements Challenge {
    private static final Duration TIME = Duration.ofMinutes(2);
    private static final int SIGNATURE_BYTES = 16;
    private static final int RADIX = 36;
    private static final int PARTS = 4;
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec key;
    private final int bits;

    /** @param secret the same on every node */
    ProofOfWork(String secret, int bits) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), MAC);
        this.bits = bits;
    }

    @Override
    public Asked ask(Id<Sale> sale, Id<User> buyer, String claim, Instant now) {
        Instant until = now.plus(TIME);
        String head = Long.toString(until.toEpochMilli(), RADIX) + "." + bits;
        return new Asked(head + "." + signature(sale, buyer, claim, head), bits, until);
    }

    @Override
    public boolean isMet(Id<Sale> sale, Id<User> buyer, String claim, @Nullable String proof, Instant now) {
        String[] parts = proof == null ? new String[0] : proof.split("\\.", -1);
        if (proof == null || parts.length != PARTS) {
            return false;
        }
        byte[] genuine =
                signature(sale, buyer, claim, parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(parts[2].getBytes(StandardCharsets.UTF_8), genuine)
                && now.toEpochMilli() < Long.parseLong(parts[0], RADIX)
                && zeroBits(proof) >= Integer.parseInt(parts[1]);
    }

    /** Zero bits that the hash of a text begins with, up to 64. */
    static int zeroBits(String text) {
        return Long.numberOfLeadingZeros(ByteBuffer.wrap(Sha256.of(text)).getLong());
    }

    private String signature(Id<Sale> sale, Id<User> buyer, String claim, String head) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            String whole = "flash-sale-work:" + sale + ":" + buyer + ":" + head + ":" + claim;
            byte[] signature = mac.doFinal(whole.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(signature, SIGNATURE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }
}
