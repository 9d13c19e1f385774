package io.jishi.bench;

import io.vertx.core.Promise;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/** Devices that each report again as soon as the report before is acknowledged. */
final class TelemetryCrowd {
    private static final int DIGITS = 3;

    private final TelemetrySide side;
    private final int devices;
    private final int messages;
    private final String boot = UUID.randomUUID().toString();
    private final LongAdder acknowledged = new LongAdder();
    private final ConcurrentHistogram micros = new ConcurrentHistogram(DIGITS);
    private final AtomicInteger reporting = new AtomicInteger();
    private final Promise<Void> allDone = Promise.promise();
    private long endNanos;

    TelemetryCrowd(TelemetrySide side, int devices, int messages) {
        this.side = side;
        this.devices = devices;
        this.messages = messages;
    }

    /** @param nanos from the first report to the last acknowledgement */
    record Result(long acknowledged, long nanos, ConcurrentHistogram micros) {
        double quantileMillis(double q) {
            return micros.getValueAtPercentile(100 * q) / 1000.0;
        }
    }

    /** Runs until all have their last acknowledgement; fails with the first report that fails. */
    Result run(Duration duration) {
        long start = System.nanoTime();
        endNanos = start + duration.toNanos();
        reporting.set(devices);
        for (int device = 0; device < devices; device++) {
            report(device, 1);
        }
        allDone.future().await();
        return new Result(acknowledged.sum(), System.nanoTime() - start, micros);
    }

    private void report(int device, long sequence) {
        long sent = System.nanoTime();
        if (sent >= endNanos) {
            if (reporting.decrementAndGet() == 0) {
                allDone.tryComplete();
            }
            return;
        }
        side.report(device, boot, sequence, messages)
                .onSuccess(done -> {
                    micros.recordValue((System.nanoTime() - sent) / 1000);
                    acknowledged.add(messages);
                    report(device, sequence + messages);
                })
                .onFailure(allDone::tryFail);
    }
}
