package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Timers;
import io.jishi.database.Leases.Fenced;
import io.jishi.database.Leases.Lease;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.shelves.ShelfRules.Decision;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the twins and alerts of one shard, on the one node that holds its lease. A round reads what was committed
 * since the last one, applies the rules, writes (at once where an alert changed, else every few seconds) and publishes.
 * Rounds never overlap. What is written names the lease's epoch; an owner that finds itself replaced forgets everything.
 */
final class ShardOwner {
    private static final Logger LOG = LoggerFactory.getLogger(ShardOwner.class);
    /** Above what one transaction can write. */
    static final int PAGE_MAX = 2 * ReportBatches.BATCH_MESSAGES_MAX;

    private static final Duration SAVE_EVERY = Duration.ofSeconds(5);
    /** News is told; what was told to nobody is found by looking, and so is silence. */
    private static final Duration LOOKED_EVERY = Duration.ofSeconds(5);

    private static final Duration SILENCE_CHECKED_EVERY = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN_MIN = Duration.ofMillis(20);
    private static final Duration LOOK_AGAIN_MAX = Duration.ofSeconds(1);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(1);
    private static final Duration RESTOCK_AFTER_FAULT = Duration.ofSeconds(30);
    private static final int DEADLINE_SECONDS = 10;

    /** What owners share. */
    record Tools(
            TelemetryStore telemetry,
            ShelfStore shelves,
            ShardStore shards,
            Twins twins,
            Channels channels,
            Restocking restocking,
            ShelfRules.Limits limits,
            Ids ids,
            InstantSource clock,
            Timers timers) {}

    private final int shard;
    private final Lease lease;
    private final Tools tools;
    private final Runnable onReplaced;

    // Touched by the round that runs, and by nothing else.
    private final Map<Id<Shelf>, ShelfState> states = new HashMap<>();
    private final Set<Id<Shelf>> unsaved = new LinkedHashSet<>();
    private final Set<Id<Shelf>> unpublished = new LinkedHashSet<>();
    private final List<Alert> changes = new ArrayList<>();
    private final Set<Id<Shelf>> low = new LinkedHashSet<>();
    private final Map<Id<Shelf>, Instant> restockNotBefore = new HashMap<>();
    private long cursor;
    /** Whether messages were read since the cursor was written: without any, an old one does as well. */
    private boolean hasRead;

    private Instant savedAt;
    private volatile Instant lookedAt = Instant.EPOCH;
    private Instant silenceCheckedAt = Instant.EPOCH;
    private Duration lookAgain = LOOK_AGAIN_MIN;
    private Instant listeningSince;
    private boolean caughtUp;

    // Guarded by this.
    private boolean running;
    private boolean wanted;
    private boolean closed;
    private long wantedTransaction;
    private Future<Void> round = Future.succeededFuture();

    ShardOwner(int shard, Lease lease, Tools tools, Runnable onReplaced) {
        this.shard = shard;
        this.lease = lease;
        this.tools = tools;
        this.onReplaced = onReplaced;
        savedAt = tools.clock().instant();
        listeningSince = savedAt;
    }

    Lease lease() {
        return lease;
    }

