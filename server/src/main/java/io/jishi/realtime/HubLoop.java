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

    /** A stock change or an offer does not wait for the tick in which comments are joined. */
    private static final int URGENT_TICK_MILLIS = 5;

    final Loop loop;
    private final InstantSource clock;
    private final HubMeters meters;
    private final int tickMillis;
    private final Map<String, LoopChannel> channels = new HashMap<>();
    private final List<Audience> dirty = new ArrayList<>();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private List<Session> toFlush = new ArrayList<>();
    private List<Session> flushing = new ArrayList<>();
    private long lastFlushMillis;
    private long lastUrgentMillis;
    private boolean flushScheduled;
    private boolean urgentScheduled;
    private boolean sessionFlushScheduled;

    HubLoop(Loop loop, InstantSource clock, HubMeters meters, int tickMillis) {
        this.loop = loop;
        this.clock = clock;
        this.meters = meters;
        this.tickMillis = tickMillis;
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
        Audience audience = channels.computeIfAbsent(
                        subscription.channel.text(), c -> LoopChannel.of(subscription.rule.priority()))
                .of(subscription);
        send(audience, false);
        subscription.index = audience.subscriptions.size();
        audience.subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        LoopChannel channel = channels.get(subscription.channel.text());
        if (channel == null || subscription.index < 0) {
            return;
        }
        List<Subscription> subscriptions = channel.of(subscription).subscriptions;
        int last = subscriptions.size() - 1;
        Subscription moved = subscriptions.get(last);
        subscriptions.set(subscription.index, moved);
        moved.index = subscription.index;
        subscriptions.remove(last);
        subscription.index = -1;
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
        if (audience.subscriptions.isEmpty()) {
            return;
        }
        audience.pending.add(sample);
        if (!audience.isDirty) {
            audience.isDirty = true;
            dirty.add(audience);
        }
        if (audience.priority == Priority.HIGH) {
            scheduleUrgent();
        } else {
            scheduleFlush();
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
        send(channel.whole(), false);
        send(channel.sampled(), false);
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
            channel.whole().pending.clear();
            channel.sampled().pending.clear();
            channel.subscriptions()
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
        if (!flushScheduled) {
            flushScheduled = true;
            runAt(lastFlushMillis + tickMillis, this::flush);
        }
    }

    private void scheduleUrgent() {
        if (!urgentScheduled) {
            urgentScheduled = true;
            runAt(lastUrgentMillis + Math.min(tickMillis, URGENT_TICK_MILLIS), this::flushUrgent);
        }
    }

    private void runAt(long millis, Runnable task) {
        long wait = millis - clock.millis();
        if (wait <= 0) {
            loop.run(task);
        } else {
            loop.after(wait, task);
        }
    }

    private void flush() {
        flushScheduled = false;
        lastFlushMillis = clock.millis();
        List<Audience> due = List.copyOf(dirty);
        dirty.clear();
        send(due);
    }

    private void flushUrgent() {
        urgentScheduled = false;
        lastUrgentMillis = clock.millis();
        List<Audience> due = new ArrayList<>();
        dirty.removeIf(audience -> audience.priority == Priority.HIGH && due.add(audience));
        send(due);
    }

    private void send(List<Audience> due) {
        sessionFlushScheduled = true;
        due.stream().sorted(Audience.BY_PRIORITY).forEach(audience -> {
            audience.isDirty = false;
            send(audience, due.size() == 1);
        });
        flushSessions();
    }

    /** A socket that has room again while it is flushed says so at once: its session's turn is the next. */
    private void flushSessions() {
        List<Session> due = toFlush;
        toFlush = flushing;
        flushing = due;
        sessionFlushScheduled = false;
        due.forEach(Session::flush);
        due.clear();
    }

    /** @param alone whether nothing else is sent in this tick, so that each session is flushed while it is at hand */
    @SuppressWarnings("EnumOrdinal") // an index within this process only
    private void send(Audience audience, boolean alone) {
        if (audience.pending.isEmpty()) {
            return;
        }
        List<Sample> samples = List.copyOf(audience.pending);
        audience.pending.clear();
        List<Encoded> publications = common(samples);
        boolean isLeavingOut =
                samples.stream().anyMatch(sample -> !sample.leftOut().isEmpty());
        @Nullable Broadcast[] joined = new @Nullable Broadcast[FORMATS * RUNS];
        try {
            for (int i = audience.subscriptions.size() - 1; i >= 0; i--) {
                Subscription subscription = audience.subscriptions.get(i);
                if (subscription.aheadOffset() > 0 || (isLeavingOut && isAuthor(subscription, samples))) {
                    sendOwn(subscription, samples, alone);
                } else if (subscription.isLive()) {
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
            count(samples, publications.size(), audience.subscriptions.size());
        } finally {
            for (Broadcast message : joined) {
                if (message != null) {
                    message.release();
                }
            }
        }
    }

    private void count(List<Sample> samples, int publications, int subscriptions) {
        meters.delivered((long) publications * subscriptions);
        long leftOut = 0;
        for (Sample sample : samples) {
            leftOut += sample.leftOutCount();
        }
        if (leftOut > 0) {
            meters.dropped(HubMeters.Drop.SAMPLED, leftOut * subscriptions);
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

    /** Whether this subscriber is the author of something that is left out for the others. */
    private static boolean isAuthor(Subscription subscription, List<Sample> samples) {
        String author = subscription.session.author();
        return samples.stream().anyMatch(sample -> sample.leftOut().containsKey(author));
    }

    private static void sendOwn(Subscription subscription, List<Sample> samples, boolean alone) {
        List<Encoded> own = new ArrayList<>();
        for (Sample sample : samples) {
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
            Broadcast message = joined(own, subscription.session.format(), Run.PLAIN);
            try {
                subscription.session.push(subscription, message, own, alone);
            } finally {
                message.release();
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
