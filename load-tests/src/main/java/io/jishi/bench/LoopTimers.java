package io.jishi.bench;

import io.jishi.core.Timers;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Real time, for capabilities that run in the benchmark's own process. */
record LoopTimers(Vertx vertx) implements Timers {
    @Override
    public Timer after(Duration delay, Runnable action) {
        long id = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }

    @Override
    public Timer every(Duration period, Runnable action) {
        long id = vertx.setPeriodic(Math.max(1, period.toMillis()), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }
}
