package io.jishi.core;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where goods are to be brought, and how to find and reach whoever takes them. As text it shows nothing, so that no log
 * shows it.
 */
public record Destination(
        Place place, @Nullable String address, @Nullable String phone) {
    private static final int ADDRESS_CHARACTERS_SHOWN = 4;
    private static final int PHONE_DIGITS_SHOWN = 4;
    private static final String HIDDEN = "***";

    /** Enough of an address for those who know it to know it again. */
    public @Nullable String maskedAddress() {
        if (address == null) {
            return null;
        }
        int length = address.codePointCount(0, address.length());
        int shown = Math.min(ADDRESS_CHARACTERS_SHOWN, length / 2);
        return address.substring(0, address.offsetByCodePoints(0, shown)) + HIDDEN;
    }

    /** The last digits of a phone number. */
    public @Nullable String maskedPhone() {
        if (phone == null) {
            return null;
        }
        int[] digits = IntStream.range(0, phone.length())
                .filter(i -> Character.isDigit(phone.charAt(i)))
                .toArray();
        int shown = Math.min(PHONE_DIGITS_SHOWN, digits.length / 2);
        StringBuilder masked = new StringBuilder(HIDDEN);
        for (int i = digits.length - shown; i < digits.length; i++) {
            masked.append(phone.charAt(digits[i]));
        }
        return masked.toString();
    }

    @Override
    public String toString() {
        return "Destination[hidden]";
    }
}
