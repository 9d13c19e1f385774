package io.jishi.dispatch;

import io.jishi.core.Membership;
import io.jishi.core.Timers;
import io.jishi.database.Leases;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which zones this node owns. A vacant zone goes to the member that comes first for it by rendezvous hashing (Thaler and
 * Ravishankar, 1998), so that zones spread; where that member does not take it for some polls, any other does. A zone
 * that has an owner stays. Looks each second and at every change of the membership. Confined to one event loop.
 */
final class ZoneOwnership {
    private static final Logger LOG = LoggerFactory.getLogger(ZoneOwnership.class);
    private static final String KIND = "zone";
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int POLLS_OF_PATIENCE = 3;
    private static final int POLLS_PER_RELOAD = 30;

    private final ZoneOwner.Desk desk;
    private final Membership membership;
    private final Zones zones;
    private final Context context;
    private final Map<String, ZoneOwner> owned = new HashMap<>();
    private final Map<String, Integer> vacantPolls = new HashMap<>();
    private Timers.@Nullable Timer timer;
    private boolean checking;
    private boolean closed;
    private int polls;

    ZoneOwnership(ZoneOwner.Desk desk, Membership membership, Zones zones, Context context) {
        this.desk = desk;
        this.membership = membership;
        this.zones = zones;
        this.context = context;
    }

    /** @return done when every zone was looked at once */
    Future<Void> start() {
        membership.onChange(members -> context.runOnContext(change -> check()));
        timer = desk.timers().every(POLL, this::poll);
        return check();
    }

    /** Gives every zone back. */
    Future<Void> stop() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
        List<Future<Void>> released = new ArrayList<>();
        owned.values()
                .forEach(owner -> released.add(
                        owner.close().transform(done -> desk.leases().release(owner.lease()))));
        owned.clear();
        return Future.join(released).mapEmpty();
    }

    /** The zones that this node owns now. */
    Set<String> owned() {
        return Set.copyOf(owned.keySet());
    }

    private void poll() {
        if (++polls % POLLS_PER_RELOAD == 0) {
            zones.load().onFailure(fault -> LOG.warn("event=zones-not-read reason={}", fault.toString()));
        }
        check();
    }

    private Future<Void> check() {
        if (checking || closed) {
            return Future.succeededFuture();
        }
        checking = true;
        Future<Void> all = Future.succeededFuture();
        for (Zone zone : zones.all()) {
            all = all.compose(done -> check(zone.id()));
        }
        return all.onFailure(fault -> LOG.warn("event=zones-not-checked reason={}", fault.toString()))
                .onComplete(done -> checking = false);
    }

    private Future<Void> check(String zone) {
        return desk.leases().holder(KIND, zone).compose(holder -> {
            ZoneOwner owner = owned.get(zone);
            if (owner != null) {
                if (holder.filter(owner.lease()::equals).isEmpty()) {
                    lose(owner);
                }
                return Future.succeededFuture();
            }
            if (holder.filter(lease -> membership.members().contains(lease.node()))
                            .isPresent()
                    && !holder.get().node().equals(membership.self())) {
                vacantPolls.remove(zone);
                return Future.succeededFuture();
            }
            int vacant = vacantPolls.merge(zone, 1, Integer::sum);
            return first(zone) || vacant > POLLS_OF_PATIENCE ? take(zone) : Future.succeededFuture();
        });
    }

    private Future<Void> take(String zone) {
        return desk.leases().take(KIND, zone).map(lease -> {
            lease.ifPresent(this::own);
            return null;
        });
    }

    private void own(Leases.Lease lease) {
        vacantPolls.remove(lease.key());
        if (closed) {
            desk.leases().release(lease);
            return;
        }
        LOG.info("event=zone-taken zone={} epoch={}", lease.key(), lease.epoch());
        ZoneOwner owner = new ZoneOwner(desk, lease, () -> lose(lease.key()));
        owned.put(lease.key(), owner);
        owner.start();
    }

    private void lose(String zone) {
        Optional.ofNullable(owned.get(zone)).ifPresent(this::lose);
    }

    private void lose(ZoneOwner owner) {
        LOG.warn(
                "event=zone-lost zone={} epoch={}",
                owner.lease().key(),
                owner.lease().epoch());
        owned.remove(owner.lease().key());
        owner.close();
    }

    private boolean first(String zone) {
        return membership.members().stream()
                .max(Comparator.<String>comparingLong(member -> mix(member, zone))
                        .thenComparing(member -> member))
                .filter(membership.self()::equals)
                .isPresent();
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014) over both hashes. */
    private static long mix(String member, String zone) {
        long z = ((long) member.hashCode() << 32) ^ zone.hashCode();
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
