package io.jishi.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an audience has to hear, joined into one message and on its way to one subscriber after the other. It may stop
 * between two of them: who comes meanwhile hears only what comes behind it, who goes is passed by, and nobody hears it
 * twice, whatever place in the audience he is moved to.
 */
final class Batch {
    /** What the publications of a tick are for a subscriber. */
    private enum Run {
        PLAIN,
        /** The first as a whole, the others as changes. */
        START,
        CHANGES;

        Encoded.Part part(int position) {
            return switch (this) {
                case PLAIN -> Encoded.Part.PLAIN;
                case START -> position == 0 ? Encoded.Part.WHOLE : Encoded.Part.CHANGE;
                case CHANGES -> Encoded.Part.CHANGE;
            };
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
    private static final int FORMATS = Format.values().length;
    private static final int RUNS = Run.values().length;
    private static final int LENGTH_BYTES_MAX = 5;

    private final Audience audience;
    private final List<Sample> samples;
    /** The number of the first sample, and that behind the last, in the count of all that the audience was to hear. */
    private final long first;

    private final long behind;
    private final boolean straight;
    private final List<Encoded> publications;
    private final boolean isLeavingOut;
    private final @Nullable Broadcast[] joined = new @Nullable Broadcast[FORMATS * RUNS];
    /** Those before this place have not heard it. */
    private int left;

    private int heardBy;

    /**
     * @param samples with the numbers before {@code behind}
     * @param straight whether each socket is written to at once, and not with the next flush of its session
     */
    Batch(Audience audience, List<Sample> samples, long behind, boolean straight) {
        this.audience = audience;
        this.samples = samples;
        this.behind = behind;
        this.first = behind - samples.size();
        this.straight = straight;
        this.publications = common(samples);
        this.isLeavingOut =
                samples.stream().anyMatch(sample -> !sample.leftOut().isEmpty());
        this.left = audience.subscriptions.size();
    }

    boolean isFor(Audience other) {
        return audience == other;
    }

    boolean isStraight() {
        return straight;
    }

    /**
     * Goes on.
     *
     * @param max to how many subscribers at most
     * @return to how many; fewer than that where it has reached everybody
     */
    int send(int max) {
        int sent = 0;
        while (sent < max && (left = Math.min(left, audience.subscriptions.size())) > 0) {
            left--;
            Subscription subscription = audience.subscriptions.get(left);
            long next = subscription.nextSample();
            if (next < behind) {
                subscription.nextSample(behind);
                sent++;
                send(subscription, next);
            }
        }
        heardBy += sent;
        return sent;
    }

    /** A fault of one is nobody else's; its client comes again, and recovers. */
    private void send(Subscription subscription, long next) {
        try {
            if (next > first) {
                sendOwn(subscription, samples.subList((int) (next - first), samples.size()));
            } else {
                send(subscription);
            }
        } catch (RuntimeException e) {
            LOG.error("event=not-sent connection={}", subscription.session.id(), e);
            subscription.session.close(DisconnectCode.SERVER_ERROR);
        }
    }

    @SuppressWarnings("EnumOrdinal") // an index within this process only
    private void send(Subscription subscription) {
        if (subscription.aheadOffset() > 0 || (isLeavingOut && isAuthor(subscription))) {
            sendOwn(subscription, samples);
        } else if (subscription.isLive()) {
            Format format = subscription.session.format();
            Run run = run(subscription);
            int index = format.ordinal() * RUNS + run.ordinal();
            Broadcast message = joined[index];
            if (message == null) {
                message = joined(publications, format, run);
                joined[index] = message;
            }
            subscription.session.push(subscription, message, publications, straight);
        } else {
            subscription.hold(publications);
        }
    }

    /** To be called once, whether it has reached everybody or not. */
    void end(HubMeters meters) {
        meters.delivered((long) publications.size() * heardBy);
        long leftOut = 0;
        for (Sample sample : samples) {
            leftOut += sample.leftOutCount();
        }
        if (leftOut > 0) {
            meters.dropped(HubMeters.Drop.SAMPLED, leftOut * heardBy);
        }
        for (Broadcast message : joined) {
            if (message != null) {
                message.release();
            }
        }
    }

    /** Whether this subscriber is the author of something that is left out for the others. */
    private boolean isAuthor(Subscription subscription) {
        String author = subscription.session.author();
        return samples.stream().anyMatch(sample -> sample.leftOut().containsKey(author));
    }

    private void sendOwn(Subscription subscription, List<Sample> heard) {
        List<Encoded> own = new ArrayList<>();
        for (Sample sample : heard) {
            List<Encoded> seen = sample.seenBy(subscription.session.author(), subscription.aheadOffset());
            long common = sample.common().getLast().publication.offset();
            long reached = Math.max(
                    subscription.aheadOffset(),
                    seen.isEmpty() ? 0 : seen.getLast().publication.offset());
            subscription.aheadOffset(reached > common ? reached : 0);
            own.addAll(seen);
        }
        if (!subscription.isLive()) {
            subscription.hold(own);
        } else if (!own.isEmpty()) {
            Broadcast message = joined(own, subscription.session.format(), run(subscription));
            try {
                subscription.session.push(subscription, message, own, straight);
            } finally {
                message.release();
            }
        }
    }

    private static List<Encoded> common(List<Sample> samples) {
        if (samples.size() == 1) {
            return samples.get(0).common();
        }
        List<Encoded> common = new ArrayList<>();
        samples.forEach(sample -> common.addAll(sample.common()));
        return common;
    }

    private static Run run(Subscription subscription) {
        if (!subscription.options().delta()) {
            return Run.PLAIN;
        }
        return subscription.hasBase() ? Run.CHANGES : Run.START;
    }

    /** The pushes as one message, in a direct buffer: sockets copy from any other kind. */
    private static Broadcast joined(List<Encoded> publications, Format format, Run run) {
        int length = 0;
        for (int i = 0; i < publications.size(); i++) {
            length += publications.get(i).push(format, run.part(i)).length() + LENGTH_BYTES_MAX;
        }
        ByteBuf joined = PooledByteBufAllocator.DEFAULT.directBuffer(length);
        for (int i = 0; i < publications.size(); i++) {
            format.codec.frame(joined, publications.get(i).push(format, run.part(i)));
        }
        return new Broadcast(joined);
    }
}
