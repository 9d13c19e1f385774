package io.jishi.core;

import java.time.InstantSource;

/**
 * Makes ids that grow with time: 41 bits of milliseconds since 2024-01-01, 10 bits of node number, 12 bits of counter.
 * The layout is that of Twitter's Snowflake. Thread-safe. Where the clock steps back, or more than 4,096 ids are taken
 * in one millisecond, the time part runs ahead of the clock, so an id is never given twice by one node.
 */
public final class Ids {
    private static final long EPOCH_MILLIS = 1_704_067_200_000L;
    private static final int COUNTER_BITS = 12;
    private static final int NODE_BITS = 10;
    public static final int NODE_NUMBERS = 1 << NODE_BITS;

    private final InstantSource clock;
    private final long nodeNumber;
    private long lastMillisAndCounter;

    /** @param nodeNumber 0 to 1,023, different for each node alive at the same time */
    public Ids(InstantSource clock, int nodeNumber) {
        if (nodeNumber < 0 || nodeNumber >= NODE_NUMBERS) {
            throw new IllegalArgumentException("node number out of range: " + nodeNumber);
        }
        this.clock = clock;
        this.nodeNumber = nodeNumber;
    }

    public synchronized <K> Id<K> next() {
        long now = (clock.millis() - EPOCH_MILLIS) << COUNTER_BITS;
        lastMillisAndCounter = Math.max(now, lastMillisAndCounter + 1);
        long millis = lastMillisAndCounter >>> COUNTER_BITS;
        long counter = lastMillisAndCounter & ((1 << COUNTER_BITS) - 1);
        return new Id<>((millis << (NODE_BITS + COUNTER_BITS)) | (nodeNumber << COUNTER_BITS) | counter);
    }
}
