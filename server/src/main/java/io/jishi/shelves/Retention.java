package io.jishi.shelves;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes telemetry that is old, a little at a time, on the node that owns the first shard. */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    static final Setting<Integer> DAYS =
            Setting.integer("shelves.telemetry-days", 30, 1, 3_650, "How long the messages of devices are kept.");
    static final int ROWS_MAX = 5_000;
    private static final int TIMES_MAX = 100;
    private static final int FIRST_SHARD = 0;
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final int DEADLINE_SECONDS = 30;

    private final TelemetryStore telemetry;
    private final Shards shards;
    private final InstantSource clock;
    private final Timers timers;
    private final Duration kept;
    private volatile boolean trimming;
    private Timers.@Nullable Timer timer;

    Retention(TelemetryStore telemetry, Shards shards, InstantSource clock, Timers timers, Settings settings) {
        this.telemetry = telemetry;
        this.shards = shards;
        this.clock = clock;
        this.timers = timers;
        kept = Duration.ofDays(settings.get(DAYS));
    }

    void start() {
        timer = timers.every(EVERY, this::trim);
    }

    void stop() {
        Timers.Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }

    Future<Void> trim() {
        if (trimming || !shards.numbers().contains(FIRST_SHARD)) {
            return Future.succeededFuture();
        }
        trimming = true;
        return trim(clock.instant().minus(kept), TIMES_MAX)
                .onFailure(fault -> LOG.warn("event=telemetry-not-trimmed fault={}", fault.toString()))
                .onComplete(done -> trimming = false);
    }

    private Future<Void> trim(Instant before, int times) {
        return telemetry
                .trim(before, ROWS_MAX)
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .compose(deleted ->
                        deleted < ROWS_MAX || times == 1 ? Future.succeededFuture() : trim(before, times - 1));
    }
}
