package io.jishi.bench;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Publishes from one socket, at a pace or as fast as the listeners keep up. */
final class FanoutPublisher implements AutoCloseable {
    private static final long NANOS = 1_000_000_000L;
    private static final long LOOK_NANOS = 100_000;
    private static final int OPEN_SECONDS_MAX = 20;

    private final FanoutLoop loop = FanoutLoop.start();
    private final FanoutSide side;
    private final FanoutSocket socket;
    private final AtomicInteger published = new AtomicInteger();

    /**
     * How many publications are due in each second.
     *
     * @param urgentPerSecond how many of them are urgent, on a side that has a channel for such
     * @param window how many may be on their way to the listeners; what is due beyond that waits, and is late
     */
    record Pace(List<Integer> perSecond, int urgentPerSecond, int window) {
        boolean isUrgent(int number, int ofTheSecond) {
            return (number + 1) * urgentPerSecond / ofTheSecond > number * urgentPerSecond / ofTheSecond;
        }
    }

    FanoutPublisher(FanoutSide side) {
        this.side = side;
        socket = FanoutSocket.publisher(side.protocol());
        loop.connect("127.0.0.1", side.port(), socket);
        socket.ready().orTimeout(OPEN_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    int published() {
        return published.get();
    }

    /** So many a second, however slow the side is. */
    void atRate(int perSecond, int seconds) {
        atPace(new Pace(Collections.nCopies(seconds, perSecond), 0, Integer.MAX_VALUE), () -> 0);
    }

    /**
     * Publishes at a pace for as long as it lasts. A message carries the time at which it was due, so that a server that
     * holds up the publisher does not look better for it. What could not be sent until the end is not sent.
     *
     * @param arrived how many publications all listeners have received
     */
    void atPace(Pace pace, LongSupplier arrived) {
        long start = System.nanoTime();
        long end = start + pace.perSecond.size() * NANOS;
        for (int second = 0; second < pace.perSecond.size(); second++) {
            int count = pace.perSecond.get(second);
            for (int i = 0; i < count; i++) {
                long due = start + second * NANOS + i * NANOS / count;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                while (published.get() - arrived.getAsLong() >= pace.window) {
                    if (System.nanoTime() >= end) {
                        return;
                    }
                    LockSupport.parkNanos(LOOK_NANOS);
                }
                publish(side.protocol().hasUrgent() && pace.isUrgent(i, count), due / 1000);
            }
        }
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Publishes as long as less than a window is on its way to the listeners. */
    void asFastAsHeard(int window, int seconds, LongSupplier arrived) {
        long end = System.nanoTime() + seconds * NANOS;
        while (System.nanoTime() < end) {
            if (published.get() - arrived.getAsLong() < window) {
                publish(false, FanoutMessage.nowMicros());
            } else {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private void publish(boolean urgent, long micros) {
        int number = published.incrementAndGet();
        socket.send(side.protocol().publication(number, urgent, FanoutMessage.of(urgent, micros)));
    }

    @Override
    public void close() {
        loop.close();
    }
}
