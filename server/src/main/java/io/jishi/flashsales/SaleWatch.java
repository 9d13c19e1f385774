package io.jishi.flashsales;

import io.jishi.core.Id;
import io.jishi.core.LogPace;
import io.jishi.core.Membership;
import io.jishi.core.Timers;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all running sales with one query a tick: streams what changed, closes those whose time is over, returns the
 * units of nodes that are gone, and passes hints to the desks. Of each sale one node is the publisher, so that its
 * messages cannot overtake each other; all nodes find the same one from the membership. While memberships differ two
 * may publish, or none for a moment; that delays a number on a page and nothing else.
 */
final class SaleWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SaleWatch.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration WANTED = Duration.ofSeconds(1);
    private static final int SALES_MAX = 1_000;

    /** A sale that another node opens while none runs may be seen so many ticks later: it counts down for longer. */
    private static final int IDLE_TICKS = 5;

    private final SaleStore store;
    private final ClaimStore claims;
    private final SaleDesks desks;
    private final Channels channels;
    private final Membership membership;
    private final InstantSource clock;
    private final Timers timers;
    private final Function<Id<Sale>, Future<?>> close;
    private final Function<Id<Sale>, Future<?>> serve;
    private final LogPace failures;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** What this node published last of the sales that it is the publisher of. */
    private final Map<Id<Sale>, Sale> published = new ConcurrentHashMap<>();

    private final List<Timers.Timer> running = new ArrayList<>();
    private volatile boolean membersChanged = true;
    private volatile boolean isIdle;
    private int idleTicks;

    SaleWatch(
            SaleStore store,
            ClaimStore claims,
            SaleDesks desks,
            Channels channels,
            Membership membership,
            InstantSource clock,
            Timers timers,
            Function<Id<Sale>, Future<?>> close,
            Function<Id<Sale>, Future<?>> serve) {
        this.store = store;
        this.claims = claims;
        this.desks = desks;
        this.channels = channels;
        this.membership = membership;
        this.clock = clock;
        this.timers = timers;
        this.close = close;
        this.serve = serve;
        this.failures = new LogPace(clock);
        membership.onChange(members -> membersChanged = true);
    }

    void start() {
        running.add(timers.every(TICK, this::tick));
    }

    void stop() {
        running.forEach(Timers.Timer::cancel);
        running.clear();
    }

    private void tick() {
        desks.all().forEach(desk -> desk.tick(false));
        if (mayRest() || !busy.compareAndSet(false, true)) {
            return;
        }
        idleTicks = 0;
        look().onComplete(done -> {
            busy.set(false);
            if (done.failed()) {
                failed(done.cause());
            }
        });
    }

    /** Whether there is nothing to watch but for a sale that another node may begin. */
    private boolean mayRest() {
        return isIdle && !membersChanged && desks.all().isEmpty() && ++idleTicks < IDLE_TICKS;
    }

    private void failed(Throwable fault) {
        long times = failures.happened();
        if (times > 0) {
            LOG.warn("event=sale-watch-failed times={} reason=\"{}\"", times, fault.getMessage());
        }
    }

    /** One look at all running sales. */
    Future<Void> look() {
        boolean takeOver = membersChanged;
        return store.running(SALES_MAX)
                .compose(states -> {
                    Instant now = clock.instant();
                    List<Future<?>> work = new ArrayList<>();
                    for (SaleState state : states) {
                        hint(state, now);
                        work.add(publish(state, now));
                        work.add(lobby(state));
                        if (state.waiting() > 0
                                && state.free() > 0
                                && isPublisher(state.terms().id())) {
                            work.add(serve.apply(state.terms().id()));
                        }
                        if (!now.isBefore(state.terms().endsAt())) {
                            work.add(close.apply(state.terms().id()));
                        } else if (takeOver) {
                            work.add(claims.takeOver(state.terms().id(), membership.members()));
                        }
                    }
                    work.add(publishEnded(states, now));
                    work.add(tellLobbies(states));
                    isIdle = states.isEmpty() && published.isEmpty();
                    return Future.join(work).<Void>mapEmpty();
                })
                .onSuccess(done -> {
                    membersChanged &= !takeOver;
                    desks.dropDone();
                });
    }

    private void hint(SaleState state, Instant now) {
        SaleDesk desk = desks.opened(state.terms().id());
        if (desk != null) {
            desk.hint(state);
            Instant wantedAt = state.wantedAt();
            if (state.free() == 0 && wantedAt != null && wantedAt.plus(WANTED).isAfter(now)) {
                desk.tick(true);
            }
        }
    }

    /** Of each waiting room one node, the publisher, lets turns begin; all who have opened it follow. */
    private Future<?> lobby(SaleState state) {
        if (state.lobby() == null) {
            return Future.succeededFuture();
        }
        boolean leads = isPublisher(state.terms().id());
        SaleDesk desk = leads ? desks.desk(state) : desks.opened(state.terms().id());
        Lobby lobby = desk == null ? null : desk.lobby();
        if (lobby == null) {
            return Future.succeededFuture();
        }
        Future<Void> learnt = lobby.learn(state);
        return leads
                ? learnt.compose(
                        done -> lobby.advance(state, membership.members().size()))
                : learnt;
    }

    /** Those who wait for a sale that runs no more are to hear that, on every node. */
    private Future<?> tellLobbies(List<SaleState> states) {
        Set<Id<Sale>> running = new HashSet<>();
        states.forEach(state -> running.add(state.terms().id()));
        List<Future<?>> work = new ArrayList<>();
        for (SaleDesk desk : desks.all()) {
            Lobby lobby = desk.lobby();
            if (lobby != null && !running.contains(desk.terms().id())) {
                work.add(store.state(desk.terms().id()).compose(found -> {
                    desk.hint(found.orElseThrow());
                    return lobby.learn(found.orElseThrow());
                }));
            }
        }
        return Future.join(work);
    }

    private Future<?> publish(SaleState state, Instant now) {
        Sale sale = FlashSale.view(state, now);
        if (!isPublisher(sale.id())) {
            published.remove(sale.id());
            return Future.succeededFuture();
        }
        Sale before = published.get(sale.id());
        if (before != null && before.saysTheSame(sale)) {
            return Future.succeededFuture();
        }
        published.put(sale.id(), sale);
        return publish(sale);
    }

    private Future<?> publish(Sale sale) {
        return channels.publishKeyed(ChannelName.sale(sale.id()), "sale", sale)
                .onFailure(fault -> published.remove(sale.id()));
    }

    /** Sales that this node published and that run no more get their last word. */
    private Future<?> publishEnded(List<SaleState> states, Instant now) {
        Set<Id<Sale>> ended = new HashSet<>(published.keySet());
        states.forEach(state -> ended.remove(state.terms().id()));
        List<Future<?>> work = new ArrayList<>();
        for (Id<Sale> id : ended) {
            SaleDesk desk = desks.opened(id);
            work.add(store.state(id).compose(found -> {
                SaleState state = found.orElseThrow();
                if (desk != null) {
                    desk.hint(state);
                }
                return publish(FlashSale.view(state, now)).onSuccess(done -> published.remove(id));
            }));
        }
        return Future.join(work);
    }

    /** The member with the highest score for the sale, which all members compute alike (rendezvous hashing). */
    private boolean isPublisher(Id<Sale> sale) {
        String first = membership.self();
        for (String member : membership.members()) {
            int order = Integer.compare(score(member, sale), score(first, sale));
            if (order > 0 || order == 0 && member.compareTo(first) > 0) {
                first = member;
            }
        }
        return first.equals(membership.self());
    }

    private static int score(String member, Id<Sale> sale) {
        int mixed = (member + ":" + sale).hashCode() * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }
}
