package io.jishi.realtime;

import io.jishi.realtime.Fanout.Slice;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a channel said lately, for clients that come back: what was delivered on this node, and what the log was asked for
 * where the node began to hear the channel only after a client had left it. When a node dies, thousands come back to
 * channels that the others may not have heard so far: the log is read once for all of them. Lives on the channel's home
 * loop.
 */
final class NearPast {
    /** How many publications a client may have missed, beyond those that are kept here. */
    static final int MISSED_MAX = 4_096;

    private static final int KEPT_MAX = 1_024;
    /** A read begins so much before the place of who needs it: those who were cut off with it stopped a little earlier. */
    private static final int MARGIN = 64;

    private static final int TRIES_MAX = 100;

    private final int keptMax;
    private final Source source;
    private final ArrayDeque<Encoded> kept = new ArrayDeque<>();
    private @Nullable Read underWay;
    /** The log was seen to begin here, and will not reach back further: who has missed more is not looked for again. */
    private long beginning;

    /** The channel, as far as it is needed here. */
    interface Source {
        /** Reads the log; completes on the home loop. */
        Future<Slice> read(long behindOffset, int limitMax);

        /** Whether a slice is of the log that is heard now. */
        boolean isCurrent(Slice slice);

        /** How far the channel was delivered here. */
        long delivered();

        /** @param before the publication before it; null where that is not known */
        Encoded encoded(Publication publication, @Nullable Publication before);
    }

    /** A read of the log. It brings no more than {@code limitMax} publications, so it may end before the log does. */
    private static final class Read {
        final long from;
        final int limitMax;
        final Future<Slice> slice;

        Read(long from, int limitMax, Future<Slice> slice) {
            this.from = from;
            this.limitMax = limitMax;
            this.slice = slice;
        }

        /** Whether it brings what a read for this place would bring. */
        boolean serves(long offset, long delivered) {
            return from <= offset && (offset - from <= MARGIN || from + limitMax >= delivered);
        }

        boolean isCut() {
            return slice.result().publications().size() >= limitMax;
        }
    }

    /** @param historySize how many publications the log keeps */
    NearPast(int historySize, Source source) {
        this.keptMax = Math.min(KEPT_MAX, historySize);
        this.source = source;
    }

    void add(Encoded delivered) {
        kept.addLast(delivered);
        while (kept.size() > keptMax) {
            kept.removeFirst();
        }
    }

    /** Forgets all, and what a read that is under way will bring. */
    void clear() {
        kept.clear();
        underWay = null;
        beginning = 0;
    }

    /**
     * All publications behind a client's place.
     *
     * @param end how far those are who listen; it may move on while the log is read
     * @return empty where the log has not all of them any more
     */
    Future<Optional<List<Encoded>>> missed(long offset, LongSupplier end) {
        return missed(offset, end, 0);
    }

    private Future<Optional<List<Encoded>>> missed(long offset, LongSupplier end, int tries) {
        List<Encoded> near = between(offset, end.getAsLong());
        if (offset == end.getAsLong() || begins(near, offset)) {
            return Future.succeededFuture(Optional.of(near));
        }
        if (offset + 1 < beginning) {
            return Future.succeededFuture(Optional.empty());
        }
        Read read = read(offset);
        return read.slice.compose(slice -> fromLog(read, slice, offset, end, tries));
    }

    private static boolean begins(List<Encoded> run, long offset) {
        return !run.isEmpty() && run.getFirst().publication.offset() == offset + 1;
    }

    /** What is kept behind an offset, up to another: the same objects for all that come back, encoded once. */
    private List<Encoded> between(long offset, long end) {
        List<Encoded> between = new ArrayList<>();
        for (Encoded each : kept) {
            if (each.publication.offset() > offset && each.publication.offset() <= end) {
                between.add(each);
            }
        }
        return between;
    }

    private Future<Optional<List<Encoded>>> fromLog(Read read, Slice slice, long offset, LongSupplier end, int tries) {
        if (!source.isCurrent(slice)) {
            return Future.succeededFuture(Optional.empty());
        }
        long next = firstBehind(slice, offset);
        if (next > offset + 1) {
            beginning = Math.max(beginning, next);
            return Future.succeededFuture(Optional.empty());
        }
        long endNow = end.getAsLong();
        List<Encoded> missed = between(offset, endNow);
        if (!begins(missed, offset)) {
            missed = encoded(slice, offset, endNow);
            missed.addAll(between(
                    missed.isEmpty() ? offset : missed.getLast().publication.offset(), endNow));
        }
        boolean whole = missed.isEmpty()
                ? offset == endNow
                : missed.getLast().publication.offset() == endNow && missed.size() == endNow - offset;
        if (!whole && tries < TRIES_MAX && !read.isCut()) {
            return missed(offset, end, tries + 1);
        }
        return Future.succeededFuture(whole ? Optional.of(missed) : Optional.empty());
    }

    /** The first offset behind another one that the log still has, or will have. */
    private static long firstBehind(Slice slice, long offset) {
        for (Publication publication : slice.publications()) {
            if (publication.offset() > offset) {
                return publication.offset();
            }
        }
        return slice.topOffset() + 1;
    }

    private List<Encoded> encoded(Slice slice, long offset, long end) {
        List<Encoded> encoded = new ArrayList<>();
        Publication before = null;
        for (Publication publication : slice.publications()) {
            if (publication.offset() > offset && publication.offset() <= end) {
                encoded.add(source.encoded(publication, before));
            }
            before = publication;
        }
        return encoded;
    }

    /** A read of what is behind an offset, and of a little before it: the one under way where that serves. */
    private Read read(long offset) {
        Read shared = underWay;
        if (shared != null && shared.serves(offset, source.delivered())) {
            return shared;
        }
        long from = Math.max(0, offset - MARGIN);
        int limitMax = MISSED_MAX + (int) (offset - from);
        Read read = new Read(from, limitMax, source.read(from, limitMax));
        underWay = read;
        read.slice.onComplete(done -> {
            if (underWay == read) {
                underWay = null;
                if (done.succeeded() && source.isCurrent(done.result())) {
                    precede(encoded(done.result(), from, source.delivered()));
                }
            }
        });
        return read;
    }

    /** Puts what was read before what is kept, as far as it joins on and there is room. */
    private void precede(List<Encoded> earlier) {
        long next = kept.isEmpty()
                ? source.delivered()
                : kept.getFirst().publication.offset() - 1;
        for (Encoded each : earlier.reversed()) {
            if (kept.size() == keptMax) {
                return;
            }
            if (each.publication.offset() == next) {
                kept.addFirst(each);
                next--;
            }
        }
    }
}
