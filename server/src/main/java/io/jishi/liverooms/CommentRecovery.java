package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.core.Membership;
import io.jishi.core.Rendezvous;
import io.jishi.core.Timers;
import io.jishi.liverooms.CommentStore.Said;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a dead node had published and not yet saved. When a node goes, the others share the rooms that are or were
 * just live, read each one's history and insert its comments; those that are there already stay. They look a second time
 * a little later, for what was on its way, and try again while the database is away. Thread-safe.
 */
final class CommentRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(CommentRecovery.class);
    private static final Duration ENDED_LATELY = Duration.ofMinutes(30);
    private static final Duration SECOND_LOOK = Duration.ofSeconds(5);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final int ROOMS_PAGE = 500;
    private static final int DEADLINE_SECONDS = 30;

    private final RoomStore rooms;
    private final CommentStore comments;
    private final Channels channels;
    private final Membership membership;
    private final InstantSource clock;
    private final Timers timers;
    private Set<String> alive = Set.of();
    private boolean sweeping;
    private boolean wanted;
    private boolean stopped;

    CommentRecovery(
            RoomStore rooms,
            CommentStore comments,
            Channels channels,
            Membership membership,
            InstantSource clock,
            Timers timers) {
        this.rooms = rooms;
        this.comments = comments;
        this.channels = channels;
        this.membership = membership;
        this.clock = clock;
        this.timers = timers;
    }

    void start() {
        synchronized (this) {
            alive = Set.copyOf(membership.members());
        }
        membership.onChange(this::changed);
    }

    synchronized void stop() {
        stopped = true;
    }

    private void changed(Set<String> members) {
        boolean lost;
        synchronized (this) {
            Set<String> gone = new HashSet<>(alive);
            gone.removeAll(members);
            lost = !gone.isEmpty();
            alive = Set.copyOf(members);
        }
        if (lost) {
            sweep();
            timers.after(SECOND_LOOK, this::sweep);
        }
    }

    private void sweep() {
        synchronized (this) {
            wanted = true;
            if (sweeping || stopped) {
                return;
            }
            sweeping = true;
            wanted = false;
        }
        page(0).onComplete(swept -> {
            boolean again;
            synchronized (this) {
                sweeping = false;
                again = wanted || swept.failed();
            }
            if (swept.failed()) {
                LOG.warn("event=comments-not-recovered fault={}", swept.cause().toString());
            }
            if (again) {
                timers.after(TRY_AGAIN, this::sweep);
            }
        });
    }

    private Future<Void> page(long after) {
        return rooms.liveSince(clock.instant().minus(ENDED_LATELY), after, ROOMS_PAGE)
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .compose(ids -> {
                    Future<Void> done = Future.succeededFuture();
                    for (Id<Room> id : ids) {
                        if (Rendezvous.owns(membership.self(), membership.members(), id.value())) {
                            done = done.compose(nothing -> recover(id));
                        }
                    }
                    return ids.size() < ROOMS_PAGE
                            ? done
                            : done.compose(
                                    nothing -> page(ids.get(ids.size() - 1).value()));
                });
    }

    private Future<Void> recover(Id<Room> room) {
        return channels.history(ChannelName.room(room), CommentDesk.HISTORY_MAX)
                .compose(history -> {
                    List<Said> said = RoomHistory.comments(room, history);
                    Future<Void> done = Future.succeededFuture();
                    for (int from = 0; from < said.size(); from += CommentBuffer.BATCH_MAX) {
                        List<Said> batch = said.subList(from, Math.min(said.size(), from + CommentBuffer.BATCH_MAX));
                        done = done.compose(nothing -> comments.insert(batch));
                    }
                    return done;
                })
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
