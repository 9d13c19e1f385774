package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a claim must have earned before anything is looked at: the seam for tests that tell people from programs, or make
 * programs pay. It is bound to sale, buyer and key, so that what was earned for one claim is worth nothing for another,
 * and keeps nothing on the server.
 */
interface Challenge {
    /** What the client is to do. */
    Asked ask(Id<Sale> sale, Id<User> buyer, String key, Instant now);

    /** @param proof what the client says that it did */
    boolean isMet(Id<Sale> sale, Id<User> buyer, String key, @Nullable String proof, Instant now);

    /**
     * A text to which a suffix is to be found, so that the SHA-256 of {@code text.suffix} begins with a number of zero
     * bits; that whole is the proof.
     *
     * @param until when the proof must have come
     */
    record Asked(String text, int bits, Instant until) {}
}
