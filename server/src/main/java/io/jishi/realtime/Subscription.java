package io.jishi.realtime;

import io.jishi.realtime.HubLoop.Encoded;
import java.util.ArrayList;
import java.util.List;

/**
 * A session's place in a channel. Until its reply is on the way, publications behind the cut wait here, so that the
 * client sees the reply first and then everything behind it.
 */
final class Subscription {
    private static final int WAITING_MAX = 4_096;

    final Session session;
    final ChannelName channel;
    final ChannelRule rule;
    /** Where this stands in the channel's list of subscriptions on its loop; negative where it is in none. */
    int index = -1;

    private State state = new Waiting(new ArrayList<>());

    private sealed interface State permits Waiting, Live {}

    private record Waiting(List<Encoded> publications) implements State {}

    private record Live() implements State {}

    Subscription(Session session, ChannelName channel, ChannelRule rule) {
        this.session = session;
        this.channel = channel;
        this.rule = rule;
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

    /** The reply is out: from now on publications go straight to the session. */
    void goLive() {
        if (state instanceof Waiting waiting) {
            state = new Live();
            session.pushEach(this, waiting.publications());
        }
    }
}
