package io.jishi.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock with its timers that stand still until a test moves them on. Thread-safe. */
public final class ManualTime implements InstantSource, Timers {
    private final List<Pending> pending = new ArrayList<>();
    private Instant now;

    private record Pending(Instant at, Duration period, Runnable action, Timer timer) {}

    public ManualTime(Instant now) {
        this.now = now;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable action) {
        return add(now.plus(delay), Duration.ZERO, action, null);
    }

    @Override
    public synchronized Timer every(Duration period, Runnable action) {
        return add(now.plus(period), period, action, null);
    }

    private synchronized Timer add(Instant at, Duration period, Runnable action, Timer before) {
        Timer timer = before != null
                ? before
                : new Timer() {
                    @Override
                    public void cancel() {
                        synchronized (ManualTime.this) {
                            pending.removeIf(each -> each.timer() == this);
                        }
                    }
                };
        pending.add(new Pending(at, period, action, timer));
        return timer;
    }

    /** Moves on, firing what falls due in its order, each at its own instant. */
    public void pass(Duration duration) {
        Instant until = instant().plus(duration);
        Optional<Pending> due = takeDue(until);
        while (due.isPresent()) {
            due.get().action().run();
            due = takeDue(until);
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized Optional<Pending> takeDue(Instant until) {
        Optional<Pending> due =
                pending.stream().filter(each -> !each.at().isAfter(until)).min(Comparator.comparing(Pending::at));
        due.ifPresent(each -> {
            pending.remove(each);
            now = each.at().isAfter(now) ? each.at() : now;
            if (!each.period().isZero()) {
                add(each.at().plus(each.period()), each.period(), each.action(), each.timer());
            }
        });
        return due;
    }
}
