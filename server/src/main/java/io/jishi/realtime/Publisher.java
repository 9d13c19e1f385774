package io.jishi.realtime;

import io.jishi.realtime.Channels.Position;
import io.jishi.realtime.Fanout.Draft;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The publications of one node on one channel, on the channel's home loop: one batch on its way at a time, the next one
 * gathers meanwhile. So a busy channel costs one append for many publications, and their order is kept.
 */
final class Publisher {
    private static final int BATCH_MAX = 512;

    private final String channel;
    private final ChannelRule rule;
    private final Fanout fanout;
    private final Loop home;
    private final HubMeters meters;
    private final AtomicLong sequences;
    private final int queueMax;
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private int queued;
    private boolean appending;

    private record Pending(List<Draft> drafts, Promise<Position> promise) {
        /** What is perhaps not appended is a batch of its own, so that the offsets of a batch follow one another. */
        boolean isAlone() {
            return drafts.getFirst().once().matters();
        }
    }

    /** The queue of a channel is full: the publication was not made. */
    static final class QueueFull extends RuntimeException {
        private static final long serialVersionUID = 1;

        QueueFull(String channel) {
            super("too many publications wait on channel " + channel, null, false, false);
        }
    }

    /** @param sequences of the whole node; they only grow, so a batch of an earlier publisher is never taken for a new one */
    Publisher(
            String channel,
            ChannelRule rule,
            Fanout fanout,
            Loop home,
            HubMeters meters,
            AtomicLong sequences,
            int queueMax) {
        this.channel = channel;
        this.rule = rule;
        this.fanout = fanout;
        this.home = home;
        this.meters = meters;
        this.sequences = sequences;
        this.queueMax = queueMax;
    }

    boolean isIdle() {
        return queue.isEmpty() && !appending;
    }

    void publish(List<Draft> drafts, Promise<Position> promise) {
        if (queued + drafts.size() > queueMax) {
            meters.dropped(HubMeters.Drop.PUBLISH_QUEUE_FULL, drafts.size());
            promise.fail(new QueueFull(channel));
            return;
        }
        queue.add(new Pending(drafts, promise));
        queued += drafts.size();
        if (!appending) {
            append();
        }
    }

    private void append() {
        List<Pending> batch = new ArrayList<>();
        List<Draft> drafts = new ArrayList<>();
        while (!queue.isEmpty() && (batch.isEmpty() || goesAlong(queue.peek(), batch.getFirst(), drafts.size()))) {
            Pending next = queue.remove();
            batch.add(next);
            drafts.addAll(next.drafts());
        }
        queued -= drafts.size();
        appending = true;
        Future<Fanout.Appended> appended = fanout.append(channel, drafts, sequences.incrementAndGet(), rule);
        appended.onComplete(result -> home.run(() -> {
            appending = false;
            if (result.succeeded()) {
                meters.published(drafts.size());
                answer(batch, result.result());
            } else {
                batch.forEach(pending -> pending.promise().tryFail(result.cause()));
            }
            if (!queue.isEmpty()) {
                append();
            }
        }));
    }

    private static boolean goesAlong(Pending next, Pending first, int drafts) {
        return drafts + next.drafts().size() <= BATCH_MAX && !next.isAlone() && !first.isAlone();
    }

    private static void answer(List<Pending> batch, Fanout.Appended appended) {
        long offset = appended.firstOffset() - 1;
        for (Pending pending : batch) {
            offset += pending.drafts().size();
            pending.promise().tryComplete(new Position(appended.epoch(), offset));
        }
    }
}
