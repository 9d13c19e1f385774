package io.jishi.realtime;

import io.jishi.core.BoundedMap;
import io.jishi.realtime.Fanout.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel on one node, on its home loop. It hears the cluster's publications, puts them in order of offset, fetches
 * what is missing from the log, and hands them to the loops that have subscribers. A cut (position, and what a
 * recovering client missed) is taken here, between two deliveries, so a subscription sees neither gap nor double.
 */
final class NodeChannel {
    private static final Logger LOG = LoggerFactory.getLogger(NodeChannel.class);
    private static final int AHEAD_BATCHES_MAX = 1_024;
    private static final int GAP_MILLIS = 20;
    private static final int RETRY_MILLIS = 200;
    /** Clients of whose going was told last; more than go with a node, where it is told at all. */
    private static final int GONE_MAX = 1_024;
    /** How often a gap that the log cannot fill any more is looked at again: the message may still be on its way. */
    private static final int GAP_TRIES_MAX = 20;

    /** Where a subscription begins. */
    record Cut(String epoch, long offset, boolean wasRecovering, boolean recovered, List<Encoded> publications) {}

    /**
     * How a subscriber looks at the channel.
     *
     * @param sampled whether it gets the sample that all viewers get, rather than everything
     * @param author as whom it is the author of publications, which it is sent in any case
     */
    record View(boolean sampled, String author) {}

    final String name;
    private final ChannelRule rule;
    private final Fanout fanout;
    private final Loop home;
    private final HubMeters meters;
    private final @Nullable SampleFeed feed;
    private final Map<HubLoop, Integer> subscribers = new HashMap<>();
    private final Cuts cuts;
    private final TreeMap<Long, List<Publication>> ahead = new TreeMap<>();
    private final Map<String, Boolean> gone = new BoundedMap<>(GONE_MAX);
    private @Nullable Publication last;
    private @Nullable Future<Void> joining;
    private boolean joined;
    private boolean filling;
    private int gapTries;
    private String epoch = "";
    private long delivered;

    NodeChannel(
            String name,
            ChannelRule rule,
            Fanout fanout,
            Loop home,
            InstantSource clock,
            int sampleMillis,
            HubMeters meters) {
        this.name = name;
        this.rule = rule;
        this.fanout = fanout;
        this.home = home;
        this.meters = meters;
        this.feed = rule.samplePerSecond() == 0
                ? null
                : new SampleFeed(rule.samplePerSecond(), sampleMillis, home, clock, this::deliverSample);
        this.cuts = new Cuts(this, rule, fanout, home, feed, meters);
    }

    int subscriberCount() {
        return subscribers.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean hasSubscribers() {
        return !subscribers.isEmpty();
    }

    /** Adds a subscription: {@code onCut} runs on the target's loop before anything behind the cut is delivered there. */
    void attach(
            HubLoop target,
            View view,
            Command.@Nullable Since since,
            Consumer<Cut> onCut,
            Consumer<Throwable> onFailure) {
        subscribers.merge(target, 1, Integer::sum);
        joined().compose(ignored -> cuts.of(view, since)).onComplete(cut -> {
            if (cut.succeeded()) {
                target.loop.run(() -> onCut.accept(cut.result()));
            } else {
                detach(target);
                target.loop.run(() -> onFailure.accept(cut.cause()));
            }
        });
    }

    void detach(HubLoop target) {
        subscribers.computeIfPresent(target, (t, count) -> count == 1 ? null : count - 1);
    }

    /** Completes on the home loop. */
    private Future<Void> joined() {
        Future<Void> underWay = joining;
        if (underWay != null) {
            return underWay;
        }
        Promise<Void> promise = Promise.promise();
        joining = promise.future();
        fanout.join(name, rule)
                .onComplete(top -> home.run(() -> {
                    if (top.succeeded()) {
                        epoch = top.result().epoch();
                        startAt(top.result().offset());
                        joined = true;
                        drainAhead();
                        promise.complete();
                    } else {
                        joining = null;
                        promise.fail(top.cause());
                    }
                }));
        return promise.future();
    }

    /** Forgets what a recovering client could be sent without asking the log. */
    void forgetPast() {
        cuts.forgetPast();
    }

    Future<Void> leave() {
        joined = false;
        return fanout.leave(name, rule);
    }

    private void startAt(long offset) {
        delivered = offset;
        if (feed != null) {
            feed.restart(offset);
        }
    }

    String epoch() {
        return epoch;
    }

    /** How far the channel was delivered here. */
    long delivered() {
        return delivered;
    }

    /** @param before the publication before it; null where that is not known */
    Encoded encoded(Publication publication, @Nullable Publication before) {
        boolean follows = rule.delta() && before != null && before.offset() + 1 == publication.offset();
        return new Encoded(name, publication, follows && before != null ? before.data() : null, rule.hasHistory());
    }

    private static List<Publication> behind(Iterable<Publication> publications, long offset) {
        List<Publication> behind = new ArrayList<>();
        for (Publication publication : publications) {
            if (publication.offset() > offset) {
                behind.add(publication);
            }
        }
        return behind;
    }

    /** Publications from the cluster; they may come twice, early or not at all. */
    void arrived(String fromEpoch, List<Publication> publications) {
        if (publications.isEmpty()) {
            return;
        }
        if (joined && !fromEpoch.equals(epoch)) {
            check();
            return;
        }
        if (ahead.size() >= AHEAD_BATCHES_MAX) {
            ahead.pollLastEntry();
        }
        ahead.merge(publications.get(0).offset(), publications, (a, b) -> a.size() >= b.size() ? a : b);
        if (joined) {
            drainAhead();
        }
    }

    /** Tells those here that want to know that somebody came or went. */
    void moved(Fanout.Move move) {
        String client = ClientInfo.of(move.info()).client();
        if (move.came()) {
            gone.remove(client);
        } else if (gone.put(client, true) != null) {
            return; // told already: by a node that died before it could note that it had
        }
        for (HubLoop target : subscribers.keySet()) {
            target.loop.run(() -> target.moved(name, move));
        }
    }

    /** A publication without an offset, for those who are here now. */
    void passed(Fanout.Draft draft) {
        Encoded encoded = new Encoded(name, Publication.of(0, draft), null, false);
        for (HubLoop target : subscribers.keySet()) {
            target.loop.run(() -> target.passed(name, encoded));
        }
    }

    private void drainAhead() {
        while (!ahead.isEmpty() && ahead.firstKey() <= delivered + 1) {
            deliver(behind(ahead.pollFirstEntry().getValue(), delivered));
        }
        if (!ahead.isEmpty() && !filling) {
            filling = true;
            home.after(GAP_MILLIS, () -> {
                filling = false;
                if (!ahead.isEmpty()) {
                    fill();
                }
            });
        }
    }

    private void deliver(List<Publication> publications) {
        if (publications.isEmpty()) {
            return;
        }
        List<Encoded> encoded = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            encoded.add(encoded(publication, last));
            if (rule.hasHistory()) {
                // Another object: what is sent now would otherwise be kept in memory in all its encodings.
                cuts.keep(encoded(publication, last));
            }
            last = rule.delta() ? publication : null;
        }
        delivered = publications.get(publications.size() - 1).offset();
        for (HubLoop target : subscribers.keySet()) {
            target.loop.run(() -> target.deliver(name, encoded));
        }
        if (feed != null) {
            feed.offer(encoded);
        }
    }

