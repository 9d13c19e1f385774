package io.jishi.shelves;

import io.jishi.core.Outcome;
import io.jishi.shelves.ShelfAnswer.Reported;
import io.jishi.shelves.TelemetryStore.Numbered;
import io.micrometer.core.instrument.DistributionSummary;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports of many devices on their way into one statement: it takes what has come in since the one before it was
 * committed, so batches grow with the load, and a report is answered once it is durable. One statement runs at a time.
 * Thread-safe.
 */
final class ReportBatches {
    private static final Logger LOG = LoggerFactory.getLogger(ReportBatches.class);
    static final int BATCH_MESSAGES_MAX = 4_000;
    private static final int DEADLINE_MILLIS = 10_000;

    private final TelemetryStore store;
    private final int queueMax;
    private final DistributionSummary batchSizes;
    private final BiConsumer<Set<Integer>, Long> onWritten;
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private int queued;
    private boolean writing;

    private record Pending(List<Telemetry> messages, Promise<Outcome<Reported>> answer) {}

    /** The identity of a message. */
    private record Key(long device, String boot, long sequence) {}

    /**
     * @param queueMax messages that may wait; a report that would go beyond is refused
     * @param onWritten told the shards that have news and the transaction that wrote it
     */
    ReportBatches(
            TelemetryStore store,
            int queueMax,
            DistributionSummary batchSizes,
            BiConsumer<Set<Integer>, Long> onWritten) {
        this.store = store;
        this.queueMax = queueMax;
        this.batchSizes = batchSizes;
        this.onWritten = onWritten;
    }

    Future<Outcome<Reported>> add(List<Telemetry> messages) {
        Promise<Outcome<Reported>> answer = Promise.promise();
        synchronized (this) {
            if (queued + messages.size() > queueMax) {
                return Future.succeededFuture(Outcome.refused(ShelfRefusal.BUSY));
            }
            queued += messages.size();
            queue.add(new Pending(messages, answer));
        }
        write();
        return answer.future();
    }

    private void write() {
        List<Pending> batch = new ArrayList<>();
        synchronized (this) {
            if (writing || queue.isEmpty()) {
                return;
            }
            writing = true;
            int size = 0;
            while (!queue.isEmpty() && size + queue.peek().messages().size() <= BATCH_MESSAGES_MAX) {
                size += queue.peek().messages().size();
                batch.add(queue.remove());
            }
            queued -= size;
        }
        List<Numbered> messages = distinct(batch);
        batchSizes.record(messages.size());
        store.insert(messages, batch.size())
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .onComplete(written -> {
                    synchronized (this) {
                        writing = false;
                    }
                    write();
                    if (written.succeeded()) {
                        acknowledge(batch, messages, written.result());
                    } else {
                        LOG.warn(
                                "event=reports-not-written reports={} fault={}",
                                batch.size(),
                                written.cause().toString());
                        batch.forEach(each -> each.answer().complete(Outcome.refused(ShelfRefusal.BUSY)));
                    }
                });
    }

    /** A message that is in the batch twice goes in with the report that was first. */
    private static List<Numbered> distinct(List<Pending> batch) {
        Set<Key> seen = new HashSet<>();
        List<Numbered> messages = new ArrayList<>();
        for (int report = 0; report < batch.size(); report++) {
            for (Telemetry message : batch.get(report).messages()) {
                if (seen.add(new Key(message.device().value(), message.boot(), message.sequence()))) {
                    messages.add(new Numbered(report, message));
                }
            }
        }
        return messages;
    }

    private void acknowledge(List<Pending> batch, List<Numbered> messages, TelemetryStore.Written written) {
        for (int report = 0; report < batch.size(); report++) {
            Pending pending = batch.get(report);
            int accepted = written.accepted().get(report);
            long last = pending.messages().stream()
                    .mapToLong(Telemetry::sequence)
                    .max()
                    .orElse(0);
            pending.answer()
                    .complete(Outcome.done(
                            new Reported(accepted, pending.messages().size() - accepted, last)));
        }
        if (written.writtenBy() > 0) {
            Set<Integer> shards = new TreeSet<>();
            messages.forEach(each -> shards.add(ShelfRow.shard(each.message().shelf())));
            onWritten.accept(shards, written.writtenBy());
        }
    }
}
