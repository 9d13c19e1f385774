package io.jishi.realtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;

/**
 * What goes out together: to each audience its batch, and then a flush of the sessions that were written to without one.
 */
final class Round {
    /** Queuing a message costs so much less than handing it to the system. */
    private static final int QUEUED_FOR_ONE_SENT = 8;

    final long beganMillis;
    private final Deque<Batch> batches;
    private final Queue<Session> toFlush = new ArrayDeque<>();

    /** @param batches those that go first first */
    Round(long beganMillis, Deque<Batch> batches) {
        this.beganMillis = beganMillis;
        this.batches = batches;
    }

    /** The session is flushed by this round. */
    void flushes(Session session) {
        toFlush.add(session);
    }

    /**
     * Goes on.
     *
     * @param max how many sockets are handed something at most
     * @return whether it is over
     */
    boolean step(int max, HubMeters meters) {
        int left = max;
        Batch batch = batches.peek();
        while (left > 0 && batch != null) {
            int weight = batch.isStraight() ? 1 : QUEUED_FOR_ONE_SENT;
            int sent = batch.send(left * weight);
            if (sent < left * weight) {
                batch.end(meters);
                batches.remove();
                batch = batches.peek();
            }
            left -= sent / weight;
        }
        for (; left > 0 && !toFlush.isEmpty(); left--) {
            toFlush.remove().flush();
        }
        return batches.isEmpty() && toFlush.isEmpty();
    }

    /** Brings to its end what is on its way to one audience. */
    void finish(Audience audience) {
        for (Batch batch : batches) {
            if (batch.isFor(audience)) {
                batch.send(Integer.MAX_VALUE);
            }
        }
    }

    /** Ends where it is. */
    void end(HubMeters meters) {
        batches.forEach(batch -> batch.end(meters));
        batches.clear();
    }
}