    private void deliverSample(Sample sample) {
        for (HubLoop target : subscribers.keySet()) {
            target.loop.run(() -> target.deliver(name, sample));
        }
    }

    /** Fetches what is missing behind the last delivery. */
    void fill() {
        if (filling || !joined) {
            return;
        }
        filling = true;
        long from = delivered;
        fanout.read(name, from, NearPast.MISSED_MAX, rule)
                .onComplete(read -> home.run(() -> {
                    filling = false;
                    if (read.failed()) {
                        home.after(RETRY_MILLIS, this::fill);
                    } else {
                        filled(read.result(), from);
                    }
                }));
    }

    private void filled(Slice slice, long from) {
        if (!slice.epoch().equals(epoch)) {
            check();
            return;
        }
        List<Publication> fetched = behind(slice.publications(), delivered);
        long next = fetched.isEmpty() ? slice.topOffset() + 1 : fetched.get(0).offset();
        gapTries = delivered == from ? gapTries : 0;
        if (next > delivered + 1) {
            if (gapTries++ < GAP_TRIES_MAX) {
                home.after(RETRY_MILLIS, this::fill);
                return;
            }
            skipped(next - delivered - 1);
            delivered = next - 1;
            if (feed != null) {
                feed.skipped(delivered);
            }
        }
        gapTries = 0;
        if (!fetched.isEmpty()) {
            meters.gapFilled();
            deliver(behind(fetched, delivered));
        }
        drainAhead();
    }

    /** Publications that no log has any more. */
    private void skipped(long count) {
        meters.dropped(HubMeters.Drop.GAP_SKIPPED, count);
        LOG.warn("event=gap-skipped channel={} count={}", name, count);
        if (rule.deliveryClass() == DeliveryClass.LOSSLESS) {
            tellInsufficient();
        }
    }

    private void tellInsufficient() {
        for (HubLoop target : List.copyOf(subscribers.keySet())) {
            target.loop.run(() -> target.insufficient(name));
        }
    }

    /** Compares this node's place with the log, and makes sure that the log knows of this node. */
    void check() {
        if (!joined) {
            return;
        }
        fanout.join(name, rule)
                .onComplete(top -> home.run(() -> {
                    if (top.failed() || !joined) {
                        return;
                    }
                    if (!top.result().epoch().equals(epoch)) {
                        LOG.warn("event=epoch-changed channel={}", name);
                        epoch = top.result().epoch();
                        startAt(top.result().offset());
                        last = null;
                        cuts.forgetPast();
                        ahead.clear();
                        tellInsufficient();
                    } else if (top.result().offset() > delivered) {
                        fill();
                    }
                }));
    }
}
