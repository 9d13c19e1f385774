package io.jishi.flashsales;

import io.jishi.core.Timers;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Real time, for tests against a real database. */
record VertxTimers(Vertx vertx) implements Timers {
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
