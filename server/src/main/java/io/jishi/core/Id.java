package io.jishi.core;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A 64-bit, time-ordered identifier of a {@code K}, stored as {@code bigint} and written for people, URLs, channels and
 * JSON as 13 lower-case characters of Crockford's base 32 (no i, l, o, u).
 *
 * @param <K> what is identified; only the compiler looks at it
 */
public record Id<K>(long value) implements Comparable<Id<K>> {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 13;

    public Id {
        if (value < 0) {
            throw new Invalid("id", "An id is not negative.");
        }
    }

    public static <K> Id<K> of(long value) {
        return new Id<>(value);
    }

    /**
     * Reads the 13-character form.
     *
     * @throws Invalid where the text is not one
     */
    @JsonCreator
    public static <K> Id<K> parse(String text) {
        if (text.length() != LENGTH) {
            throw new Invalid("id", "An id has 13 characters of 0-9 and a-z without i, l, o, u.");
        }
        long value = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            if (digit < 0 || (i == 0 && digit > 7)) {
                throw new Invalid("id", "An id has 13 characters of 0-9 and a-z without i, l, o, u.");
            }
            value = (value << 5) | digit;
        }
        return new Id<>(value);
    }

    @Override
    public int compareTo(Id<K> other) {
        return Long.compare(value, other.value);
    }

    @Override
    @JsonValue
    public String toString() {
        char[] text = new char[LENGTH];
        long rest = value;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (rest & 31));
            rest >>>= 5;
        }
        return new String(text);
    }
}
