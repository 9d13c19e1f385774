package io.jishi.realtime;

import io.jishi.realtime.Fanout.Slice;
import io.jishi.realtime.NodeChannel.Cut;
import io.jishi.realtime.NodeChannel.View;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where subscriptions of a channel begin, and what those that come back have missed. Lives on the channel's home loop. */
final class Cuts implements NearPast.Source {
    private static final int TRIES_MAX = 100;
    private static final int PAUSE_MILLIS = 20;

    private final NodeChannel channel;
    private final ChannelRule rule;
    private final Fanout fanout;
    private final Loop home;
    private final @Nullable SampleFeed feed;
    private final HubMeters meters;
    private final NearPast past;

    /** @param feed of those who are sent a sample; null where all are sent everything */
    @SuppressWarnings("ThisEscapedInObjectConstruction") // the past asks nothing before somebody comes back
    Cuts(NodeChannel channel, ChannelRule rule, Fanout fanout, Loop home, @Nullable SampleFeed feed, HubMeters meters) {
        this.channel = channel;
        this.rule = rule;
        this.fanout = fanout;
        this.home = home;
        this.feed = feed;
        this.meters = meters;
        this.past = new NearPast(rule.historySize(), this);
    }

    /** @param since where the client stopped reading; null where it begins anew */
    Future<Cut> of(View view, Command.@Nullable Since since) {
        return of(view, since, 0);
    }

    private Future<Cut> of(View view, Command.@Nullable Since since, int tries) {
        if (since == null || !rule.hasHistory()) {
            return Future.succeededFuture(new Cut(channel.epoch(), reached(view), false, false, List.of()));
        }
        if (!since.epoch().isEmpty() && !since.epoch().equals(channel.epoch())) {
            return Future.succeededFuture(lost(view));
        }
        if (since.offset() > reached(view)) {
            return catchUp(view, since, tries);
        }
        return past.missed(since.offset(), () -> reached(view))
                .map(missed -> missed.isPresent() ? recovered(view, since.offset(), missed.get()) : lost(view));
    }

    /** The client has heard more than this node: wait for it, or the client would hear the difference twice. */
    private Future<Cut> catchUp(View view, Command.Since since, int tries) {
        if (tries >= TRIES_MAX) {
            return Future.succeededFuture(lost(view));
        }
        if (since.offset() > channel.delivered()) {
            channel.fill();
        }
        Promise<Void> paused = Promise.promise();
        home.after(PAUSE_MILLIS, paused::complete);
        return paused.future().compose(ignored -> of(view, since, tries + 1));
    }

    /** How far those are who look at the channel so. */
    private long reached(View view) {
        return view.sampled() && feed != null ? feed.through() : channel.delivered();
    }

    private Cut lost(View view) {
        return new Cut(channel.epoch(), reached(view), true, false, List.of());
    }

    private Cut recovered(View view, long offset, List<Encoded> missed) {
        List<Encoded> sent = view.sampled() && feed != null && !missed.isEmpty()
                ? feed.recovered(missed, offset, view.author())
                : missed;
        return new Cut(channel.epoch(), reached(view), true, true, sent);
    }

    /** Remembers a delivery for those who will come back. */
    void keep(Encoded delivered) {
        past.add(delivered);
    }

    /** Forgets what a client that comes back could be sent without asking the log. */
    void forgetPast() {
        past.clear();
    }

    @Override
    public Future<Slice> read(long behindOffset, int limitMax) {
        meters.readForReturning();
        Promise<Slice> onHome = Promise.promise();
        fanout.read(channel.name, behindOffset, limitMax, rule).onComplete(read -> home.run(() -> onHome.handle(read)));
        return onHome.future();
    }

    @Override
    public boolean isCurrent(Slice slice) {
        return slice.epoch().equals(channel.epoch());
    }

    @Override
    public long delivered() {
        return channel.delivered();
    }

    @Override
    public Encoded encoded(Publication publication, @Nullable Publication before) {
        return channel.encoded(publication, before);
    }
}
