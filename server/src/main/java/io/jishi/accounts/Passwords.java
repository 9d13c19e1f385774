package io.jishi.accounts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106), written in the common text form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. Blocks for tens of
 * milliseconds: for {@link PasswordWorkers} only.
 */
final class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([\\w+/]+)\\$([\\w+/]+)");

    private final Cost cost;
    private final RandomGenerator random;

    /** What one hash costs whoever guesses. */
    record Cost(int memoryKibibytes, int iterations, int lanes) {
        /** OWASP Password Storage Cheat Sheet: 19 MiB, two iterations, one lane. */
        static final Cost RECOMMENDED = new Cost(19_456, 2, 1);
    }

    Passwords(Cost cost, RandomGenerator random) {
        this.cost = cost;
        this.random = random;
    }

    String hash(String password) {
        byte[] salt = random(SALT_BYTES);
        return encode(salt, argon2(password, salt, cost, HASH_BYTES));
    }

    /** A hash of no password, for comparing where there is no account. */
    String unmatchable() {
        return encode(random(SALT_BYTES), random(HASH_BYTES));
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String encode(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKibibytes() + ",t=" + cost.iterations() + ",p=" + cost.lanes() + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    /** Compares in constant time. */
    boolean matches(String password, String encoded) {
        Matcher form = parse(encoded);
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] expected = base64.decode(form.group(5));
        byte[] actual = argon2(password, base64.decode(form.group(4)), costOf(form), expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    /** Whether the hash was made at another cost than today's, so that it should be made anew while the password is at hand. */
    boolean outdated(String encoded) {
        return !costOf(parse(encoded)).equals(cost);
    }

    private static Matcher parse(String encoded) {
        Matcher form = FORM.matcher(encoded);
        if (!form.matches()) {
            throw new IllegalStateException("a stored password hash has an unknown form");
        }
        return form;
    }

    private static Cost costOf(Matcher form) {
        return new Cost(
                Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)));
    }

    /** The same password typed on another keyboard may arrive in another Unicode form, hence NFKC. */
    private static byte[] argon2(String password, byte[] salt, Cost cost, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKibibytes())
                .withIterations(cost.iterations())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] out = new byte[length];
        generator.generateBytes(
                Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8), out);
        return out;
    }
}
