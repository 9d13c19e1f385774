package io.jishi.community;

import io.jishi.accounts.Accounts;
import io.jishi.accounts.User;
import io.jishi.community.CommunityRequest.OfHost;
import io.jishi.community.CommunityRequest.SetMember;
import io.jishi.community.CommunityStore.Follow;
import io.jishi.core.Id;
import io.jishi.core.LogPace;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.database.Batches;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Followers of hosts and members of the shop. */
public final class Community {
    private static final Logger LOG = LoggerFactory.getLogger(Community.class);
    private static final int BATCH_MAX = 1_000;
    private static final int QUEUE_MAX = 20_000;

    static final Method<OfHost, Following> FOLLOW = Method.of(
            "community.follow",
            OfHost.class,
            Following.class,
            "Follows a host; who follows already goes on, since when he has.",
            CommunityRefusal.HOST_NOT_FOUND,
            CommunityRefusal.TOO_MANY_FOLLOWS);
    static final Method<OfHost, Following> UNFOLLOW = Method.of(
            "community.unfollow", OfHost.class, Following.class, "Follows a host no more; who does not, does not.");
    static final Method<OfHost, Following> FOLLOWING = Method.of(
            "community.following",
            OfHost.class,
            Following.class,
            "How many follow a host, and since when the caller does.");
    static final Method<Method.Nothing, Member> ME = Method.of(
            "community.me", Method.Nothing.class, Member.class, "Whether the caller is a member of the shop.");
    static final Method<SetMember, Member> SET_MEMBER = Method.of(
            "community.set_member",
            SetMember.class,
            Member.class,
            "Makes somebody a member of the shop, of a tier, or ends it. Another tier leaves the date as it is.",
            CommunityRefusal.PERSON_NOT_FOUND);

    private final CommunityStore store;
    private final Accounts accounts;
    private final InstantSource clock;
    private final Batches<Follow, Follow> follows;
    private final LogPace failures;

    public Community(Database database, Accounts accounts, InstantSource clock) {
        this.store = new CommunityStore(database);
        this.accounts = accounts;
        this.clock = clock;
        this.follows = new Batches<>(BATCH_MAX, QUEUE_MAX, batch -> store.follow(batch, now()));
        this.failures = new LogPace(clock);
    }

    public void register(Methods methods) {
        methods.add(FOLLOW, (caller, request) -> follow(caller.userId(), request.hostId()));
        methods.add(
                UNFOLLOW,
                (caller, request) ->
                        store.unfollow(request.hostId(), caller.userId()).compose(done -> following(caller, request)));
        methods.add(FOLLOWING, this::following);
        methods.add(ME, (caller, nothing) -> store.member(caller.userId()).map(Outcome::done));
        methods.add(SET_MEMBER, this::setMember);
    }

    /** Those of some people who follow a host, and did before a time. */
    public Future<Set<Id<User>>> followers(Id<User> host, Collection<Id<User>> people, Instant before) {
        return store.followers(host, people, before);
    }

    /** Those of some people who are members of the shop. */
    public Future<Set<Id<User>>> members(Collection<Id<User>> people) {
        return store.members(people);
    }

    private Future<Outcome<Following>> follow(Id<User> follower, Id<User> host) {
        return accounts.find(host).compose(found -> {
            if (found.isEmpty() || !found.get().roles().contains(Role.HOST)) {
                return Future.succeededFuture(Outcome.refused(CommunityRefusal.HOST_NOT_FOUND));
            }
            return follows.ask(new Follow(host, follower))
                    .compose(done -> store.following(host, follower))
                    .map(Outcome::done)
                    .recover(this::busy);
        });
    }

    private Future<Outcome<Following>> busy(Throwable fault) {
        long times = fault instanceof Batches.Full ? 0 : failures.happened();
        if (times > 0) {
            LOG.warn("event=follow-failed times={} reason=\"{}\"", times, fault.getMessage());
        }
        return Future.succeededFuture(Outcome.refused(CommunityRefusal.TOO_MANY_FOLLOWS));
    }

    private Future<Outcome<Following>> following(Caller caller, OfHost request) {
        return store.following(request.hostId(), caller.user().isEmpty() ? null : caller.userId())
                .map(Outcome::done);
    }

    private Future<Outcome<Member>> setMember(Caller caller, SetMember request) {
        Integer tier = request.tier();
        return accounts.find(request.userId()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Outcome.refused(CommunityRefusal.PERSON_NOT_FOUND));
            }
            Future<Void> set = tier == null
                    ? store.endMember(request.userId())
                    : store.setMember(request.userId(), tier, caller.userId(), now());
            return set.compose(done -> store.member(request.userId())).map(Outcome::done);
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
