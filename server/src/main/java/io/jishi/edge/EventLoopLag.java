package io.jishi.edge;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How late event loops are: each is asked for a task at fixed moments, and what passes between the moment and the task
 * is what every message on that loop waits too.
 */
public final class EventLoopLag implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5)
    };

    private final Timer timer;
    private final List<ScheduledFuture<?>> tasks = new ArrayList<>();

    private EventLoopLag(Timer timer) {
        this.timer = timer;
    }

    /** Watches all event loops until it is closed. */
    public static EventLoopLag watch(Vertx vertx, MeterRegistry meters) {
        Timer timer = Timer.builder("jishi.eventloop.lag")
                .description("How late a task runs on an event loop")
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
        EventLoopLag lag = new EventLoopLag(timer);
        for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            Probe probe = lag.new Probe(System.nanoTime() + PERIOD_NANOS);
            lag.tasks.add(loop.scheduleAtFixedRate(probe, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS));
        }
        return lag;
    }

    @Override
    public void close() {
        tasks.forEach(task -> task.cancel(false));
    }

    /** Runs on one loop only. A loop that was late for several moments is measured once, for the first of them. */
    private final class Probe implements Runnable {
        private long dueNanos;

        Probe(long dueNanos) {
            this.dueNanos = dueNanos;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            if (now - dueNanos < 0) {
                return;
            }
            timer.record(now - dueNanos, TimeUnit.NANOSECONDS);
            long missed = (now - dueNanos) / PERIOD_NANOS;
            dueNanos += (missed + 1) * PERIOD_NANOS;
        }
    }
}
