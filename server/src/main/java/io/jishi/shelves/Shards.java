package io.jishi.shelves;

import io.jishi.core.Membership;
import io.jishi.core.Rendezvous;
import io.jishi.core.Timers;
import io.jishi.database.Leases;
import io.jishi.database.Leases.Lease;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which shards this node owns. Every node reckons from the members which shards are its own, takes their leases, and
 * gives up those that are another's now; a dead node's are taken at once, a living node's when it lets go. Thread-safe.
 */
final class Shards {
    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);
    private static final String KIND = "shelf-shard";
    private static final Duration CHECKED_EVERY = Duration.ofSeconds(1);
    private static final int DEADLINE_SECONDS = 5;

    private final Leases leases;
    private final Membership membership;
    private final Timers timers;
    private final ShardOwner.Tools tools;
    private final Map<Integer, ShardOwner> owned = new HashMap<>();
    private Timers.@Nullable Timer timer;
    private boolean checking;
    private boolean wanted;
    private boolean stopped;

    Shards(Leases leases, Membership membership, Timers timers, ShardOwner.Tools tools) {
        this.leases = leases;
        this.membership = membership;
        this.timers = timers;
        this.tools = tools;
    }

    /** Succeeds also where a shard cannot be taken yet: amid the death of a node the next check takes it. */
    Future<Void> start() {
        membership.onChange(members -> check());
        timer = timers.every(CHECKED_EVERY, () -> {
            check();
            owned().forEach(ShardOwner::look);
        });
        return check().otherwiseEmpty();
    }

    /** Writes everything and lets go of all shards. */
    Future<Void> stop() {
        List<Future<Void>> released = new ArrayList<>();
        synchronized (this) {
            stopped = true;
            if (timer != null) {
                timer.cancel();
            }
            owned.values().forEach(owner -> released.add(release(owner)));
            owned.clear();
        }
        return Future.join(released).mapEmpty();
    }

    /** There is news in these shards. */
    void nudge(Set<Integer> shards, long writtenBy) {
        List<ShardOwner> nudged = new ArrayList<>();
        synchronized (this) {
            for (int shard : shards) {
                ShardOwner owner = owned.get(shard);
                if (owner != null) {
                    nudged.add(owner);
                }
            }
        }
        nudged.forEach(owner -> owner.nudge(writtenBy));
    }

    /** The owner found itself replaced. */
    synchronized void lost(int shard, Lease lease) {
        ShardOwner owner = owned.get(shard);
        if (owner != null && owner.lease().equals(lease)) {
            owned.remove(shard);
        }
    }

    synchronized Set<Integer> numbers() {
        return Set.copyOf(owned.keySet());
    }

    private synchronized List<ShardOwner> owned() {
        return List.copyOf(owned.values());
    }

    private Future<Void> check() {
        synchronized (this) {
            if (checking || stopped) {
                wanted = true;
                return Future.succeededFuture();
            }
            checking = true;
            wanted = false;
        }
        return leases.holders(KIND)
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .compose(this::check)
                .onComplete(done -> {
                    boolean again;
                    synchronized (this) {
                        checking = false;
                        again = wanted && !stopped;
                    }
                    if (done.failed()) {
                        LOG.warn(
                                "event=shards-not-checked fault={}",
                                done.cause().toString());
                    }
                    if (again) {
                        check();
                    }
                });
    }

    private Future<Void> check(Map<String, Lease> holders) {
        List<Future<Void>> checks = new ArrayList<>();
        for (int shard = 0; shard < ShelfRow.SHARDS; shard++) {
            checks.add(check(shard, holders.get(Integer.toString(shard))));
        }
        return Future.join(checks).mapEmpty();
    }

    private Future<Void> check(int shard, @Nullable Lease holder) {
        ShardOwner owner;
        synchronized (this) {
            owner = owned.get(shard);
        }
        boolean mine = Rendezvous.owns(membership.self(), membership.members(), shard);
        if (mine == (owner != null)) {
            return owner == null ? Future.succeededFuture() : verify(shard, owner, holder);
        }
        return owner == null ? take(shard) : giveUp(shard, owner);
    }

    private Future<Void> take(int shard) {
        return leases.take(KIND, Integer.toString(shard))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .compose(lease -> lease.isEmpty() ? Future.succeededFuture() : begin(shard, lease.get()));
    }

    private Future<Void> begin(int shard, Lease lease) {
        ShardOwner owner = new ShardOwner(shard, lease, tools, () -> lost(shard, lease));
        return owner.load().compose(loaded -> {
            synchronized (this) {
                if (stopped) {
                    return leases.release(lease);
                }
                owned.put(shard, owner);
            }
            LOG.info("event=shard-taken shard={} epoch={}", shard, lease.epoch());
            owner.run();
            return Future.succeededFuture();
        });
    }

    /** A node that stood still may have been replaced without having heard of it. */
    private Future<Void> verify(int shard, ShardOwner owner, @Nullable Lease holder) {
        if (!owner.lease().equals(holder)) {
            lost(shard, owner.lease());
            owner.close();
        }
        return Future.succeededFuture();
    }

    private Future<Void> giveUp(int shard, ShardOwner owner) {
        lost(shard, owner.lease());
        LOG.info("event=shard-given-up shard={} epoch={}", shard, owner.lease().epoch());
        return release(owner);
    }

    private Future<Void> release(ShardOwner owner) {
        return owner.close()
                .eventually(() -> leases.release(owner.lease()))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
