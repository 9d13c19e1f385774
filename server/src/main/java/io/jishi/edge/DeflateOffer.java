package io.jishi.edge;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a client offers of {@code permessage-deflate} (RFC 7692, section 7.1), and the one answer: without memory from
 * message to message in either direction, so that one compressed frame is good for all sockets and no socket keeps a
 * window. An offer that asks for a smaller window of the server's than the usual is passed over, because that frame
 * would be good for its client alone.
 */
final class DeflateOffer {
    static final String NAME = "permessage-deflate";
    static final String ANSWER = NAME + "; server_no_context_takeover; client_no_context_takeover";
    private static final Pattern WINDOW_BITS = Pattern.compile("8|9|1[0-5]");
    private static final String WINDOW_BITS_USUAL = "15";

    private DeflateOffer() {}

    /** Whether any of the offers in the header's lines can be taken. */
    static boolean isIn(List<String> lines) {
        for (String line : lines) {
            for (String offer : line.split(",")) {
                if (isGood(offer.split(";", -1))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isGood(String[] offer) {
        if (!offer[0].strip().equals(NAME)) {
            return false;
        }
        Set<String> names = new HashSet<>();
        for (int i = 1; i < offer.length; i++) {
            String[] parameter = offer[i].split("=", 2);
            String name = parameter[0].strip().toLowerCase(Locale.ROOT);
            String value = parameter.length < 2 ? "" : unquoted(parameter[1].strip());
            if (!names.add(name) || !isGood(name, parameter.length > 1, value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isGood(String name, boolean hasValue, String value) {
        return switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> !hasValue;
            case "client_max_window_bits" ->
                !hasValue || WINDOW_BITS.matcher(value).matches();
            case "server_max_window_bits" -> value.equals(WINDOW_BITS_USUAL);
            default -> false;
        };
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
