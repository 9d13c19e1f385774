package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Hashes;
import io.jishi.core.Id;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Work in the manner of Hashcash (A. Back, 2002): each bit doubles what a claim costs its sender, and checking costs one
 * HMAC and one hash. The text is {@code until.bits.signature}; the signature binds it to sale, buyer and key. A proof
 * that comes again is for a claim with the same key, which is answered with the same order.
 */
final class ProofOfWork implements Challenge {
    private static final Duration TIME = Duration.ofMinutes(2);
    private static final int RADIX = 36;
    private static final int PARTS = 4;

    private final ShortSignature signature;
    private final int bits;

    /** @param secret the same on every node */
    ProofOfWork(String secret, int bits) {
        this.signature = new ShortSignature(secret);
        this.bits = bits;
    }

    @Override
    public Asked ask(Id<Sale> sale, Id<User> buyer, String claim, Instant now) {
        Instant until = now.plus(TIME);
        String head = Long.toString(until.toEpochMilli(), RADIX) + "." + bits;
        return new Asked(head + "." + signature.of(signed(sale, buyer, claim, head)), bits, until);
    }

    @Override
    public boolean isMet(Id<Sale> sale, Id<User> buyer, String claim, @Nullable String proof, Instant now) {
        String[] parts = proof == null ? new String[0] : proof.split("\\.", -1);
        if (proof == null || parts.length != PARTS) {
            return false;
        }
        return signature.isOf(signed(sale, buyer, claim, parts[0] + "." + parts[1]), parts[2])
                && now.toEpochMilli() < Long.parseLong(parts[0], RADIX)
                && zeroBits(proof) >= Integer.parseInt(parts[1]);
    }

    /** Zero bits that the hash of a text begins with, up to 64. */
    static int zeroBits(String text) {
        return Long.numberOfLeadingZeros(ByteBuffer.wrap(Hashes.sha256(text)).getLong());
    }

    private static String signed(Id<Sale> sale, Id<User> buyer, String claim, String head) {
        return "flash-sale-work:" + sale + ":" + buyer + ":" + head + ":" + claim;
    }
}
