package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Membership;
import io.jishi.core.Rendezvous;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many watch each room. Every node keeps one entry of its own counts in a map of the cluster and reads those of the
 * live nodes, once a second; so each knows every room's sum, a dead node's viewers leave with it, and the node that has
 * the room's chores publishes what changed. Thread-safe.
 */
final class Viewers {
    private static final Logger LOG = LoggerFactory.getLogger(Viewers.class);
    private static final int ROOMS_MAX = 10_000;
    private static final int DEADLINE_MILLIS = 2_000;
    private static final int KEPT_MILLIS = 30_000;
    private static final int WRITE_EVERY_TICKS = 10;

    private final Vertx vertx;
    private final Channels channels;
    private final Membership membership;
    private final ConcurrentHashMap<Id<Room>, Integer> own = new ConcurrentHashMap<>();
    private final Map<Id<Room>, Integer> published = new HashMap<>();
    private volatile Map<Id<Room>, Integer> sums = Map.of();
    private volatile boolean changed;
    private boolean ticking;
    private long ticks;

    Viewers(Vertx vertx, Channels channels, Membership membership) {
        this.vertx = vertx;
        this.channels = channels;
        this.membership = membership;
    }

    /** Over all nodes, as of the last second. */
    int of(Id<Room> room) {
        return sums.getOrDefault(room, 0);
    }

    /** @param count this node's subscribers of the room's channel now */
    Future<Void> count(String key, int count) {
        try {
            Id<Room> room = Id.parse(key);
            if (count == 0) {
                own.remove(room);
            } else if (own.size() < ROOMS_MAX || own.containsKey(room)) {
                own.put(room, count);
            }
            changed = true;
        } catch (Invalid notARoom) {
            LOG.debug("event=not-a-room key={}", key);
        }
        return Future.succeededFuture();
    }

    /** Called once a second. */
    Future<Void> tick() {
        synchronized (this) {
            if (ticking) {
                return Future.succeededFuture();
            }
            ticking = true;
            ticks++;
        }
        return map().compose(map -> write(map).compose(written -> read(map)))
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(this::publish)
                .onFailure(fault -> LOG.warn("event=viewers-not-counted fault={}", fault.toString()))
                .onComplete(done -> {
                    synchronized (this) {
                        ticking = false;
                    }
                })
                .mapEmpty();
    }

    /** Takes this node's counts out, on a graceful stop. */
    Future<Void> stop() {
        own.clear();
        return map().compose(map -> map.remove(membership.self()))
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .mapEmpty();
    }

    private Future<Void> write(AsyncMap<String, JsonObject> map) {
        boolean due;
        synchronized (this) {
            due = changed || (ticks % WRITE_EVERY_TICKS == 0 && !own.isEmpty());
        }
        if (!due) {
            return Future.succeededFuture();
        }
        changed = false;
        JsonObject counts = new JsonObject();
        own.forEach((room, count) -> counts.put(room.toString(), count));
        return map.put(membership.self(), counts, (long) KEPT_MILLIS).onFailure(fault -> changed = true);
    }

    private Future<Map<Id<Room>, Integer>> read(AsyncMap<String, JsonObject> map) {
        List<Future<JsonObject>> entries = new ArrayList<>();
        membership.members().forEach(node -> entries.add(map.get(node)));
        return Future.all(entries).map(all -> {
            Map<Id<Room>, Integer> sum = new HashMap<>();
            for (Future<JsonObject> entry : entries) {
                JsonObject counts = entry.result();
                if (counts != null) {
                    counts.forEach(
                            count -> sum.merge(Id.parse(count.getKey()), (Integer) count.getValue(), Math::addExact));
                }
            }
            return sum;
        });
    }

    private void publish(Map<Id<Room>, Integer> sum) {
        sums = Map.copyOf(sum);
        Map<Id<Room>, Integer> news = new HashMap<>();
        synchronized (this) {
            Set<Id<Room>> rooms = new HashSet<>(published.keySet());
            rooms.addAll(sum.keySet());
            for (Id<Room> room : rooms) {
                int count = sum.getOrDefault(room, 0);
                if (count == 0) {
                    published.remove(room);
                } else if (!Integer.valueOf(count).equals(published.put(room, count))) {
                    news.put(room, count);
                }
            }
        }
        news.forEach((room, count) -> {
            if (Rendezvous.owns(membership.self(), membership.members(), room.value())) {
                channels.publish(ChannelName.room(room), new RoomEvent.Viewers(count))
                        .onFailure(fault -> LOG.warn("event=viewers-not-published fault={}", fault.toString()));
            }
        });
    }

    private Future<AsyncMap<String, JsonObject>> map() {
        return vertx.sharedData().getAsyncMap("liverooms.viewers");
    }
}
