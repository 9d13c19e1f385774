package io.jishi.realtime;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The seam behind the hub: the logs of all channels, kept for the whole cluster, and the way of a publication to the
 * nodes that have subscribers. Futures complete on no particular thread. One contract test runs against every
 * implementation.
 */
public interface Fanout {
    /**
     * Appends to a channel's log and, once that survives the death of any one node, sends the publications to every
     * node that has joined the channel, this one included.
     *
     * @param drafts at least one; they get consecutive offsets
     * @param sequence grows with each batch of this node on this channel; a batch that is carried out twice by a retry
     *     inside the cluster is appended once
     */
    Future<Appended> append(String channel, List<Draft> drafts, long sequence, ChannelRule rule);

    /** Makes this node one that hears the channel: every publication behind the returned position. */
    Future<Top> join(String channel, ChannelRule rule);

    Future<Void> leave(String channel, ChannelRule rule);

    /** What is kept of the log next to a position, oldest first. No more of it is read than is answered. */
    Future<Slice> read(String channel, Page page, ChannelRule rule);

    /** What is kept of the log behind an offset, at most {@code limitMax} publications, oldest first. */
    default Future<Slice> read(String channel, long behindOffset, int limitMax, ChannelRule rule) {
        return read(channel, Page.behind(behindOffset, limitMax), rule);
    }

    /** The newest publications of a log, oldest first. */
    default Future<Slice> latest(String channel, int limitMax, ChannelRule rule) {
        return read(channel, Page.before(Page.END, limitMax), rule);
    }

    /** Forgets the publications that are kept of a log; its epoch and offsets go on. */
    Future<Void> clear(String channel, ChannelRule rule);

    /**
     * Enters a client in a channel's presence, or takes over its new info.
     *
     * @return how many are there now
     */
    Future<Integer> enter(String channel, Attendee attendee, ChannelRule rule);

    /** @return how many are there still */
    Future<Integer> exit(String channel, String client);

    /** Who is in a channel. */
    Future<Presence> present(String channel);

    /** How many are in a channel: as {@link #present}, without the infos. */
    Future<Presence> headcount(String channel);

    /** Tells the nodes that hear a channel that somebody came or went. Nobody keeps it; on its way it may get lost. */
    Future<Void> tell(String channel, Move move, ChannelRule rule);

    /**
     * Sends a publication to the nodes that hear a channel. Nobody keeps it and it has no offset; on its way it may get
     * lost, and be overtaken.
     */
    Future<Void> pass(String channel, Draft draft, ChannelRule rule);

    /** By what name the others know this node. */
    String self();

    /**
     * Tells all other nodes which users have how many connections here. Fails where one of them has not heard it.
     *
     * @param whole whether these are all; else those that changed, with 0 for who is not to be named any more
     */
    Future<Void> crowd(boolean whole, Map<String, Integer> counts);

    /** Sets who is told of publications of joined channels, in order of offset as far as the way here keeps it. */
    void listen(Listener listener);

    /**
     * A publication before it has an offset.
     *
     * @param once when it is not appended, as it was before; such a one is the only one of its batch
     */
    record Draft(String key, Buffer data, @Nullable Buffer info, long timeMillis, Map<String, String> tags, Once once) {
        public Draft {
            tags = Map.copyOf(tags);
        }

        public Draft(String key, Buffer data, @Nullable Buffer info, long timeMillis) {
            this(key, data, info, timeMillis, Map.of(), Once.NEVER_MIND);
        }
    }

    /**
     * By what a publication is known to have been made, or overtaken, already.
     *
     * @param idempotencyKey another publication of the channel with this key, within five minutes, is the same one;
     *     empty for none
     * @param version grows from publication to publication; one that is not greater than the last is left out; 0 for none
     * @param versionEpoch versions of another epoch are compared with nothing
     */
    record Once(String idempotencyKey, long version, String versionEpoch) {
        public static final Once NEVER_MIND = new Once("", 0, "");

        public boolean matters() {
            return !idempotencyKey.isEmpty() || version > 0;
        }
    }

    /**
     * @param info the client info as JSON
     * @param told whether others are told that it comes and goes
     */
    record Attendee(String client, String user, Buffer info, boolean told) {}

    /**
     * Up to the channel's limit everybody is known by name, beyond it only counted, each as a user of its own.
     *
     * @param infos client infos by client; none where not everybody is known by name
     */
    record Presence(Map<String, Buffer> infos, int clients, int users) {}

    /**
     * Somebody's coming or going.
     *
     * @param info the client info as JSON
     */
    record Move(boolean came, Buffer info) {}

    /** @param nodes the nodes that had joined when it was appended */
    record Appended(String epoch, long firstOffset, Set<String> nodes) {}

    /** Where a log ends. An epoch names one life of the log: after a loss it begins anew with another epoch. */
    record Top(String epoch, long offset) {}

    /**
     * A part of a log.
     *
     * @param epoch where the log has another one, nothing of it is meant; empty for whichever
     * @param offset the publication next to it, which is not of it
     * @param backwards whether what comes before the offset is meant, rather than what comes behind it
     */
    record Page(String epoch, long offset, boolean backwards, int limitMax) {
        /** Behind every publication. */
        public static final long END = Long.MAX_VALUE;

        public static Page behind(long offset, int limitMax) {
            return new Page("", offset, false, limitMax);
        }

        public static Page before(long offset, int limitMax) {
            return new Page("", offset, true, limitMax);
        }

        public Page of(String wantedEpoch) {
            return new Page(wantedEpoch, offset, backwards, limitMax);
        }
    }

    /** @param complete whether nothing was left out between the asked offset and the first publication */
    record Slice(String epoch, long topOffset, boolean complete, List<Publication> publications) {}

    interface Listener {
        void published(String channel, String epoch, List<Publication> publications);

        void moved(String channel, Move move);

        /** A publication that has no offset. */
        void passed(String channel, Draft draft);

        /**
         * Clients went with a node that died; this node is the one to {@link #tell} of it. Completes once it has; where
         * it dies before, another one is asked to.
         *
         * @param size how many are in the channel still
         * @param infos of those of whose coming others were told
         */
        Future<Void> departed(String channel, int size, List<Buffer> infos);

        /** Another node has told which users have how many connections there. */
        void crowd(String node, boolean whole, Map<String, Integer> counts);

        /** A node is gone; what it told of itself counts no more. */
        void died(String node);

        /** A node has died: what it had appended but not yet sent must be fetched. */
        void membersChanged();
    }
}
