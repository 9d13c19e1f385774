package io.jishi.liverooms;

import io.jishi.core.BoundedMap;
import io.jishi.core.Id;
import io.jishi.core.Membership;
import io.jishi.core.Rendezvous;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Likes, counted in aggregate: each node counts its own and writes the count, at most once a second; what the sum then is
 * it tells all nodes, and the one that has the room's chores publishes it at most twice a second. A node that dies takes
 * at most its last second of likes with it. Thread-safe.
 */
final class Likes {
    private static final Logger LOG = LoggerFactory.getLogger(Likes.class);
    static final int ROOMS_MAX = 10_000;
    private static final String ADDRESS = "liverooms.likes";
    private static final int DEADLINE_MILLIS = 5_000;

    private final Vertx vertx;
    private final RoomStore store;
    private final Channels channels;
    private final Membership membership;
    private final Map<Id<Room>, Long> counted = new HashMap<>();
    private final Map<Id<Room>, Long> unsaved = new HashMap<>();
    private final Map<Id<Room>, Total> totals = new BoundedMap<>(ROOMS_MAX);
    private boolean saving;
    private @Nullable MessageConsumer<JsonObject> consumer;

    private record Total(long heard, long published) {}

    Likes(Vertx vertx, RoomStore store, Channels channels, Membership membership) {
        this.vertx = vertx;
        this.store = store;
        this.channels = channels;
        this.membership = membership;
    }

    void start() {
        consumer = vertx.eventBus().consumer(ADDRESS, this::heard);
    }

    Future<Void> stop() {
        MessageConsumer<JsonObject> listening = consumer;
        return save().eventually(() -> listening == null ? Future.succeededFuture() : listening.unregister());
    }

    /** @return false where this node counts for as many rooms as it can */
    synchronized boolean add(Id<Room> room, int count) {
        if (!counted.containsKey(room) && counted.size() >= ROOMS_MAX) {
            return false;
        }
        unsaved.put(room, counted.merge(room, (long) count, Math::addExact));
        return true;
    }

    /** Writes what was counted; called once a second. A write that failed is repeated with the next. */
    Future<Void> save() {
        Map<Id<Room>, Long> batch;
        synchronized (this) {
            if (saving || unsaved.isEmpty()) {
                return Future.succeededFuture();
            }
            saving = true;
            batch = Map.copyOf(unsaved);
            unsaved.clear();
        }
        return store.saveLikes(membership.self(), batch)
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .onComplete(saved -> {
                    synchronized (this) {
                        saving = false;
                        if (saved.failed()) {
                            batch.forEach(unsaved::putIfAbsent);
                        }
                    }
                    if (saved.failed()) {
                        LOG.warn(
                                "event=likes-not-saved rooms={} fault={}",
                                batch.size(),
                                saved.cause().toString());
                    } else {
                        tell(saved.result());
                    }
                })
                .mapEmpty();
    }

    private void tell(Map<Id<Room>, Long> likes) {
        JsonObject message = new JsonObject();
        likes.forEach((room, total) -> message.put(room.toString(), total));
        vertx.eventBus().publish(ADDRESS, message);
    }

    private synchronized void heard(Message<JsonObject> message) {
        for (Map.Entry<String, Object> entry : message.body()) {
            long total = ((Number) entry.getValue()).longValue();
            totals.merge(
                    Id.parse(entry.getKey()),
                    new Total(total, 0),
                    (old, now) -> new Total(Math.max(old.heard(), now.heard()), old.published()));
        }
    }

    /** Publishes the totals that have grown; called twice a second. */
    void publish() {
        Map<Id<Room>, Long> grown = new HashMap<>();
        synchronized (this) {
            totals.replaceAll((room, total) -> {
                if (total.heard() == total.published()
                        || !Rendezvous.owns(membership.self(), membership.members(), room.value())) {
                    return total;
                }
                grown.put(room, total.heard());
                return new Total(total.heard(), total.heard());
            });
        }
        grown.forEach((room, total) -> channels.publish(ChannelName.room(room), new RoomEvent.Likes(total))
                .onFailure(fault -> LOG.warn("event=likes-not-published room={} fault={}", room, fault.toString())));
    }

    /** What is known here of a room's total; it may be more by now. */
    synchronized long of(Id<Room> room) {
        Total total = totals.get(room);
        return total == null ? 0 : total.heard();
    }

    /** To be called when the session has taken no more likes for a while. */
    synchronized void forget(Id<Room> room) {
        if (!unsaved.containsKey(room) && !saving) {
            counted.remove(room);
        }
    }
}