    /** Takes up what the owner before has written. */
    Future<Void> load() {
        return tools.shards()
                .cursor(shard)
                .compose(from -> {
                    cursor = from;
                    return tools.shelves().ofShard(shard);
                })
                .compose(found -> {
                    found.forEach(this::keep);
                    return tools.twins()
                            .put(found.stream().map(ShelfState::view).toList());
                })
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** There is news, written by that transaction. */
    void nudge(long writtenBy) {
        synchronized (this) {
            wantedTransaction = Math.max(wantedTransaction, writtenBy);
        }
        run();
    }

    /** Runs a round where there was none for a while. */
    void look() {
        if (!tools.clock().instant().isBefore(lookedAt.plus(LOOKED_EVERY))) {
            run();
        }
    }

    /** Runs a round, or another one behind the one that runs. */
    void run() {
        synchronized (this) {
            if (running || closed) {
                wanted = true;
                return;
            }
            running = true;
            wanted = false;
            round = Future.<Void>succeededFuture().compose(nothing -> round()).onComplete(done -> ended(done.cause()));
        }
    }

    /** Ends with the round that runs, and writes what it came to. */
    Future<Void> close() {
        Future<Void> last;
        synchronized (this) {
            closed = true;
            last = round;
        }
        return last.transform(done -> save(true)).timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private void ended(@Nullable Throwable fault) {
        boolean again;
        synchronized (this) {
            running = false;
            again = wanted || !caughtUp || cursor <= wantedTransaction;
            closed |= fault instanceof Fenced;
        }
        if (fault instanceof Fenced) {
            LOG.info("event=shard-lost shard={} epoch={}", shard, lease.epoch());
            onReplaced.run();
        } else if (fault != null) {
            LOG.warn("event=shard-round-failed shard={} fault={}", shard, fault.toString());
            listeningSince = tools.clock().instant();
            tools.timers().after(AFTER_FAULT, this::run);
        } else if (again) {
            tools.timers().after(lookAgain, this::run);
        }
    }

    private Future<Void> round() {
        lookedAt = tools.clock().instant();
        return tools.telemetry()
                .read(shard, cursor, PAGE_MAX)
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .compose(page -> known(page).map(page))
                .map(this::apply)
                .compose(applied -> save(!changes.isEmpty()))
                .compose(saved -> publish())
                .compose(published -> restock());
    }

    /** Fetches shelves that were registered meanwhile. */
    private Future<Void> known(TelemetryStore.Page page) {
        List<Id<Shelf>> unknown = page.messages().stream()
                .map(Telemetry::shelf)
                .filter(id -> !states.containsKey(id))
                .distinct()
                .toList();
        return unknown.isEmpty()
                ? Future.succeededFuture()
                : tools.shelves()
                        .all(unknown)
                        .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .map(found -> {
                            found.forEach(this::keep);
                            return null;
                        });
    }

    private boolean apply(TelemetryStore.Page page) {
        page.messages().stream()
                .sorted(Comparator.comparing(Telemetry::happenedAt).thenComparingLong(Telemetry::sequence))
                .forEach(message -> decide(
                        message.shelf(), shelf -> ShelfRules.read(shelf, message, tools.limits(), tools.ids()::next)));
        boolean moved = !page.messages().isEmpty();
        hasRead |= moved;
        lookAgain = moved ? LOOK_AGAIN_MIN : later(lookAgain);
        cursor = page.next();
        caughtUp = page.complete();
        Instant now = tools.clock().instant();
        if (caughtUp && !now.isBefore(silenceCheckedAt.plus(SILENCE_CHECKED_EVERY))) {
            silenceCheckedAt = now;
            List.copyOf(states.keySet())
                    .forEach(id -> decide(
                            id,
                            shelf -> ShelfRules.silent(shelf, now, listeningSince, tools.limits(), tools.ids()::next)));
        }
        return moved;
    }

    /** While a transaction of somebody else holds the reading up, it looks less and less often. */
    private static Duration later(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LOOK_AGAIN_MAX) < 0 ? twice : LOOK_AGAIN_MAX;
    }

    private void keep(ShelfState shelf) {
        Id<Shelf> id = shelf.row().id();
        states.put(id, shelf);
        if (shelf.isLow()) {
            low.add(id);
        } else {
            low.remove(id);
        }
    }

    private void decide(Id<Shelf> id, Function<ShelfState, Decision> rule) {
        ShelfState before = states.get(id);
        if (before == null) {
            return;
        }
        Decision decision = rule.apply(before);
        if (!decision.shelf().equals(before)) {
            keep(decision.shelf());
            unsaved.add(id);
            unpublished.add(id);
            changes.addAll(decision.changes());
        }
    }

    private Future<Void> save(boolean now) {
        boolean due = hasRead && !tools.clock().instant().isBefore(savedAt.plus(SAVE_EVERY));
        if (!now && !due) {
            return Future.succeededFuture();
        }
        List<ShelfState> twins = unsaved.stream().sorted().map(states::get).toList();
        List<Alert> alerts = List.copyOf(changes);
        long reached = cursor;
        return tools.shards().save(lease, shard, reached, twins, alerts).map(saved -> {
            unsaved.clear();
            hasRead = false;
            savedAt = tools.clock().instant();
            return null;
        });
    }

    /** Tells the cluster's map and the channels. What they did not take is told with the next change. */
    private Future<Void> publish() {
        List<ShelfState> changed = unpublished.stream().map(states::get).toList();
        List<Alert> alerts = List.copyOf(changes);
        unpublished.clear();
        changes.clear();
        if (changed.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Future<?>> told = new ArrayList<>();
        told.add(tools.twins().put(changed.stream().map(ShelfState::view).toList()));
        for (ShelfState shelf : changed) {
            told.add(tell(shelf, shelf.row().id().toString(), shelf.delta()));
        }
        for (Alert alert : alerts) {
            ShelfState shelf = states.get(alert.shelfId());
            if (shelf != null) {
                String key = alert.shelfId() + "/" + alert.kind().text() + "/"
                        + alert.key().slot();
                told.add(tell(shelf, key, new ShelfEvent.Alerted(alert)));
            }
        }
        return Future.join(told).timeout(DEADLINE_SECONDS, TimeUnit.SECONDS).transform(result -> {
            if (result.failed()) {
                LOG.warn(
                        "event=shelves-not-published shard={} fault={}",
                        shard,
                        result.cause().toString());
            }
            return Future.succeededFuture();
        });
    }

    private Future<?> tell(ShelfState shelf, String key, ShelfEvent event) {
        return Future.join(
                tools.channels().publishKeyed(ChannelName.shelf(shelf.row().id()), key, event),
                tools.channels().publishKeyed(ChannelName.shelves(shelf.row().group()), key, event));
    }

    /** Asks for what is low, each in a transaction of its own, so that one that cannot be served holds up no other. */
    private Future<Void> restock() {
        Instant now = tools.clock().instant();
        Future<Void> done = Future.succeededFuture();
        for (Id<Shelf> id : low) {
            ShelfState shelf = states.get(id);
            if (shelf != null
                    && ShelfRules.needsRestock(shelf, now, tools.limits())
                    && !now.isBefore(restockNotBefore.getOrDefault(id, Instant.MIN))) {
                done = done.compose(nothing -> restock(shelf, now));
            }
        }
        return done;
    }

    private Future<Void> restock(ShelfState shelf, Instant now) {
        Id<Shelf> id = shelf.row().id();
        return tools.shards()
                .fenced(
                        lease,
                        transaction -> tools.restocking()
                                .request(transaction, id, shelf.row().place()))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .compose(
                        asked -> {
                            keep(shelf.restockAsked(now));
                            unsaved.add(id);
                            restockNotBefore.remove(id);
                            return Future.<Void>succeededFuture();
                        },
                        fault -> {
                            if (fault instanceof Fenced) {
                                return Future.failedFuture(fault);
                            }
                            LOG.warn("event=restock-not-asked shelf={} fault={}", id, fault.toString());
                            restockNotBefore.put(id, now.plus(RESTOCK_AFTER_FAULT));
                            return Future.succeededFuture();
                        });
    }
}
