package io.jishi.orders;

import io.jishi.core.Timers;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that is looked for again and again, until it is stopped. */
public final class Sweeps {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeps.class);

    private final Timers timers;
    private final List<Timers.Timer> running = new ArrayList<>();

    public Sweeps(Timers timers) {
        this.timers = timers;
    }

    /**
     * A turn is skipped while the last one is under way, and what goes wrong is logged.
     *
     * @param name for the log
     */
    public void every(Duration period, String name, Supplier<Future<?>> sweep) {
        AtomicBoolean busy = new AtomicBoolean();
        running.add(timers.every(period, () -> {
            if (busy.compareAndSet(false, true)) {
                sweep.get().onComplete(done -> {
                    busy.set(false);
                    if (done.failed()) {
                        LOG.warn(
                                "event={}-failed reason=\"{}\"",
                                name,
                                done.cause().getMessage());
                    }
                });
            }
        }));
    }

    public void stop() {
        running.forEach(Timers.Timer::cancel);
        running.clear();
    }
}
