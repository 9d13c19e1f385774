package io.jishi.core;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Timers on a thread of their own, which end with {@link #close}, as a node's do with its death. */
public final class RealTimers implements Timers, AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());

    @Override
    public Timer after(Duration delay, Runnable action) {
        try {
            return cancellable(thread.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public Timer every(Duration period, Runnable action) {
        return cancellable(
                thread.scheduleAtFixedRate(action, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static Timer cancellable(ScheduledFuture<?> scheduled) {
        return () -> scheduled.cancel(false);
    }
}
