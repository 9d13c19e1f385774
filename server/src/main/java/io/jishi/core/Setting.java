package io.jishi.core;

import java.util.function.Function;

/**
 * One configuration key, declared once beside the code that reads it: name, default, bounds and a sentence. The YAML
 * file, the environment variable and docs/OPERATIONS.md all come from this declaration.
 *
 * @param name lower-case words, dots between groups and hyphens between words: {@code flashsales.reservation-seconds}
 */
public record Setting<T>(
        String name, T defaultValue, String range, String sentence, boolean secret, Function<String, T> parse) {

    public static Setting<Integer> integer(String name, int defaultValue, int min, int max, String sentence) {
        return new Setting<>(name, defaultValue, min + " to " + max, sentence, false, text -> {
            int value = parseInt(name, text);
            if (value < min || value > max) {
                throw new Invalid(name, name + " must be from " + min + " to " + max + ".");
            }
            return value;
        });
    }

    public static Setting<String> text(String name, String defaultValue, String sentence) {
        return new Setting<>(name, defaultValue, "text", sentence, false, Function.identity());
    }

    public static Setting<String> secret(String name, String sentence) {
        return new Setting<>(name, "", "text", sentence, true, Function.identity());
    }

    public static Setting<Boolean> flag(String name, boolean defaultValue, String sentence) {
        return new Setting<>(name, defaultValue, "true or false", sentence, false, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Invalid(name, name + " must be true or false.");
        });
    }

    public static <E extends Enum<E>> Setting<E> choice(String name, E defaultValue, String sentence) {
        Class<E> type = defaultValue.getDeclaringClass();
        String range = String.join(
                ", ",
                java.util.Arrays.stream(type.getEnumConstants())
                        .map(e -> e.name().toLowerCase(java.util.Locale.ROOT))
                        .toList());
        return new Setting<>(name, defaultValue, range, sentence, false, text -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw new Invalid(name, name + " must be one of: " + range + ".");
        });
    }

    /** {@code JISHI_} and the name in capitals, every dot and hyphen an underscore. */
    public String environmentVariable() {
        return "JISHI_"
                + name.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static int parseInt(String name, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new Invalid(name, name + " must be a whole number.");
        }
    }
}
