package io.jishi.cluster;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Notices that this process stood still (stopped, swapped out, its machine paused) for so long that the other members
 * may have given it up. It must not go on: they have made its partitions theirs, and what it would answer from its own
 * copies nobody else knows. A node that is alone in its cluster goes on.
 */
final class Standstill {
    private static final long TICK_MILLIS = 100;

    private final LongSupplier nanos;
    private final IntSupplier members;
    private final Duration most;
    private final Consumer<String> expelled;
    private long lastNanos;
    private int lastMembers;

    Standstill(LongSupplier nanos, IntSupplier members, Duration most, Consumer<String> expelled) {
        this.nanos = nanos;
        this.members = members;
        this.most = most;
        this.expelled = expelled;
        this.lastNanos = nanos.getAsLong();
        this.lastMembers = members.getAsInt();
    }

    /** Watches from a thread of its own until the process ends. */
    void watch() {
        Thread.ofPlatform().name("standstill").daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Thread.sleep(TICK_MILLIS);
                } catch (InterruptedException e) {
                    return;
                }
                tick();
            }
        });
    }

    void tick() {
        long now = nanos.getAsLong();
        Duration gap = Duration.ofNanos(now - lastNanos);
        int before = lastMembers;
        lastNanos = now;
        lastMembers = members.getAsInt();
        if (before > 1 && gap.compareTo(most) > 0) {
            expelled.accept("this process stood still for " + gap.toMillis() + " ms");
        }
    }
}
