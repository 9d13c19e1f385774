package io.jishi;

import io.jishi.core.Timers;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Time as Vert.x keeps it. */
final class VertxTimers implements Timers {
    private final Vertx vertx;

    VertxTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        long id = vertx.setTimer(Math.max(1, delay.toMillis()), ignored -> action.run());
        return () -> vertx.cancelTimer(id);
    }

    @Override
    public Timer every(Duration period, Runnable action) {
        long id = vertx.setPeriodic(Math.max(1, period.toMillis()), ignored -> action.run());
        return () -> vertx.cancelTimer(id);
    }
}
