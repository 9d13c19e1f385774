package io.jishi.bots;

import java.io.PrintStream;
import java.time.Duration;

/** One line that is written over while it changes; where the output is no terminal, a line now and then. */
final class Progress {
    private static final long NANOS_BETWEEN = Duration.ofSeconds(5).toNanos();
    private static final int WIDTH_MAX = 100;

    private final PrintStream out;
    private final boolean terminal;
    private long lastNanos = System.nanoTime() - NANOS_BETWEEN;
    private int width;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void show(String line) {
        String text = line.length() > WIDTH_MAX ? line.substring(0, WIDTH_MAX) : line;
        if (terminal) {
            out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
            out.flush();
            width = text.length();
        } else if (System.nanoTime() - lastNanos >= NANOS_BETWEEN) {
            lastNanos = System.nanoTime();
            out.println(text);
        }
    }

    /** Takes the line away. */
    synchronized void done() {
        if (terminal) {
            out.print("\r" + " ".repeat(width) + "\r");
            out.flush();
            width = 0;
        }
    }
}
