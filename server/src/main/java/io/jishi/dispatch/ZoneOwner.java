package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Timers;
import io.jishi.database.Leases;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts for a zone while this node owns it, one turn after the other: read what has changed, publish it, decide, commit
 * under the epoch. A turn starts when an event is announced, when an offer expires, and each second. After a fault the
 * next turn waits for the second to end and starts afresh from the database; a fence ends it all. Confined to the event loop on which it was started.
 */
final class ZoneOwner {
    private static final Logger LOG = LoggerFactory.getLogger(ZoneOwner.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int POLLS_PER_REBUILD = 30;
    private static final long TURN_SECONDS_MAX = 20;
    /** A courier silent for so long is looked up in the shared map: a nudge may have been lost. */
    private static final Duration QUIET = Duration.ofSeconds(5);

    private static final int QUIET_MAX = 200;
    /** Above so many pairs of delivery and courier, a plan is made off the event loop. */
    private static final long PAIRS_INLINE_MAX = 20_000;

    private final Desk desk;
    private final Leases.Lease lease;
    private final Runnable onLost;
    private final ZonePicture picture;
    private final ZoneFeed feed;
    private final ZoneCommits commits;
    private final Overdue overdue;
    private final Set<Id<Delivery>> alerted = new HashSet<>();
    private Nudges.@Nullable Subscription subscription;
    private Timers.@Nullable Timer pollTimer;
    private Timers.@Nullable Timer expiryTimer;
    private boolean closed;
    private boolean turning;
    private boolean again;
    private boolean rebuild = true;
    /** Until the next poll. */
    private boolean faulted;

    private int polls;

    /** What every owner on this node works with. */
    record Desk(
            Vertx vertx,
            Leases leases,
            Stores stores,
            Changes changes,
            Positions positions,
            Nudges nudges,
            io.jishi.realtime.Channels channels,
            Planner planner,
            TravelTimes travel,
            Limits limits,
            InstantSource clock,
            Timers timers) {}

    /**
     * Made on the event loop on which it then lives.
     *
     * @param onLost called when another node has taken the zone over
     */
    ZoneOwner(Desk desk, Leases.Lease lease, Runnable onLost) {
        this.desk = desk;
        this.lease = lease;
        this.onLost = onLost;
        this.picture = new ZonePicture(lease.key(), desk.travel(), desk.limits().handover());
        Context context = desk.vertx().getOrCreateContext();
        this.feed = new ZoneFeed(
                desk.leases(),
                lease,
                desk.stores(),
                desk.channels(),
                picture,
                this::wake,
                this::fault,
                task -> context.runOnContext(own -> task.run()));
        this.commits = new ZoneCommits(desk.leases(), lease, desk.stores(), desk.changes());
        this.overdue = new Overdue(desk.limits());
    }

    Leases.Lease lease() {
        return lease;
    }

    void start() {
        subscription = desk.nudges().listen(lease.key(), this::wake, this::moved);
        pollTimer = desk.timers().every(POLL, this::poll);
        wake();
    }

    /** Stops acting. A transaction under way may still commit: the epoch is this node's until the lease is released. */
    Future<Void> close() {
        closed = true;
        cancel(pollTimer);
        cancel(expiryTimer);
        return subscription == null ? Future.succeededFuture() : subscription.cancel();
    }

    private void poll() {
        Instant now = desk.clock().instant();
        faulted = false;
        feed.poll(now);
        rebuild |= ++polls % POLLS_PER_REBUILD == 0 || picture.hasRoomForMore();
        List<Id<Courier>> quiet = picture.quietSince(now.minus(QUIET), QUIET_MAX);
        if (!quiet.isEmpty()) {
            desk.positions().latest(quiet).onSuccess(found -> found.values().forEach(this::moved));
        }
        wake();
    }

    private void moved(CourierPosition position) {
        if (!closed && picture.move(position)) {
            feed.moved(position.courier(), desk.clock().instant());
        }
    }

    private void wake() {
        if (closed || faulted) {
            return;
        }
        if (turning) {
            again = true;
            return;
        }
        turning = true;
        again = false;
        Future.<Void>succeededFuture()
                .compose(start -> rebuild ? rebuild() : Future.succeededFuture())
                .compose(done -> takeIn())
                .compose(done -> act())
                .timeout(TURN_SECONDS_MAX, TimeUnit.SECONDS)
                .onComplete(this::turned);
    }

    private void turned(AsyncResult<Void> turn) {
        turning = false;
        if (turn.failed()) {
            fault(turn.cause());
            return;
        }
        if (again) {
            desk.vertx().runOnContext(next -> wake());
        } else {
            awaitExpiry();
        }
    }

    private void awaitExpiry() {
        cancel(expiryTimer);
        expiryTimer = picture.nextExpiry()
                .map(at -> Duration.between(desk.clock().instant(), at))
                .filter(wait -> wait.compareTo(POLL) < 0)
                .map(wait -> desk.timers().after(wait.isNegative() ? Duration.ZERO : wait, this::wake))
                .orElse(null);
    }

    private void fault(Throwable cause) {
        if (closed) {
            return;
        }
        if (cause instanceof Leases.Fenced) {
            onLost.run();
            return;
        }
        LOG.warn("event=dispatch-turn-failed zone={} reason={}", lease.key(), cause.toString());
        rebuild = true;
        faulted = true;
    }

    private Future<Void> rebuild() {
        rebuild = false;
        return desk.stores()
                .deliveries()
                .open(lease.key(), ZonePicture.DELIVERIES_MAX)
                .compose(deliveries -> desk.stores()
                        .couriers()
                        .onShift(lease.key(), ZonePicture.RIDERS_MAX)
                        .onSuccess(couriers -> picture.replace(deliveries, couriers)))
                .compose(done ->
                        desk.positions().latest(List.copyOf(picture.riders())).otherwise(Map.of()))
                .onSuccess(found -> found.values().forEach(picture::move))
                .mapEmpty();
    }

    /** Takes what has changed into the picture, and publishes it. */
    private Future<Void> takeIn() {
        return feed.next().compose(events -> {
            Set<Id<Delivery>> deliveries = new HashSet<>();
            Set<Id<Courier>> couriers = new HashSet<>();
            for (ZoneEvent event : events) {
                if (event.delivery() != null) {
                    deliveries.add(event.delivery());
                }
                if (event.courier() != null) {
                    couriers.add(event.courier());
                }
            }
            return read(deliveries, couriers).map(rows -> {
                feed.publish(
                        events, rows.deliveries(), rows.couriers(), desk.clock().instant());
                return null;
            });
        });
    }

    private record Rows(Map<Id<Delivery>, DeliveryRow> deliveries, Map<Id<Courier>, CourierRow> couriers) {}

    private Future<Rows> read(Collection<Id<Delivery>> deliveries, Collection<Id<Courier>> couriers) {
        Future<List<DeliveryRow>> first = desk.stores().deliveries().some(deliveries);
        Future<List<CourierRow>> second = desk.stores().couriers().some(couriers);
        return Future.all(first, second).map(all -> {
            Rows rows = new Rows(new HashMap<>(), new HashMap<>());
            for (DeliveryRow row : first.result()) {
                picture.put(row);
                rows.deliveries.put(row.id(), row);
            }
            for (CourierRow row : second.result()) {
                picture.put(row);
                rows.couriers.put(row.id(), row);
            }
            return rows;
        });
    }

    private Future<Void> act() {
        Instant now = desk.clock().instant();
        ZoneState state = picture.state();
        List<Decision> due = overdue.decisions(state, now);
        alert(due, now);
        return plan(state, now).compose(offers -> {
            ZoneCommits.Batch batch = ZoneCommits.Batch.of(due, offers);
            return batch.isEmpty()
                    ? Future.succeededFuture()
                    : commits.commit(batch, now).compose(changed -> settle(batch, changed));
        });
    }

    private Future<List<Decision.MakeOffer>> plan(ZoneState state, Instant now) {
        long pairs = (long) state.tasks().size() * state.riders().size();
        return pairs <= PAIRS_INLINE_MAX
                ? Future.succeededFuture(desk.planner().plan(state, now))
                : desk.vertx().executeBlocking(() -> desk.planner().plan(state, now));
    }

    /** The picture follows the commit at once: the next plan must not offer the same twice. */
    private Future<Void> settle(ZoneCommits.Batch batch, boolean changed) {
        again |= changed;
        batch.endShifts().forEach(courier -> desk.positions().forget(courier));
        return read(batch.deliveries(), batch.couriers()).mapEmpty();
    }

    private void alert(List<Decision> due, Instant now) {
        Set<Id<Delivery>> silent = new HashSet<>();
        for (Decision decision : due) {
            if (decision instanceof Decision.AlertSilence alert) {
                silent.add(alert.delivery());
                DeliveryRow row = picture.delivery(alert.delivery());
                CourierRow courier = picture.rider(alert.courier());
                if (alerted.add(alert.delivery()) && row != null && courier != null) {
                    feed.alert(new DispatchNotice.CourierSilent(
                            picture.view(courier), picture.view(row, now), alert.seenAt()));
                }
            }
        }
        alerted.retainAll(silent);
    }

    private static void cancel(Timers.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
