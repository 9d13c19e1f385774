package io.jishi.dispatch;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Place;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.Leases;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Methods;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings goods from here to there: takes deliveries in with the transaction that causes them, offers each to the best
 * courier, follows it to the door. Truth is in PostgreSQL; every node answers couriers, and one node a zone, its owner,
 * makes the offers and publishes.
 */
public final class Dispatch {
    public static final List<Setting<?>> SETTINGS = DispatchSettings.ALL;

    private static final Duration FLUSH = Duration.ofSeconds(1);
    /** How often some of what an old key seals is sealed anew; half a thousand rows at a time. */
    private static final Duration KEY_CHANGE = Duration.ofSeconds(10);

    private static final int ADD_ATTEMPTS_MAX = 3;

    private final InstantSource clock;
    private final Ids ids;
    private final Timers timers;
    private final Stores stores;
    private final Changes changes;
    private final Zones zones;
    private final PositionBatches batches;
    private final Nudges nudges;
    private final ShiftDesk shifts;
    private final OfferDesk offers;
    private final Tracking tracking;
    private final Context context;
    private final ZoneOwnership ownership;
    private Timers.@Nullable Timer flushTimer;
    private Timers.@Nullable Timer keyTimer;

    public Dispatch(
            Database database,
            Leases leases,
            Membership membership,
            Channels channels,
            Vertx vertx,
            InstantSource clock,
            Ids ids,
            Timers timers,
            Settings settings) {
        Limits limits = DispatchSettings.limits(settings);
        TravelTimes travel = DispatchSettings.travelTimes(settings);
        Positions positions = new Positions(vertx);
        this.clock = clock;
        this.ids = ids;
        this.timers = timers;
        this.stores = Stores.of(database, clock, ids, limits.reoffer());
        this.changes = new Changes(stores);
        this.zones = new Zones(stores.couriers());
        this.batches = new PositionBatches(stores.couriers());
        this.nudges = new Nudges(vertx);
        Views views = new Views(stores, positions, clock, travel, limits.handover());
        this.shifts = new ShiftDesk(stores, changes, views, zones, positions, batches, nudges, clock);
        this.offers = new OfferDesk(stores, changes, views, nudges, clock, limits.deliveriesPerCourierMax());
        this.tracking = new Tracking(stores, views);
        this.context = vertx.getOrCreateContext();
        ZoneOwner.Desk desk = new ZoneOwner.Desk(
                vertx,
                leases,
                stores,
                changes,
                positions,
                nudges,
                channels,
                new Dispatching(travel, limits),
                travel,
                limits,
                clock,
                timers);
        this.ownership = new ZoneOwnership(desk, membership, zones, context);
        tracking.guard(channels);
    }

    /** Follows every delivery, in the transactions that change them. Called while wiring, before {@link #start}. */
    public void onStage(StageChange.Listener listener) {
        changes.listen(listener);
    }

    public void register(Methods methods) {
        methods.add(DispatchMethods.SHIFT_START, shifts::start);
        methods.add(DispatchMethods.SHIFT_END, shifts::end);
        methods.add(DispatchMethods.POSITION, shifts::move);
        methods.add(DispatchMethods.CURRENT, shifts::current);
        methods.add(DispatchMethods.ACCEPT, offers::accept);
        methods.add(DispatchMethods.REJECT, offers::reject);
        methods.add(DispatchMethods.STEP, offers::step);
        methods.add(DispatchMethods.TRACK, tracking::track);
        methods.add(DispatchMethods.DELIVERIES, tracking::deliveries);
        methods.add(DispatchMethods.COURIERS, tracking::couriers);
    }

    /** @return done when this node serves and has looked for zones to own */
    public Future<Void> start() {
        return onContext(() -> {
            flushTimer = timers.every(FLUSH, batches::flush);
            keyTimer = timers.every(KEY_CHANGE, () -> stores.destinations().changeKeys());
            return stores.destinations().prepare().compose(done -> zones.load()).compose(done -> ownership.start());
        });
    }

    /** Gives the zones back, and writes the last positions. */
    public Future<Void> stop() {
        return onContext(() -> {
            if (flushTimer != null) {
                flushTimer.cancel();
            }
            if (keyTimer != null) {
                keyTimer.cancel();
            }
            return ownership.stop().transform(done -> batches.flush());
        });
    }

    /**
     * Asks for an order to be delivered, in the transaction that pays it. The same order is delivered once, however
     * often it is asked for.
     *
     * @param buyer who may follow it
     * @param pickup where the goods are
     * @return the delivery's id, new or old
     */
    public Future<Id<Delivery>> request(
            SqlConnection transaction, Id<?> order, Id<?> buyer, Place pickup, Destination destination) {
        return add(transaction, row(order, null, buyer, pickup, destination));
    }

    /**
     * Asks for a shelf to be filled from the depot of its zone. A shelf has at most one open restock.
     *
     * @return the delivery's id, new or the one that is open
     */
    public Future<Id<Delivery>> requestRestock(SqlConnection transaction, Id<?> shelf, Place dropoff) {
        return add(transaction, row(null, shelf, null, depot(dropoff), new Destination(dropoff, null, null)));
    }

    /** Where goods for this place leave from: the centre of its zone. Known once this node has started. */
    public Place depot(Place dropoff) {
        return zones.of(dropoff).centre();
    }

    private Future<Id<Delivery>> add(SqlConnection transaction, DeliveryRow row) {
        return add(transaction, row, ADD_ATTEMPTS_MAX);
    }

    /** A restock that stands in the way may be delivered between the two statements; then this one is new. */
    private Future<Id<Delivery>> add(SqlConnection transaction, DeliveryRow row, int attempts) {
        return stores.deliveries()
                .add(transaction, row)
                .compose(added -> added
                        ? announce(transaction, row)
                        : stores.deliveries()
                                .ofOrderOrShelf(transaction, row.order(), row.shelf())
                                .compose(known -> known.isEmpty() && attempts > 1
                                        ? add(transaction, row, attempts - 1)
                                        : Future.succeededFuture(
                                                known.orElseThrow().id())));
    }

    private Future<Id<Delivery>> announce(SqlConnection transaction, DeliveryRow row) {
        Database.afterCommit(transaction, () -> nudges.changed(row.zone()));
        return stores.events()
                .add(transaction, List.of(stores.events().deliveryChanged(row.zone(), row.id())))
                .map(row.id());
    }

    ShiftDesk shifts() {
        return shifts;
    }

    OfferDesk offers() {
        return offers;
    }

    Tracking tracking() {
        return tracking;
    }

    /** The zones that this node owns now. */
    Set<String> ownedZones() {
        return ownership.owned();
    }

    private DeliveryRow row(
            @Nullable Id<?> order,
            @Nullable Id<?> shelf,
            @Nullable Id<?> buyer,
            Place pickup,
            Destination destination) {
        Instant now = clock.instant();
        return new DeliveryRow(
                ids.next(),
                zones.of(pickup).id(),
                order,
                shelf,
                buyer,
                pickup,
                destination,
                DeliveryStage.WAITING,
                null,
                null,
                null,
                now,
                now,
                null,
                Map.of());
    }

    private Future<Void> onContext(Supplier<Future<Void>> work) {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(go -> work.get().onComplete(promise));
        return promise.future();
    }
}
