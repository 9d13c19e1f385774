package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.core.Membership;
import io.jishi.core.Timers;
import io.jishi.liverooms.CommentStore.Said;
import io.micrometer.core.instrument.DistributionSummary;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Comments on their way from the channel to the table. One statement runs at a time: it takes what has come in since the
 * one before, so batches grow with the load. While the database is away comments stay here, up to a bound per room that
 * all live nodes share; it lies below what the channel's history holds, so that whatever a node takes to its grave is
 * still in the history for the others. Thread-safe.
 */
final class CommentBuffer {
    private static final Logger LOG = LoggerFactory.getLogger(CommentBuffer.class);

    /** What a room's history holds, less room for what is published besides comments. */
    static final int OFFSETS_MAX = 3_500;

    static final int BATCH_MAX = 1_000;
    static final int COMMENTS_MAX = 50_000;
    private static final int SHARE_MIN = 64;
    private static final int DEADLINE_MILLIS = 10_000;
    private static final long BACKOFF_MILLIS_MIN = 50;
    private static final long BACKOFF_MILLIS_MAX = 1_000;

    private final CommentStore store;
    private final Membership membership;
    private final Timers timers;
    private final int unsavedMax;
    private final DistributionSummary batchSizes;
    private final ArrayDeque<Said> queue = new ArrayDeque<>();
    private final Map<Id<Room>, RoomShare> shares = new HashMap<>();
    private int reserved;
    private boolean writing;
    private long backoffMillis = BACKOFF_MILLIS_MIN;
    private Promise<Void> drained = Promise.promise();

    /** What of one room is not in the table yet. */
    private static final class RoomShare {
        private int reserved;
        private long newestOffset;
        private final ArrayDeque<Long> offsets = new ArrayDeque<>();
    }

    CommentBuffer(
            CommentStore store, Membership membership, Timers timers, int unsavedMax, DistributionSummary batchSizes) {
        this.store = store;
        this.membership = membership;
        this.timers = timers;
        this.unsavedMax = unsavedMax;
        this.batchSizes = batchSizes;
    }

    /** Keeps a place for a comment that is about to be published; {@link #add} or {@link #release} must follow. */
    synchronized boolean reserve(Id<Room> room) {
        RoomShare share = shares.computeIfAbsent(room, r -> new RoomShare());
        int shareMax = Math.max(
                SHARE_MIN, unsavedMax / Math.max(1, membership.members().size()));
        Long oldest = share.offsets.peekFirst();
        if (share.reserved + share.offsets.size() >= shareMax
                || queue.size() + reserved >= COMMENTS_MAX
                || (oldest != null && share.newestOffset - oldest >= OFFSETS_MAX)) {
            return false;
        }
        share.reserved++;
        reserved++;
        return true;
    }

    synchronized void release(Id<Room> room) {
        reserved--;
        RoomShare share = shares.get(room);
        if (share != null) {
            share.reserved--;
            forgetIfEmpty(room, share);
        }
    }

    /** Takes a published comment into the place that was reserved for it. */
    void add(Said said) {
        synchronized (this) {
            RoomShare share = shares.computeIfAbsent(said.room(), r -> new RoomShare());
            share.reserved--;
            reserved--;
            share.offsets.addLast(said.offset());
            share.newestOffset = Math.max(share.newestOffset, said.offset());
            queue.addLast(said);
        }
        write();
    }

    /** Completes once everything added so far is in the table. */
    synchronized Future<Void> drained() {
        return queue.isEmpty() ? Future.succeededFuture() : drained.future();
    }

    synchronized int size() {
        return queue.size();
    }

    private void write() {
        List<Said> batch;
        synchronized (this) {
            if (writing || queue.isEmpty()) {
                return;
            }
            writing = true;
            batch = queue.stream().limit(BATCH_MAX).toList();
        }
        batchSizes.record(batch.size());
        store.insert(batch).timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS).onComplete(written -> {
            if (written.succeeded()) {
                saved(batch.size());
                write();
            } else {
                LOG.warn(
                        "event=comments-not-saved count={} fault={}",
                        batch.size(),
                        written.cause().toString());
                tryAgainLater();
            }
        });
    }

    private void saved(int count) {
        List<Promise<Void>> waiting = new ArrayList<>();
        synchronized (this) {
            for (int i = 0; i < count; i++) {
                Said said = queue.removeFirst();
                RoomShare share = shares.get(said.room());
                if (share != null) {
                    share.offsets.removeFirst();
                    forgetIfEmpty(said.room(), share);
                }
            }
            writing = false;
            backoffMillis = BACKOFF_MILLIS_MIN;
            if (queue.isEmpty()) {
                waiting.add(drained);
                drained = Promise.promise();
            }
        }
        waiting.forEach(Promise::tryComplete);
    }

    private void tryAgainLater() {
        long wait;
        synchronized (this) {
            wait = backoffMillis;
            backoffMillis = Math.min(BACKOFF_MILLIS_MAX, backoffMillis * 2);
        }
        timers.after(Duration.ofMillis(wait), () -> {
            synchronized (this) {
                writing = false;
            }
            write();
        });
    }

    private void forgetIfEmpty(Id<Room> room, RoomShare share) {
        if (share.reserved == 0 && share.offsets.isEmpty()) {
            shares.remove(room);
        }
    }
}
