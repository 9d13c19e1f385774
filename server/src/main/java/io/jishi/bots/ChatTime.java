package io.jishi.bots;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a column of times: seconds or another unit that its name tells, {@code h:mm:ss}, ISO 8601, or seconds since 1970
 * and its finer units, told apart by their size.
 */
record ChatTime(int column, String name, double millisPerUnit) {
    private static final Map<String, Double> UNITS = new LinkedHashMap<>();
    private static final Pattern CLOCK = Pattern.compile("(-?)(?:(\\d{1,4}):)?(\\d{1,2}):(\\d{1,2}(?:[.,]\\d{1,9})?)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}(?:\\.\\d{1,20})?(?:[eE][+-]?\\d{1,2})?");

    /** A number of this many seconds is a time of day (after 2001), not the length of a recording. */
    private static final double SECONDS_SINCE_1970_MIN = 1e9;

    private static final double STEP_OF_UNITS = 1000;
    private static final double MILLIS_MAX = 4e12;

    static {
        for (String word : List.of("_milliseconds", "_millis", "_ms")) {
            UNITS.put(word, 1.0);
        }
        for (String word : List.of("_microseconds", "_micros", "_us")) {
            UNITS.put(word, 1e-3);
        }
        for (String word : List.of("_nanoseconds", "_nanos", "_ns")) {
            UNITS.put(word, 1e-6);
        }
        for (String word : List.of("_in_seconds", "_seconds", "_secs", "_sec", "_s")) {
            UNITS.put(word, 1000.0);
        }
        for (String word : List.of("_minutes", "_min")) {
            UNITS.put(word, 60_000.0);
        }
    }

    static ChatTime of(int column, String name) {
        return new ChatTime(
                column,
                name,
                UNITS.entrySet().stream()
                        .filter(unit -> name.endsWith(unit.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(0.0));
    }

    static String withoutUnit(String name) {
        return UNITS.keySet().stream()
                .filter(name::endsWith)
                .findFirst()
                .map(unit -> name.substring(0, name.length() - unit.length()))
                .orElse(name);
    }

    /** Milliseconds since the recording's own zero or since 1970; empty where the field is not a time. */
    OptionalLong millis(List<String> fields) {
        String text = fields.get(column).strip();
        if (NUMBER.matcher(text).matches()) {
            double number = Double.parseDouble(text);
            double millis = millisPerUnit > 0 ? number * millisPerUnit : bySize(number);
            return Math.abs(millis) <= MILLIS_MAX ? OptionalLong.of(Math.round(millis)) : OptionalLong.empty();
        }
        Matcher clock = CLOCK.matcher(text);
        return clock.matches() ? OptionalLong.of(ofClock(clock)) : ofDate(text);
    }

    /** Seconds, unless so large that only a finer unit since 1970 makes sense. */
    private static double bySize(double number) {
        double millis = number * 1000;
        for (double limit = SECONDS_SINCE_1970_MIN * STEP_OF_UNITS / 10; number >= limit; limit *= STEP_OF_UNITS) {
            millis /= STEP_OF_UNITS;
        }
        return millis;
    }

    private static long ofClock(Matcher clock) {
        long hours = clock.group(2) == null ? 0 : Long.parseLong(clock.group(2));
        double seconds = Double.parseDouble(clock.group(4).replace(',', '.'));
        long millis = (hours * 60 + Long.parseLong(clock.group(3))) * 60_000 + Math.round(seconds * 1000);
        return clock.group(1).isEmpty() ? millis : -millis;
    }

    private static OptionalLong ofDate(String text) {
        try {
            TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    text.replace(' ', 'T'), Instant::from, LocalDateTime::from);
            return OptionalLong.of(
                    time instanceof LocalDateTime local
                            ? local.toInstant(ZoneOffset.UTC).toEpochMilli()
                            : Instant.from(time).toEpochMilli());
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
