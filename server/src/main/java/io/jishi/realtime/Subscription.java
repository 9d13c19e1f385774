package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session's place in a channel. Until its reply is on the way, publications behind the cut wait here, so that the
 * client sees the reply first and then everything behind it; so do further commands about the channel, so that they are
 * carried out in the order in which they came.
 */
final class Subscription {
    private static final int WAITING_MAX = 4_096;
    private static final int COMMANDS_MAX = 256;

    final Session session;
    final ChannelName channel;
    final ChannelRule rule;
    /** Whether the server subscribed the client by itself. Such a subscription cannot be taken up anew by the client. */
    final boolean serverSide;
    /** Where this stands in the channel's list of subscriptions on its loop; negative where it is in none. */
    int index = -1;

    private SubscriptionOptions options = SubscriptionOptions.NONE;
    private @Nullable Instant expiresAt;
    private @Nullable Buffer info;
    private @Nullable Buffer entered;
    private boolean hasBase;
    private long aheadOffset;
    private long nextSample;
    private State state;

    private sealed interface State permits Waiting, Live {}

    private record Waiting(List<Encoded> publications, HeldCommands commands) implements State {}

    private record Live() implements State {}

    Subscription(Session session, ChannelName channel, ChannelRule rule, boolean serverSide) {
        this.session = session;
        this.channel = channel;
        this.rule = rule;
        this.serverSide = serverSide;
        this.state = new Waiting(new ArrayList<>(), new HeldCommands(session, COMMANDS_MAX));
    }

    /** Decides how it is carried out, before it begins. */
    void settle(SubscriptionOptions chosen, ChannelTerms terms) {
        options = chosen;
        renew(terms);
    }

    /** Takes over what a new token says of expiry and info. */
    void renew(ChannelTerms terms) {
        expiresAt = terms.expiresAt();
        info = terms.info() == null ? null : Buffer.buffer(terms.info());
    }

    SubscriptionOptions options() {
        return options;
    }

    @Nullable
    Instant expiresAt() {
        return expiresAt;
    }

    /** What others see of the subscriber in this channel, as JSON. */
    @Nullable
    Buffer info() {
        return info;
    }

    /** Whether the client has been sent the publication before the next one, so that the next may be a change to it. */
    boolean hasBase() {
        return hasBase;
    }

    void hasBase(boolean now) {
        hasBase = now;
    }

    /** What the subscriber is to be sent of the channel. */
    NodeChannel.View view() {
        return new NodeChannel.View(isSampled(), session.author());
    }

    /** Whether it gets the sample that all viewers get. */
    boolean isSampled() {
        return !options.all() && rule.samplePerSecond() > 0;
    }

    /** What becomes of publications that the subscriber is too slow for. */
    DeliveryClass deliveryClass() {
        return options.all() && rule.deliveryClass() == DeliveryClass.SAMPLED
                ? DeliveryClass.LOSSLESS
                : rule.deliveryClass();
    }

    /** Where the subscriber is by own publications that were left out for others; 0 where it is as far as they are. */
    long aheadOffset() {
        return aheadOffset;
    }

    void aheadOffset(long offset) {
        aheadOffset = offset;
    }

    /** The number of the next sample that it is to hear, in the count of its {@link Audience}. */
    long nextSample() {
        return nextSample;
    }

    void nextSample(long number) {
        nextSample = number;
    }

    /** Remembers as what it is entered in the channel's presence. */
    void entered(Buffer as) {
        entered = as;
    }

    /** As what it is entered in the channel's presence; null where it is not. */
    @Nullable
    Buffer entered() {
        return entered;
    }

    boolean isLive() {
        return state instanceof Live;
    }

    /** Keeps publications until the reply is out; closes the session where it takes too long. */
    void hold(List<Encoded> publications) {
        if (state instanceof Waiting waiting) {
            waiting.publications().addAll(publications);
            if (waiting.publications().size() > WAITING_MAX) {
                session.close(DisconnectCode.SLOW);
            }
        }
    }

    /** Keeps a command about the channel until the reply is out. */
    void hold(Command command) {
        if (state instanceof Waiting waiting) {
            waiting.commands().add(command);
        }
    }

    /** Whether a command about the channel waits. */
    boolean holdsCommands() {
        return state instanceof Waiting waiting && !waiting.commands().isEmpty();
    }

    /** The reply is out: from now on publications go straight to the session. */
    void goLive() {
        if (state instanceof Waiting waiting) {
            state = new Live();
            session.pushEach(this, waiting.publications());
            waiting.commands().carryOut();
        }
    }

    /** It came to nothing. What waited is carried out all the same. */
    void fail() {
        session.drop(this);
        carryOutHeld();
    }

    /** Where it is over before it was live. */
    void carryOutHeld() {
        if (state instanceof Waiting waiting) {
            waiting.commands().carryOut();
        }
    }
}
