package io.jishi.launcher;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends a node whose launcher is gone. The launcher holds the other end of the node's standard input and never writes; the
 * operating system closes it however the launcher ends, and a node that went on alone would keep its ports for ever.
 */
public final class ParentWatch {
    private ParentWatch() {}

    /** Calls {@code stop} once, on a thread of its own, when standard input ends. */
    public static void start(Runnable stop) {
        start(System.in, stop);
    }

    static void start(InputStream input, Runnable stop) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (input.read() >= 0) {
                    // nothing is meant to come
                }
            } catch (IOException e) {
                // as good as the end
            }
            stop.run();
        });
    }
}
