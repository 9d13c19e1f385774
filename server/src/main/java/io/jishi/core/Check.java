package io.jishi.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks for the compact constructors of message records: each returns its value or throws {@link Invalid}. */
public final class Check {
    private Check() {}

    public static <T> T present(String field, @Nullable T value) {
        if (value == null) {
            throw new Invalid(field, "The field " + field + " is required.");
        }
        return value;
    }

    public static long range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new Invalid(field, "The field " + field + " must be from " + min + " to " + max + ".");
        }
        return value;
    }

    public static int range(String field, int value, int min, int max) {
        return (int) range(field, (long) value, min, max);
    }

    /** Refuses NaN and infinities too. */
    public static double range(String field, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new Invalid(field, "The field " + field + " must be from " + min + " to " + max + ".");
        }
        return value;
    }

    /**
     * A text of which something can be seen, without control characters and without those that turn the direction of
     * writing (Unicode's Bidi_Control, with which a text shows as another one), stripped, of {@code min} to {@code max} code points.
     */
    public static String text(String field, @Nullable String value, int min, int max) {
        String text = present(field, value).strip();
        int length = text.codePointCount(0, text.length());
        if (length < min || length > max) {
            throw new Invalid(field, "The field " + field + " must have " + min + " to " + max + " characters.");
        }
        if (text.chars()
                .anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) && unpaired(text))) {
            throw new Invalid(field, "The field " + field + " must not contain control characters.");
        }
        if (text.codePoints().anyMatch(Check::turnsDirection)) {
            throw new Invalid(field, "The field " + field + " must not contain marks of the direction of writing.");
        }
        if (length > 0 && text.codePoints().noneMatch(Check::isSeen)) {
            throw new Invalid(field, "The field " + field + " must contain something that can be seen.");
        }
        return text;
    }

    /** A key chosen by a client: 1 to 64 characters of A-Z, a-z, 0-9, dot, colon, underscore, hyphen. */
    public static String key(String field, @Nullable String value) {
        String key = present(field, value);
        if (key.isEmpty() || key.length() > 64 || !key.chars().allMatch(Check::isKeyCharacter)) {
            throw new Invalid(field, "The field " + field + " must have 1 to 64 of A-Z a-z 0-9 . : _ -");
        }
        return key;
    }

    public static Duration seconds(String field, long seconds, long min, long max) {
        return Duration.ofSeconds(range(field, seconds, min, max));
    }

    private static boolean isKeyCharacter(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == ':' || c == '_' || c == '-');
    }

    private static boolean turnsDirection(int c) {
        return c == 0x061C || c == 0x200E || c == 0x200F || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    }

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> false;
            // letters and a symbol that are blank: fillers of Hangul and the Braille pattern without a dot
            default -> c != 0x115F && c != 0x1160 && c != 0x3164 && c != 0xFFA0 && c != 0x2800;
        };
    }

    private static boolean unpaired(String text) {
        return text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
    }
}
