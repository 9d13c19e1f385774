package io.jishi.database;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts what a stranger who reads the database must not learn: AES-256-GCM, a fresh random nonce each time, bound to
 * the row that it belongs to, so that a sealed value cannot be moved to another row. The id of the key stands in front,
 * so that keys can be changed one after the other: the first configured one seals, all open.
 *
 * <p>A random nonce of 96 bits is good for 2^32 values under one key (NIST SP 800-38D, 8.3); then it is time for a new one.
 */
public final class Seal {
    public static final Setting<String> KEYS = new Setting<>(
            "database.seal-keys",
            "",
            "text",
            "Keys for addresses and phone numbers in the database, as id:key of 64 hexadecimal digits, divided by commas,"
                    + " the same on every node; the first seals, all open. Production does not start without one.",
            true,
            text -> {
                SealKeys.parse("database.seal-keys", text);
                return text;
            });

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SealKeys keys;
    private final SecureRandom random = new SecureRandom();

    private Seal(SealKeys keys) {
        this.keys = keys;
    }

    public static Seal of(Settings settings) {
        return new Seal(SealKeys.parse(KEYS.name(), settings.get(KEYS)));
    }

    /** A sealed value does not open: it was altered or belongs elsewhere, or its key is not configured. */
    public static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String row, String why) {
            super("what is sealed at " + row + " does not open: " + why);
        }
    }

    /** The id of the key that seals now. */
    String keyId() {
        return keys.current();
    }

    /** The ids of all keys that open. */
    Set<String> keyIds() {
        return keys.byId().keySet();
    }

    /** @param row whose value it is, as {@code payment:17} */
    public Buffer seal(String row, String text) {
        return seal(row, Buffer.buffer(text));
    }

    /** @param row whose value it is, as {@code payment:17} */
    Buffer seal(String row, Buffer content) {
        byte[] id = keys.current().getBytes(StandardCharsets.UTF_8);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] head = ByteBuffer.allocate(2 + id.length + NONCE_BYTES)
                .put(FORMAT)
                .put((byte) id.length)
                .put(id)
                .put(nonce)
                .array();
        try {
            byte[] hidden = cipher(Cipher.ENCRYPT_MODE, key(row, keys.current()), nonce, row, head)
                    .doFinal(content.getBytes());
            return Buffer.buffer(head.length + hidden.length).appendBytes(head).appendBytes(hidden);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("nothing can be sealed", e);
        }
    }

    /** @throws Broken where it is not what was sealed for that row */
    public String open(String row, Buffer sealed) {
        return openBytes(row, sealed).toString(StandardCharsets.UTF_8);
    }

    Buffer openBytes(String row, Buffer sealed) {
        byte[] bytes = sealed.getBytes();
        if (bytes.length < 2 || bytes[0] != FORMAT || bytes.length < 2 + (bytes[1] & 0xff) + NONCE_BYTES) {
            throw new Broken(row, "it is nothing sealed");
        }
        int headBytes = 2 + (bytes[1] & 0xff) + NONCE_BYTES;
        String id = new String(bytes, 2, bytes[1] & 0xff, StandardCharsets.UTF_8);
        byte[] head = Arrays.copyOf(bytes, headBytes);
        byte[] nonce = Arrays.copyOfRange(bytes, headBytes - NONCE_BYTES, headBytes);
        SecretKey key = key(row, id);
        try {
            return Buffer.buffer(cipher(Cipher.DECRYPT_MODE, key, nonce, row, head)
                    .doFinal(bytes, headBytes, bytes.length - headBytes));
        } catch (GeneralSecurityException e) {
            throw new Broken(row, "it was altered, or sealed for another row");
        }
    }

    private SecretKey key(String row, String id) {
        SecretKey key = keys.byId().get(id);
        if (key == null) {
            throw new Broken(row, "its key is not among " + KEYS.name());
        }
        return key;
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String row, byte[] head)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(head);
        cipher.updateAAD(row.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
