package io.jishi.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop and their channels. Publications of a channel within one tick are joined into one
 * message, which goes to all its sessions as the same bytes, with one flush a session. Runs on its loop only.
 */
final class HubLoop {
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

    private static final int FORMATS = Format.values().length;
    private static final int RUNS = Run.values().length;

    private static final int SWEEP_MILLIS = 1_000;

    final Loop loop;
    private final InstantSource clock;
    private final HubMeters meters;
    private final int tickMillis;
    private final Map<String, LoopChannel> channels = new HashMap<>();
    private final List<LoopChannel> dirty = new ArrayList<>();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final List<Session> toFlush = new ArrayList<>();
    private long lastFlushMillis;
    private boolean flushScheduled;
    private boolean sessionFlushScheduled;

    HubLoop(Loop loop, InstantSource clock, HubMeters meters, int tickMillis) {
        this.loop = loop;
        this.clock = clock;
        this.meters = meters;
        this.tickMillis = tickMillis;
    }

    private static final class LoopChannel {
        final List<Subscription> subscriptions = new ArrayList<>();
        final List<Encoded> pending = new ArrayList<>();
        boolean isDirty;
    }

    void start() {
        loop.after(SWEEP_MILLIS, this::sweep);
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
        LoopChannel channel = channels.computeIfAbsent(subscription.channel.text(), c -> new LoopChannel());
        send(channel, false);
        subscription.index = channel.subscriptions.size();
        channel.subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        LoopChannel channel = channels.get(subscription.channel.text());
        if (channel == null || subscription.index < 0) {
            return;
        }
        int last = channel.subscriptions.size() - 1;
        Subscription moved = channel.subscriptions.get(last);
        channel.subscriptions.set(subscription.index, moved);
        moved.index = subscription.index;
        channel.subscriptions.remove(last);
        subscription.index = -1;
        if (channel.subscriptions.isEmpty()) {
            channels.remove(subscription.channel.text());
        }
    }

    void deliver(String channelName, List<Encoded> publications) {
        LoopChannel channel = channels.get(channelName);
        if (channel == null) {
            return;
        }
        channel.pending.addAll(publications);
        if (!channel.isDirty) {
            channel.isDirty = true;
            dirty.add(channel);
        }
        scheduleFlush();
    }

    /** Tells the subscribers that want to know that somebody came or went. */
    void moved(String channelName, Fanout.Move move) {
        LoopChannel channel = channels.get(channelName);
        if (channel == null) {
            return;
        }
        Map<Format, Buffer> pushes = new EnumMap<>(Format.class);
        for (Subscription subscription : List.copyOf(channel.subscriptions)) {
            if (subscription.isLive() && subscription.options().toldJoinLeave()) {
                Buffer push = pushes.computeIfAbsent(
                        subscription.session.format(), format -> format.codec.pushMove(channelName, move));
                subscription.session.pushMove(channelName, push);
            }
        }
    }

    /** Tells all subscribers of a channel here that its log was lost, so that they subscribe anew. */
    void insufficient(String channelName) {
        LoopChannel channel = channels.get(channelName);
        if (channel != null) {
            channel.pending.clear();
            List.copyOf(channel.subscriptions)
                    .forEach(s -> s.session.lapsed(s, UnsubscribeCode.INSUFFICIENT, DisconnectCode.INSUFFICIENT_STATE));
        }
    }

    /** Makes sure that what was written to a session leaves with the next flush. */
    void flushLater(Session session) {
        if (session.markForFlush()) {
            toFlush.add(session);
            if (!sessionFlushScheduled) {
                sessionFlushScheduled = true;
                loop.run(this::flushSessions);
            }
        }
    }

    private void scheduleFlush() {
        if (flushScheduled) {
            return;
        }
        flushScheduled = true;
        long wait = lastFlushMillis + tickMillis - clock.millis();
        if (wait <= 0) {
            loop.run(this::flush);
        } else {
            loop.after(wait, this::flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        lastFlushMillis = clock.millis();
        sessionFlushScheduled = true;
        for (LoopChannel channel : dirty) {
            channel.isDirty = false;
            send(channel, dirty.size() == 1);
        }
        dirty.clear();
        flushSessions();
    }

    private void flushSessions() {
        for (Session session : toFlush) {
            session.flush();
        }
        toFlush.clear();
        sessionFlushScheduled = false;
    }

    /** @param alone whether nothing else is sent in this tick, so that each session is flushed while it is at hand */
    @SuppressWarnings("EnumOrdinal") // an index within this process only
    private void send(LoopChannel channel, boolean alone) {
        if (channel.pending.isEmpty()) {
            return;
        }
        List<Encoded> publications = List.copyOf(channel.pending);
        channel.pending.clear();
        @Nullable Broadcast[] joined = new @Nullable Broadcast[FORMATS * RUNS];
        try {
            for (int i = channel.subscriptions.size() - 1; i >= 0; i--) {
                Subscription subscription = channel.subscriptions.get(i);
                if (subscription.isLive()) {
                    Format format = subscription.session.format();
                    Run run = run(subscription);
                    int index = format.ordinal() * RUNS + run.ordinal();
                    Broadcast message = joined[index];
                    if (message == null) {
                        message = joined(publications, format, run);
                        joined[index] = message;
                    }
                    subscription.session.push(subscription, message, publications, alone);
                } else {
                    subscription.hold(publications);
                }
            }
            meters.delivered((long) publications.size() * channel.subscriptions.size());
        } finally {
            for (Broadcast message : joined) {
                if (message != null) {
                    message.release();
                }
            }
        }
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

    private static final int LENGTH_BYTES_MAX = 5;
}
