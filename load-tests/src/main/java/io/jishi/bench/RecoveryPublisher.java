package io.jishi.bench;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes through one node at a rate, to one channel after the other, and notes what was acknowledged. What gets no
 * answer is not sent again: it may be there once or not at all.
 */
final class RecoveryPublisher implements AutoCloseable {
    private static final long NANOS = 1_000_000_000L;
    private static final long IDS_OF_EACH = 1_000_000_000L;
    /** A node that is not there must not be asked ever more. */
    private static final int IN_FLIGHT_MAX = 200;

    private static final Duration END_MAX = Duration.ofSeconds(30);

    private final RecoveryNodes nodes;
    private final int node;
    private final List<String> channels;
    private final Queue<Ack> acks = new ConcurrentLinkedQueue<>();
    private final AtomicLong unknown = new AtomicLong();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;

    /** A publication that was acknowledged. */
    record Ack(String channel, long id, long offset, long sentNanos, long answeredNanos) {}

    RecoveryPublisher(RecoveryNodes nodes, int node, List<String> channels, int perSecond) {
        this.nodes = nodes;
        this.node = node;
        this.channels = List.copyOf(channels);
        thread = Thread.ofVirtual().start(() -> publish(perSecond));
    }

    private void publish(int perSecond) {
        long start = System.nanoTime();
        for (long i = 0; !stopped.get(); i++) {
            long due = start + i * NANOS / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            publish(channels.get((int) ((i + node) % channels.size())), node * IDS_OF_EACH + i + 1);
        }
    }

    private void publish(String channel, long id) {
        if (!inFlight.tryAcquire()) {
            return;
        }
        long sent = System.nanoTime();
        CompletableFuture<Long> answer = nodes.publish(node, channel, id);
        var _ = answer.whenComplete((offset, fault) -> {
            if (fault == null) {
                acks.add(new Ack(channel, id, offset, sent, System.nanoTime()));
            } else {
                unknown.incrementAndGet();
            }
            inFlight.release();
        });
    }

    List<Ack> acks() {
        return List.copyOf(acks);
    }

    /** How many publications nobody answered for. */
    long unknown() {
        return unknown.get();
    }

    /** Publishes nothing more, and waits for what is under way. */
    @Override
    public void close() throws InterruptedException {
        stopped.set(true);
        thread.join();
        if (!inFlight.tryAcquire(IN_FLIGHT_MAX, END_MAX.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
            throw new IllegalStateException("publications without an end");
        }
        inFlight.release(IN_FLIGHT_MAX);
    }
}
