package io.jishi.realtime;

import io.jishi.realtime.Encoded.Part;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a connection that does not keep up. Replies go first, then publications by the priority of their
 * channels; those of one channel keep their order. Bounded in bytes; what happens at the bound follows from the class of
 * the channel: the latest value of a key replaces the one before, of samples the oldest are dropped and counted in the
 * next one, anything else means that the connection must be closed so that its client reconnects and recovers.
 */
final class Outbox {
    private static final int LANES = Priority.values().length + 1;
    private static final int REPLIES = 0;

    private final int bytesMax;
    private final @Nullable Lane[] lanes = new @Nullable Lane[LANES];
    private Map<String, Long> gaps = Map.of();
    private int messages;
    private long bytes;
    private long conflated;
    private long leftOut;

    Outbox(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    private record LatestOf(String channel, String key) {}

    /**
     * @param channel empty for a reply
     * @param sample what may be dropped; null for what may not
     */
    private record Entry(
            String channel, Buffer message, @Nullable Encoded sample, Format format) {}

    private static final class Lane {
        final Map<Object, Entry> waiting = new LinkedHashMap<>();
        int samples;
    }

    /** @return false where the bound is reached and nothing may be left out */
    boolean add(Subscription subscription, Encoded publication, Format format, Part part) {
        String channel = subscription.channel.text();
        Lane lane = lane(subscription.rule.priority());
        Buffer message = publication.push(format, part);
        return switch (subscription.deliveryClass()) {
            case LOSSLESS -> {
                put(lane, new Object(), new Entry(channel, message, null, format));
                yield fits();
            }
            case SAMPLED -> {
                put(lane, new Object(), new Entry(channel, message, publication, format));
                fits();
                yield true;
            }
            case LATEST -> {
                LatestOf slot = new LatestOf(channel, publication.publication.key());
                if (remove(lane, slot)) {
                    conflated++;
                }
                put(lane, slot, new Entry(channel, message, null, format));
                yield fits();
            }
        };
    }

    /** @return false where the bound is reached */
    boolean addReply(Buffer message) {
        put(lane(REPLIES), new Object(), new Entry("", message, null, Format.JSON));
        return fits();
    }

    /** Adds what nobody keeps, where there is room for it. */
    void addPassing(Subscription subscription, Buffer message) {
        if (bytes + message.length() <= bytesMax) {
            put(
                    lane(subscription.rule.priority()),
                    new Object(),
                    new Entry(subscription.channel.text(), message, null, Format.JSON));
        }
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object only
    private Lane lane(Priority priority) {
        return lane(1 + priority.ordinal());
    }

    private Lane lane(int index) {
        Lane lane = lanes[index];
        if (lane == null) {
            lane = new Lane();
            lanes[index] = lane;
        }
        return lane;
    }

    private void put(Lane lane, Object slot, Entry entry) {
        lane.waiting.put(slot, entry);
        lane.samples += entry.sample == null ? 0 : 1;
        messages++;
        bytes += entry.message.length();
    }

    private boolean remove(Lane lane, Object slot) {
        Entry entry = lane.waiting.remove(slot);
        if (entry != null) {
            removed(lane, entry);
        }
        return entry != null;
    }

    private void removed(Lane lane, Entry entry) {
        lane.samples -= entry.sample == null ? 0 : 1;
        messages--;
        bytes -= entry.message.length();
    }

    /** Drops samples, the oldest of the lowest priority first, until the rest is within the bound; false where it is not. */
    private boolean fits() {
        for (int index = LANES - 1; index > REPLIES && bytes > bytesMax; index--) {
            Lane lane = lanes[index];
            Iterator<Entry> oldest = lane == null ? null : lane.waiting.values().iterator();
            while (lane != null && oldest != null && lane.samples > 0 && bytes > bytesMax) {
                Entry entry = oldest.next();
                Encoded sample = entry.sample;
                if (sample != null) {
                    oldest.remove();
                    removed(lane, entry);
                    leftOut++;
                    addGap(entry.channel, 1 + sample.leftOut());
                }
            }
        }
        return bytes <= bytesMax;
    }

    private void addGap(String channel, long count) {
        if (gaps.isEmpty()) {
            gaps = new HashMap<>();
        }
        gaps.merge(channel, count, Long::sum);
    }

    /** Whether no message waits. */
    boolean isEmpty() {
        return messages == 0;
    }

    /** Whether the reader has missed something of a channel that it has not been told of. */
    boolean owesGap(String channel) {
        return !gaps.isEmpty() && gaps.containsKey(channel);
    }

    long bytes() {
        return bytes;
    }

    /** The next message, taken out. */
    Buffer take() {
        for (Lane lane : lanes) {
            if (lane != null && !lane.waiting.isEmpty()) {
                Iterator<Entry> oldest = lane.waiting.values().iterator();
                Entry entry = oldest.next();
                oldest.remove();
                removed(lane, entry);
                return message(entry);
            }
        }
        throw new IllegalStateException("nothing waits");
    }

    private Buffer message(Entry entry) {
        Encoded sample = entry.sample;
        Long gap = sample == null || gaps.isEmpty() ? null : gaps.remove(entry.channel);
        return sample == null || gap == null
                ? entry.message
                : sample.leftOut(sample.leftOut() + gap).push(entry.format, Part.PLAIN);
    }

    /** Drops what waits of a channel that the reader does not hear any more: it would come behind what ended it. */
    void forget(String channel) {
        if (messages > 0) {
            for (Lane lane : lanes) {
                if (lane != null) {
                    lane.waiting.values().removeIf(entry -> {
                        boolean isOfIt = entry.channel.equals(channel);
                        if (isOfIt) {
                            removed(lane, entry);
                        }
                        return isOfIt;
                    });
                }
            }
        }
        if (!gaps.isEmpty()) {
            gaps.remove(channel);
        }
    }

    /** How many values were replaced by later ones since the last call. */
    long takeConflated() {
        long count = conflated;
        conflated = 0;
        return count;
    }

    /** How many samples were dropped since the last call. */
    long takeLeftOut() {
        long count = leftOut;
        leftOut = 0;
        return count;
    }
}
