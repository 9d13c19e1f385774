package io.jishi.liverooms;

import io.jishi.core.BoundedMap;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Timers;
import io.jishi.core.TokenBuckets;
import io.jishi.liverooms.CommentClaims.Claim;
import io.jishi.liverooms.CommentStore.Said;
import io.jishi.liverooms.RoomAnswer.Posted;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says comments: each once, in the order of its author, whichever nodes it is repeated through. What this node said of
 * late it knows by itself; what another may have said it learns from {@link CommentClaims}, and where the node that
 * claimed it has died, from the channel's history and the table. Only a comment that is in neither is said again, under
 * the same id: a publication that was still on its way when its node died could then be seen twice, and is kept once.
 */
final class CommentDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CommentDesk.class);
    static final int HISTORY_MAX = 4_096;
    private static final int RECENT_MAX = 20_000;
    private static final int LOOKS_MAX = 20;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Function<Id<Room>, Future<Optional<RoomRow>>> rooms;
    private final CommentFilter filter;
    private final TokenBuckets<Lane> buckets;
    private final CommentClaims claims;
    private final CommentBuffer buffer;
    private final CommentStore store;
    private final Channels channels;
    private final Membership membership;
    private final Ids ids;
    private final InstantSource clock;
    private final Timers timers;
    private final Map<CommentClaims.Key, Future<Outcome<Posted>>> recent = new BoundedMap<>(RECENT_MAX);
    private final ConcurrentHashMap<Lane, Future<Void>> lanes = new ConcurrentHashMap<>();

    /** What one author says in one room: it has one order and one rate. */
    record Lane(long room, String user) {}

    /** One comment on its way. */
    private record Draft(Caller author, RoomRow room, String text, CommentClaims.Key key) {
        Comment comment(Claim claim) {
            boolean host = author.user().equals(room.hostId().toString());
            return new Comment(claim.comment(), author.userId(), author.name(), text, claim.at(), host, key.key());
        }
    }

    CommentDesk(
            Function<Id<Room>, Future<Optional<RoomRow>>> rooms,
            CommentFilter filter,
            TokenBuckets<Lane> buckets,
            CommentClaims claims,
            CommentBuffer buffer,
            CommentStore store,
            Channels channels,
            Membership membership,
            Ids ids,
            InstantSource clock,
            Timers timers) {
        this.rooms = rooms;
        this.filter = filter;
        this.buckets = buckets;
        this.claims = claims;
        this.buffer = buffer;
        this.store = store;
        this.channels = channels;
        this.membership = membership;
        this.ids = ids;
        this.clock = clock;
        this.timers = timers;
    }

    Future<Outcome<Posted>> post(Caller author, RoomRequest.Say said) {
        CommentClaims.Key key = new CommentClaims.Key(said.roomId().value(), author.user(), said.key());
        Promise<Outcome<Posted>> answer = Promise.promise();
        synchronized (recent) {
            Future<Outcome<Posted>> before = recent.putIfAbsent(key, answer.future());
            if (before != null) {
                return before;
            }
        }
        answer.future().onComplete(done -> {
            if (done.failed() || done.result() instanceof Outcome.Refused) {
                synchronized (recent) {
                    recent.remove(key, answer.future());
                }
            }
        });
        Lane lane = new Lane(said.roomId().value(), author.user());
        if (buckets.take(lane)) {
            inOrder(lane, () -> rooms.apply(said.roomId()).compose(room -> admit(author, room, said, key)))
                    .onComplete(answer);
        } else {
            answer.complete(Outcome.refused(RoomRefusal.TOO_FAST));
        }
        return answer.future();
    }

    private Future<Outcome<Posted>> admit(
            Caller author, Optional<RoomRow> room, RoomRequest.Say said, CommentClaims.Key key) {
        if (room.isEmpty()) {
            return Future.succeededFuture(Outcome.refused(RoomRefusal.UNKNOWN_ROOM));
        }
        if (!room.get().isLive()) {
            return Future.succeededFuture(Outcome.refused(RoomRefusal.NOT_LIVE));
        }
        if (!filter.allows(said.text())) {
            return Future.succeededFuture(Outcome.refused(RoomRefusal.NOT_ALLOWED));
        }
        if (!buffer.reserve(said.roomId())) {
            return Future.succeededFuture(Outcome.refused(RoomRefusal.BUSY));
        }
        Reservation place = new Reservation(said.roomId());
        return claim(new Draft(author, room.get(), said.text(), key), place).onComplete(done -> place.release());
    }

    /** A place in the buffer, used or given back once. */
    private final class Reservation {
        private final Id<Room> room;
        private boolean used;

        Reservation(Id<Room> room) {
            this.room = room;
        }

        synchronized void use(Said said) {
            used = true;
            buffer.add(said);
        }

        synchronized void release() {
            if (!used) {
                used = true;
                buffer.release(room);
            }
        }
    }

    /** Lets an author's comments pass one after the other; the rate bounds how many wait. */
    private Future<Outcome<Posted>> inOrder(Lane lane, Supplier<Future<Outcome<Posted>>> work) {
        Promise<Void> passed = Promise.promise();
        Future<Void> ahead = lanes.put(lane, passed.future());
        Future<Void> turn = ahead == null ? Future.succeededFuture() : ahead;
        return turn.compose(nothing -> work.get()).onComplete(done -> {
            lanes.remove(lane, passed.future());
            passed.complete();
        });
    }

    private Future<Outcome<Posted>> claim(Draft draft, Reservation place) {
        Claim own = claims.own(ids.next(), clock.instant());
        return claims.claim(draft.key(), own)
                .compose(before -> before == null
                        ? publish(draft, own, place)
                        : before.isPublished() ? answer(before) : look(draft, before, place, 1));
    }

    private Future<Outcome<Posted>> publish(Draft draft, Claim claim, Reservation place) {
        Comment comment = draft.comment(claim);
        ChannelName channel = ChannelName.room(draft.room().id());
        // what the host says is never left out, however busy the room is
        return (comment.host()
                        ? channels.publishAlwaysFrom(draft.author(), channel, comment)
                        : channels.publishFrom(draft.author(), channel, comment))
                .map(position -> {
                    place.use(new Said(draft.room().id(), comment, position.offset()));
                    claims.published(draft.key(), claim, position.offset())
                            .onFailure(fault -> LOG.debug("event=claim-not-updated fault={}", fault.toString()));
                    return Outcome.done(new Posted(comment.id(), position.offset(), comment.at()));
                });
    }

    /** Finds out what became of a comment that was claimed before and is not known to have been published. */
    private Future<Outcome<Posted>> look(Draft draft, Claim claim, Reservation place, int looks) {
        return find(draft.room().id(), claim).compose(found -> {
            if (found.isPresent()) {
                return Future.succeededFuture(Outcome.done(found.get()));
            }
            boolean inGoodHands = !claim.node().equals(membership.self())
                    && membership.members().contains(claim.node());
            if (!inGoodHands) {
                return sayAgain(draft, claim, place);
            }
            if (looks == LOOKS_MAX) {
                return Future.succeededFuture(Outcome.refused(RoomRefusal.BUSY));
            }
            Promise<Outcome<Posted>> later = Promise.promise();
            timers.after(LOOK_EVERY, () -> look(draft, claim, place, looks + 1).onComplete(later));
            return later.future();
        });
    }

    private Future<Outcome<Posted>> sayAgain(Draft draft, Claim dead, Reservation place) {
        Claim mine = claims.own(dead.comment(), dead.at());
        return claims.takeOver(draft.key(), dead, mine)
                .compose(taken -> taken
                        ? publish(draft, mine, place)
                        : Future.succeededFuture(Outcome.refused(RoomRefusal.BUSY)));
    }

    private Future<Optional<Posted>> find(Id<Room> room, Claim claim) {
        return channels.history(ChannelName.room(room), HISTORY_MAX).compose(history -> {
            Optional<Said> published = RoomHistory.comments(room, history).stream()
                    .filter(said -> said.comment().id().equals(claim.comment()))
                    .findFirst();
            return (published.isPresent() ? Future.succeededFuture(published) : store.find(room, claim.comment()))
                    .map(found -> found.map(said -> new Posted(
                            said.comment().id(), said.offset(), said.comment().at())));
        });
    }

    private static Future<Outcome<Posted>> answer(Claim claim) {
        return Future.succeededFuture(Outcome.done(new Posted(claim.comment(), claim.offset(), claim.at())));
    }
}
