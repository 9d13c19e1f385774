package io.jishi.dispatch;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.Leases;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Several nodes with dispatch on them: one real database, one event bus, each with its own pool and membership. */
final class TestCluster implements AutoCloseable {
    static final Place CENTRE = new Place(31.2304, 121.4737);

    final Vertx vertx = Vertx.vertx();
    final TestDatabase testDatabase = TestDatabase.create();
    final Database database = testDatabase.open(vertx);
    final Ids ids = new Ids(InstantSource.system(), 1000);
    private final Settings settings;
    private final List<Node> nodes = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();

    TestCluster(Settings settings) {
        this.settings = settings;
    }

    /**
     * One node; other nodes see it at once.
     *
     * @param alsoAlive further members, which run no dispatch
     */
    Node start(String name, String... alsoAlive) {
        Node node = new Node(name);
        nodes.add(node);
        Set<String> all = new LinkedHashSet<>(List.of(alsoAlive));
        nodes.stream().filter(each -> each.alive).forEach(each -> all.add(each.name));
        nodes.stream().filter(each -> each.alive).forEach(each -> each.membership.set(all));
        node.dispatch.start().await();
        return node;
    }

    final class Node {
        final String name;
        final TestMembership membership;
        final Database own;
        final RecordingChannels channels = new RecordingChannels();
        final Methods methods = new Methods(Authorization.shipped());
        final Dispatch dispatch;
        boolean alive = true;

        Node(String name) {
            this.name = name;
            this.membership = new TestMembership(name);
            this.own = testDatabase.open(vertx);
            this.dispatch = new Dispatch(
                    own,
                    new Leases(own, membership),
                    membership,
                    channels,
                    vertx,
                    InstantSource.system(),
                    new Ids(InstantSource.system(), numbers.incrementAndGet()),
                    new VertxTimers(vertx),
                    settings);
            dispatch.register(methods);
        }

        /** As after {@code kill -9}: the node says nothing more, and the others notice. */
        void die() {
            alive = false;
            own.close().await();
            others(Set.of(name));
        }

        /** The others take this node for dead, but it lives on and knows nothing of it. */
        void seemDead() {
            others(Set.of(name));
        }

        private void others(Set<String> without) {
            Set<String> left = new LinkedHashSet<>();
            nodes.stream().filter(each -> each.alive).map(each -> each.name).forEach(left::add);
            left.removeAll(without);
            nodes.stream().filter(each -> left.contains(each.name)).forEach(each -> each.membership.set(left));
        }

        <R> Methods.Answer call(String method, Caller caller, Object params) {
            return methods.call(method, caller, Json.tree(Json.encode(params))).await();
        }
    }

    /** Asks for the delivery of a new order, in a transaction of its own. */
    Id<Delivery> request(Dispatch dispatch, Place pickup, Place dropoff) {
        return request(dispatch, ids.next(), ids.next(), pickup, dropoff);
    }

    Id<Delivery> request(Dispatch dispatch, Id<?> order, Id<?> buyer, Place pickup, Place dropoff) {
        Destination destination = new Destination(dropoff, null, null);
        return inTransaction(transaction -> dispatch.request(transaction, order, buyer, pickup, destination));
    }

    <T> T inTransaction(java.util.function.Function<SqlConnection, Future<T>> work) {
        return database.transaction(work).await();
    }

    long count(String sql, Object... parameters) {
        return database.execute(sql, Tuple.from(parameters))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    static <R> R done(Outcome<R> outcome) {
        return switch (outcome) {
            case Outcome.Done<R> done -> done.result();
            case Outcome.Refused<R> refused -> throw new AssertionError("refused: " + refused.refusal());
        };
    }

    static Place near(double northMeters, double eastMeters) {
        return new Place(
                CENTRE.latitude() + northMeters / 111_195,
                CENTRE.longitude() + eastMeters / (111_195 * Math.cos(Math.toRadians(CENTRE.latitude()))));
    }

    static Caller courier(Id<?> id) {
        return new Caller(id.toString(), "courier " + id, Set.of(Role.COURIER), "test", "en");
    }

    @Override
    public void close() {
        nodes.stream().filter(each -> each.alive).forEach(each -> {
            each.dispatch.stop().await();
            each.own.close().await();
        });
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    /** A membership that a test moves. */
    static final class TestMembership implements Membership {
        private final String self;
        private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
        private volatile Set<String> members;

        TestMembership(String self) {
            this.self = self;
            this.members = Set.of(self);
        }

        void set(Set<String> now) {
            members = Set.copyOf(now);
            listeners.forEach(listener -> listener.accept(members));
        }

        @Override
        public String self() {
            return self;
        }

        @Override
        public Set<String> members() {
            return members;
        }

        @Override
        public void onChange(Consumer<Set<String>> listener) {
            listeners.add(listener);
        }
    }

    /** Timers on Vert.x. */
    record VertxTimers(Vertx vertx) implements Timers {
        @Override
        public Timer after(Duration delay, Runnable action) {
            Context context = vertx.getOrCreateContext();
            long id = vertx.setTimer(Math.max(1, delay.toMillis()), at -> context.runOnContext(go -> action.run()));
            return () -> vertx.cancelTimer(id);
        }

        @Override
        public Timer every(Duration period, Runnable action) {
            long id = vertx.setPeriodic(period.toMillis(), at -> action.run());
            return () -> vertx.cancelTimer(id);
        }
    }

    static Instant now() {
        return Instant.now();
    }
}
