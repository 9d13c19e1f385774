package io.jishi.database;

import io.jishi.core.Hashes;
import io.jishi.core.Invalid;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of {@link Seal} by their ids, the one that seals first.
 *
 * @param current the id of the key that seals
 */
record SealKeys(String current, Map<String, SecretKey> byId) {
    private static final String ALGORITHM = "AES";
    private static final int KEY_BYTES = 32;
    private static final int KEYS_MAX = 16;

    /** What seals on a developer's machine where no key is configured; everybody knows it. */
    private static final String DEVELOPMENT = "development";

    /** @throws Invalid naming the setting and never what it holds */
    static SealKeys parse(String setting, String text) {
        if (text.isBlank()) {
            return development();
        }
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        for (String item : text.strip().split(",", -1)) {
            int colon = item.indexOf(':');
            String id = colon < 0 ? "" : item.substring(0, colon).strip();
            if (!id.matches("[A-Za-z0-9._-]{1,32}") || id.equals(DEVELOPMENT)) {
                throw refused(setting);
            }
            if (keys.put(id, key(setting, item.substring(colon + 1).strip())) != null) {
                throw refused(setting);
            }
        }
        if (keys.size() > KEYS_MAX) {
            throw refused(setting);
        }
        return new SealKeys(keys.keySet().iterator().next(), keys);
    }

    private static SecretKey key(String setting, String hexadecimal) {
        try {
            byte[] bytes = HexFormat.of().parseHex(hexadecimal);
            if (bytes.length == KEY_BYTES) {
                return new SecretKeySpec(bytes, ALGORITHM);
            }
        } catch (IllegalArgumentException e) {
            // its message shows the key
        }
        throw refused(setting);
    }

    private static Invalid refused(String setting) {
        return new Invalid(
                setting,
                setting
                        + " must be id:key, or several divided by commas, each with an id of its own of 1 to 32 letters,"
                        + " digits, dots or hyphens other than " + DEVELOPMENT
                        + ", and a key of 64 hexadecimal digits.");
    }

    private static SealKeys development() {
        return new SealKeys(DEVELOPMENT, Map.of(DEVELOPMENT, new SecretKeySpec(Hashes.sha256("jishi"), ALGORITHM)));
    }
}
