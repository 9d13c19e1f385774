package io.jishi.launcher;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What the person at the terminal reads: stages with the seconds since the start, later events with the time of day. */
final class Progress {
    private final PrintStream out;
    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void stage(String line) {
        text(String.format(Locale.ROOT, "%6.1f s  %s", secondsSince(start), line));
    }

    void event(String line) {
        text(LocalTime.now(java.time.ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .format(DateTimeFormatter.ISO_LOCAL_TIME)
                + "  " + line);
    }

    void text(String text) {
        out.println(text);
        out.flush();
    }

    /** {@code 1.2 s} */
    static String since(long nanoTime) {
        return String.format(Locale.ROOT, "%.1f s", secondsSince(nanoTime));
    }

    static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }
}
