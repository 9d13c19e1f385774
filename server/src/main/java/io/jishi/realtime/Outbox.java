package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits for a connection that does not keep up. Bounded in bytes; what happens at the bound follows from the class
 * of the channel: the latest value of a key replaces the one before, samples are dropped and counted, anything else
 * means that the connection must be closed so that its client reconnects and recovers.
 */
final class Outbox {
    private final int bytesMax;
    private final Map<Object, Buffer> waiting = new LinkedHashMap<>();
    private long bytes;
    private long dropped;

    Outbox(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    private record LatestOf(String channel, String key) {}

    /** @return false where the bound is reached and nothing may be left out */
    boolean add(String channel, DeliveryClass deliveryClass, String key, Buffer message) {
        return switch (deliveryClass) {
            case LOSSLESS -> addReply(message);
            case SAMPLED -> {
                if (bytes + message.length() > bytesMax) {
                    dropped++;
                } else {
                    put(new Object(), message);
                }
                yield true;
            }
            case LATEST -> {
                LatestOf slot = new LatestOf(channel, key);
                Buffer replaced = waiting.remove(slot);
                if (replaced != null) {
                    bytes -= replaced.length();
                    dropped++;
                }
                put(slot, message);
                yield bytes <= bytesMax;
            }
        };
    }

    /** @return false where the bound is reached */
    boolean addReply(Buffer message) {
        put(new Object(), message);
        return bytes <= bytesMax;
    }

    private void put(Object slot, Buffer message) {
        waiting.put(slot, message);
        bytes += message.length();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** The oldest message, taken out. */
    Buffer take() {
        Iterator<Buffer> oldest = waiting.values().iterator();
        Buffer message = oldest.next();
        oldest.remove();
        bytes -= message.length();
        return message;
    }

    /** How many messages were left out since the last call. */
    long takeDropped() {
        long count = dropped;
        dropped = 0;
        return count;
    }
}
