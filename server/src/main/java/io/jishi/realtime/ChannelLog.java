package io.jishi.realtime;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one channel and the nodes that hear it: a plain state machine, the same in one process and on the
 * partition of a cluster. Whatever is not in its arguments (time, a new epoch) the caller passes in, so that a primary
 * and its backup stay equal. Not thread-safe.
 */
public final class ChannelLog {
    private final String epoch;
    private long topOffset;
    private final ArrayDeque<Publication> history = new ArrayDeque<>();
    private final Set<String> nodes = new HashSet<>();
    private final Map<String, LastBatch> lastBatches = new HashMap<>();
    private final Deeds deeds;

    /** The last batch that a node appended, by which a repeated one is recognised. */
    public record LastBatch(long sequence, long firstOffset) {}

    public ChannelLog(String epoch) {
        this.epoch = epoch;
        this.deeds = new Deeds();
    }

    /** As it was written on another node. */
    public ChannelLog(
            String epoch,
            long topOffset,
            List<Publication> history,
            Set<String> nodes,
            Map<String, LastBatch> lastBatches,
            Deeds deeds) {
        this.epoch = epoch;
        this.deeds = deeds;
        this.topOffset = topOffset;
        this.history.addAll(history);
        this.nodes.addAll(nodes);
        this.lastBatches.putAll(lastBatches);
    }

    public Fanout.Appended append(String node, long sequence, List<Fanout.Draft> drafts, ChannelRule rule) {
        LastBatch last = lastBatches.get(node);
        if (last != null && last.sequence() >= sequence) {
            return new Fanout.Appended(epoch, last.firstOffset(), Set.copyOf(nodes));
        }
        Optional<Long> done = deeds.before(drafts.getFirst(), topOffset);
        if (done.isPresent()) {
            return new Fanout.Appended(epoch, done.get(), Set.of());
        }
        long first = topOffset + 1;
        deeds.note(drafts.getFirst(), first);
        for (Fanout.Draft draft : drafts) {
            topOffset++;
            if (rule.hasHistory()) {
                history.addLast(Publication.of(topOffset, draft));
            }
        }
        while (history.size() > rule.historySize()) {
            history.removeFirst();
        }
        prune(drafts.get(drafts.size() - 1).timeMillis() - rule.historySeconds() * 1_000L);
        lastBatches.put(node, new LastBatch(sequence, first));
        return new Fanout.Appended(epoch, first, Set.copyOf(nodes));
    }

    private void prune(long oldestMillis) {
        while (!history.isEmpty() && history.getFirst().timeMillis() < oldestMillis) {
            history.removeFirst();
        }
    }

    /** Forgets what is kept, not where the log stands. */
    public void clear() {
        history.clear();
    }

    public Fanout.Top join(String node) {
        nodes.add(node);
        return new Fanout.Top(epoch, topOffset);
    }

    public void leave(String node) {
        nodes.remove(node);
    }

    /** Forgets a dead node. */
    public void forget(String node) {
        nodes.remove(node);
        lastBatches.remove(node);
    }

    /** @param oldestMillis of the history that counts; what was published before is too old */
    public Fanout.Slice read(Fanout.Page page, long oldestMillis) {
        ArrayDeque<Publication> slice = new ArrayDeque<>();
        if (page.epoch().isEmpty() || page.epoch().equals(epoch)) {
            if (page.backwards()) {
                gather(history.descendingIterator(), page, oldestMillis, slice::addFirst);
            } else {
                gather(history.iterator(), page, oldestMillis, slice::addLast);
            }
        }
        long oldest = slice.isEmpty() ? topOffset + 1 : slice.getFirst().offset();
        return new Fanout.Slice(epoch, topOffset, oldest == page.offset() + 1, List.copyOf(slice));
    }

    private static void gather(
            Iterator<Publication> from, Fanout.Page page, long oldestMillis, Consumer<Publication> to) {
        int left = page.limitMax();
        while (left > 0 && from.hasNext()) {
            Publication publication = from.next();
            boolean isMeant =
                    page.backwards() ? publication.offset() < page.offset() : publication.offset() > page.offset();
            if (isMeant && publication.timeMillis() >= oldestMillis) {
                to.accept(publication);
                left--;
            }
        }
    }

    public boolean isHeard() {
        return !nodes.isEmpty();
    }

    public String epoch() {
        return epoch;
    }

    public long topOffset() {
        return topOffset;
    }

    public List<Publication> history() {
        return List.copyOf(history);
    }

    public Set<String> nodes() {
        return Set.copyOf(nodes);
    }

    /** What was published once and is not to be published again. */
    public Deeds deeds() {
        return deeds;
    }

    public Map<String, LastBatch> lastBatches() {
        return Map.copyOf(lastBatches);
    }

    /** For tests: whether two logs would behave the same from now on. */
    boolean sameAs(@Nullable ChannelLog other) {
        return other != null
                && epoch.equals(other.epoch)
                && topOffset == other.topOffset
                && history().equals(other.history())
                && nodes.equals(other.nodes)
                && lastBatches.equals(other.lastBatches)
                && deeds.equals(other.deeds);
    }
}
