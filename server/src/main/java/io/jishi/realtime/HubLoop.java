package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sessions of one event loop and their channels. What is published goes out in {@link Rounds}: to all sessions as the
 * same bytes. Runs on its loop only.
 */
final class HubLoop {
    private static final int SWEEP_MILLIS = 1_000;

    final Loop loop;
    private final InstantSource clock;
    private final HubMeters meters;
    private final Rounds rounds;
    private final Map<String, LoopChannel> channels = new HashMap<>();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private List<Session> toFlush = new ArrayList<>();
    private List<Session> flushing = new ArrayList<>();
    private boolean flushScheduled;

    /**
     * @param tickMillis publications of a channel within this time are joined
     * @param slice how many sockets a broadcast is handed to before the loop turns to something else
     */
    HubLoop(Loop loop, InstantSource clock, HubMeters meters, int tickMillis, int slice) {
        this.loop = loop;
        this.clock = clock;
        this.meters = meters;
        this.rounds = new Rounds(loop, clock, meters, tickMillis, slice);
    }

    void start() {
        loop.after(SWEEP_MILLIS, this::sweep);
    }

    /** Lets go of what is on its way to sockets, as the loop is no more. */
    void forget() {
        rounds.forget();
    }

    private void sweep() {
        long now = clock.millis();
        List.copyOf(sessions).forEach(session -> session.sweep(now));
        loop.after(SWEEP_MILLIS, this::sweep);
    }

    void opened(Session session) {
        sessions.add(session);
    }

    void closed(Session session) {
        sessions.remove(session);
    }

    List<Session> sessions() {
        return List.copyOf(sessions);
    }

    void add(Subscription subscription) {
        channels.computeIfAbsent(subscription.channel.text(), c -> LoopChannel.of(subscription.rule.priority()))
                .of(subscription)
                .add(subscription);
    }

    void remove(Subscription subscription) {
        LoopChannel channel = channels.get(subscription.channel.text());
        if (channel == null || subscription.index < 0) {
            return;
        }
        channel.of(subscription).remove(subscription);
        if (channel.isEmpty()) {
            channels.remove(subscription.channel.text());
        }
    }

    void deliver(String channelName, List<Encoded> publications) {
        LoopChannel channel = channels.get(channelName);
        if (channel != null) {
            deliver(channel.whole(), new Sample(publications, Map.of()));
        }
    }

    /** To those who hear the sample only. */
    void deliver(String channelName, Sample sample) {
        LoopChannel channel = channels.get(channelName);
        if (channel != null) {
            deliver(channel.sampled(), sample);
        }
    }

    private void deliver(Audience audience, Sample sample) {
        if (!audience.subscriptions.isEmpty()) {
            audience.expect(sample);
            rounds.due(audience);
        }
    }

    /** Tells the subscribers that want to know that somebody came or went. */
    void moved(String channelName, Fanout.Move move) {
        LoopChannel channel = channels.get(channelName);
        if (channel == null) {
            return;
        }
        Map<Format, Buffer> pushes = new EnumMap<>(Format.class);
        for (Subscription subscription : channel.subscriptions()) {
            if (subscription.isLive() && subscription.options().toldJoinLeave()) {
                Buffer push = pushes.computeIfAbsent(
                        subscription.session.format(), format -> format.codec.pushMove(channelName, move));
                subscription.session.pushPassing(subscription, push);
            }
        }
    }

    /** Sends what no history keeps to those who keep up. */
    void passed(String channelName, Encoded publication) {
        LoopChannel channel = channels.get(channelName);
        if (channel == null) {
            return;
        }
        rounds.finish(channel.whole());
        rounds.finish(channel.sampled());
        for (Subscription subscription : channel.subscriptions()) {
            if (subscription.isLive()) {
                Encoded.Part part = subscription.options().delta() ? Encoded.Part.WHOLE : Encoded.Part.PLAIN;
                subscription.hasBase(false); // the next one cannot be a change to this
                subscription.session.pushPassing(subscription, publication.push(subscription.session.format(), part));
            }
        }
        meters.delivered(channel.subscriptions().size());
    }

    /** Tells all subscribers of a channel here that its log was lost, so that they subscribe anew. */
    void insufficient(String channelName) {
        LoopChannel channel = channels.get(channelName);
        if (channel != null) {
            channel.whole().forget();
            channel.sampled().forget();
            channel.subscriptions()
                    .forEach(s -> s.session.lapsed(s, UnsubscribeCode.INSUFFICIENT, DisconnectCode.INSUFFICIENT_STATE));
        }
    }

    /** Makes sure that what was written to a session leaves with the next flush. */
    void flushLater(Session session) {
        if (session.markForFlush() && !rounds.flush(session)) {
            toFlush.add(session);
            if (!flushScheduled) {
                flushScheduled = true;
                loop.run(this::flushSessions);
            }
        }
    }

    /** A socket that has room again while it is flushed says so at once: its session's turn is the next. */
    private void flushSessions() {
        List<Session> due = toFlush;
        toFlush = flushing;
        flushing = due;
        flushScheduled = false;
        due.forEach(Session::flush);
        due.clear();
    }
}
