package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.ledger.Ledger;
import io.jishi.orders.EventStore.Event;
import io.jishi.orders.OrderRequest.ListOwn;
import io.jishi.orders.OrderRequest.Page;
import io.jishi.orders.OrderRequest.Pay;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Orders from the claim to the door. */
public final class Orders {
    public static final Setting<Integer> CLOSE_AFTER_HOURS = Setting.integer(
            "orders.close-after-hours",
            168,
            0,
            8_760,
            "How long after its delivery an order can be refunded; then it is closed and its money is the host's.");
    public static final Setting<Integer> COMMISSION_BASIS_POINTS = Setting.integer(
            "orders.commission-basis-points",
            500,
            0,
            10_000,
            "What the shop keeps of a closed order, in hundredths of a percent.");
    public static final List<Setting<?>> SETTINGS = Stream.concat(
                    Stream.of(CLOSE_AFTER_HOURS, COMMISSION_BASIS_POINTS), SandboxProvider.SETTINGS.stream())
            .toList();

    private static final Duration EXPIRY_TICK = Duration.ofMillis(250);
    private static final Duration EVENT_TICK = Duration.ofSeconds(1);
    private static final Duration REFUND_TICK = Duration.ofSeconds(5);
    private static final Duration CLOSE_TICK = Duration.ofSeconds(30);
    private static final Duration KEY_CHANGE_TICK = Duration.ofSeconds(10);
    private static final int EXPIRED_AT_ONCE_MAX = 500;
    private static final int CLOSED_AT_ONCE_MAX = 100;

    private final Database database;
    private final OrderStore store;
    private final OrderEvents events;
    private final Payments payments;
    private final Pickups pickups;
    private final InstantSource clock;
    private final Sweeps sweeps;
    private final Duration closeAfter;
    private final int commissionBasisPoints;
    private Hosts hosts = skus -> Future.succeededFuture(Map.of());
    private final List<ReleasedListener> releasedListeners = new ArrayList<>();

    public Orders(
            Database database,
            Channels channels,
            Ledger ledger,
            List<? extends PaymentProvider> providers,
            Ids ids,
            InstantSource clock,
            Timers timers,
            Settings settings) {
        this.database = database;
        this.store = new OrderStore(database);
        this.events = new OrderEvents(new EventStore(database), channels, ids, clock);
        this.payments = new Payments(database, events, ledger, providers, ids, clock);
        this.pickups = new Pickups(database, payments, events, new SecureRandom(), clock);
        this.clock = clock;
        this.sweeps = new Sweeps(timers);
        this.closeAfter = Duration.ofHours(settings.get(CLOSE_AFTER_HOURS));
        this.commissionBasisPoints = settings.get(COMMISSION_BASIS_POINTS);
    }

    /** Takes part in the transaction in which an order becomes paid; where it fails, the order is not paid. */
    @FunctionalInterface
    public interface PaidListener {
        /** @param destination where the goods are to be brought, if the buyer said so */
        Future<Void> paid(SqlConnection transaction, Order order, Optional<Destination> destination);
    }

    /** Takes part in the transaction in which orders let go of their units. */
    @FunctionalInterface
    public interface ReleasedListener {
        Future<Void> released(SqlConnection transaction, List<Order> orders);
    }

    /** Takes part in every transaction that writes events, with these events. */
    @FunctionalInterface
    public interface EventListener {
        Future<Void> told(SqlConnection transaction, List<? extends OrderMessage> messages);
    }

    public void onEvent(EventListener listener) {
        events.onEvent(listener);
    }

    /** Knows whose goods a SKU is. */
    @FunctionalInterface
    public interface Hosts {
        /** Those of the SKUs that are known. */
        Future<Map<Id<Sku>, Id<User>>> hostsOf(Set<Id<Sku>> skus);
    }

    /** Whom the money of closed orders belongs to; until this is said, none is closed. */
    public void settlingWith(Hosts whose) {
        hosts = whose;
    }

    public void onPaid(PaidListener listener) {
        payments.onPaid(listener);
    }

    public void onReleased(ReleasedListener listener) {
        releasedListeners.add(listener);
    }

    public void register(Methods methods) {
        methods.add(OrderMethods.PAY, (caller, request) -> paying(caller.userId(), request));
        methods.add(OrderMethods.CANCEL, (caller, request) -> cancel(caller.userId(), request.orderId()));
        methods.add(OrderMethods.REFUND, (caller, request) -> refund(request.orderId()));
        methods.add(
                OrderMethods.GET,
                (caller, request) -> own(caller.userId(), request.orderId())
                        .map(found -> found.map(Outcome::done).orElseGet(Orders::notFound)));
        pickups.register(methods);
        methods.add(OrderMethods.LIST, (caller, request) -> list(caller.userId(), request));
    }

    /** Begins to expire unpaid orders, to publish what others left unpublished, and to ask again for refunds. */
    public Future<Void> start() {
        sweeps.every(EXPIRY_TICK, "expiry", this::expireDue);
        sweeps.every(EVENT_TICK, "event-sweep", this::sweepEvents);
        sweeps.every(REFUND_TICK, "refund-sweep", payments::sweepRefunds);
        sweeps.every(REFUND_TICK, "part-refund-sweep", payments::sweepParts);
        sweeps.every(CLOSE_TICK, "close", this::closeDelivered);
        sweeps.every(REFUND_TICK, "payment-sweep", payments::sweepStarted);
        sweeps.every(KEY_CHANGE_TICK, "key-change", payments.destinations()::changeKeys);
        sweeps.every(KEY_CHANGE_TICK, "code-key-change", pickups.codes()::changeKeys);
        return payments.destinations().prepare().compose(done -> pickups.codes().prepare());
    }

    public Future<Void> stop() {
        sweeps.stop();
        return Future.succeededFuture();
    }

    public Future<Optional<Order>> order(Id<Order> id) {
        return store.order(id);
    }

    /** What may be done with orders that their buyers have. */
    public Aftercare aftercare() {
        return payments.aftercare();
    }

    /** Asks for refunds of single goods that are due. */
    Future<Void> sweepPartRefunds() {
        return payments.sweepParts();
    }

    /** Pays an order as far as that goes without its buyer. */
    public Future<Outcome<Order>> pay(Id<User> buyer, Pay request) {
        return paying(buyer, request).map(outcome -> outcome.map(Paying::order));
    }

    private Future<Outcome<Paying>> paying(Id<User> buyer, Pay request) {
        return own(buyer, request.orderId()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(notFound());
            }
            Order order = found.get();
            Purchase purchase = order.purchase();
            Optional<OrderRefusal> refusal = purchase == null || !order.stage().isUnpaid()
                    ? Optional.empty()
                    : purchase.refusal(request.place() != null);
            if (refusal.isPresent()) {
                return Future.succeededFuture(Outcome.refused(refusal.get()));
            }
            return payments.pay(order, request);
        });
    }

    /**
     * What the payment provider says outside of an answer.
     *
     * @return refused where the provider did not sign it; else done, also where it was known before
     */
    public Future<Outcome<Boolean>> settle(PaymentMethod method, PaymentProvider.Notice notice) {
        return payments.settle(method, notice);
    }

    public Future<Outcome<Order>> cancel(Id<User> buyer, Id<Order> id) {
        return own(buyer, id).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(notFound());
            }
            return released(transaction -> cancel(transaction, id))
                    .compose(changed -> store.order(id))
                    .map(order -> cancelled(order.orElseThrow()));
        });
    }

    private Future<List<Order>> cancel(SqlConnection transaction, Id<Order> id) {
        return store.change(transaction, id, OrderStage.RESERVED, OrderStage.CANCELLED, null)
                .compose(changed -> changed.isPresent()
                        ? Future.succeededFuture(changed)
                        : store.change(transaction, id, OrderStage.AWAITING_PAYMENT, OrderStage.CANCELLED, null))
                .map(changed -> changed.map(List::of).orElse(List.of()));
    }

    private static Outcome<Order> cancelled(Order order) {
        return switch (order.stage()) {
            case CANCELLED -> Outcome.done(order);
            case EXPIRED -> Outcome.refused(OrderRefusal.ORDER_EXPIRED);
            case RESERVED, AWAITING_PAYMENT, PAID, READY, DELIVERING, DELIVERED, CLOSED, REFUNDING, REFUNDED ->
                Outcome.refused(OrderRefusal.ALREADY_PAID);
        };
    }

    /**
     * Expires orders whose deadline has come, until none is left.
     *
     * @return how many
     */
    Future<Integer> expireDue() {
        return store.isAnyDue(clock.instant())
                .compose(due -> due
                        ? released(transaction -> store.expireDue(transaction, clock.instant(), EXPIRED_AT_ONCE_MAX))
                        : Future.succeededFuture(List.<Order>of()))
                .compose(expired -> expired.size() < EXPIRED_AT_ONCE_MAX
                        ? Future.succeededFuture(expired.size())
                        : expireDue().map(more -> more + expired.size()));
    }

    /**
     * Publishes events that are overdue.
     *
     * @return how many
     */
    Future<Integer> sweepEvents() {
        return events.sweep();
    }

    /** Asks providers what became of payments of which nothing was heard for a while. */
    Future<Void> sweepPayments() {
        return payments.sweepStarted();
    }

    /** Asks again for refunds that are under way. */
    Future<Void> sweepRefunds() {
        return payments.sweepRefunds();
    }

    /** Lets orders go of their units, tells the listeners in the same transaction and the buyers after it. */
    private Future<List<Order>> released(Function<SqlConnection, Future<List<Order>>> change) {
        record Done(List<Order> orders, List<Event> events) {}
        return database.transaction(transaction -> change.apply(transaction)
                        .compose(orders -> events.changed(transaction, orders)
                                .compose(written -> tell(transaction, orders).map(told -> new Done(orders, written)))))
                .compose(done -> events.publish(done.events()).map(done.orders()));
    }

    private Future<Void> tell(SqlConnection transaction, List<Order> orders) {
        Future<Void> told = Future.succeededFuture();
        if (!orders.isEmpty()) {
            for (ReleasedListener listener : releasedListeners) {
                told = told.compose(done -> listener.released(transaction, orders));
            }
        }
        return told;
    }

    /**
     * Adds an order that is of no flash sale, in the transaction that takes its units out of the stock; its buyer hears of
     * it afterwards.
     */
    public Future<Void> place(SqlConnection transaction, Order order, String key) {
        return store.insert(transaction, order, key).compose(done -> events.changedElsewhere(transaction, order));
    }

    /** The order that a buyer's checkout under that key has become before. */
    public Future<Optional<Order>> ofCheckout(SqlConnection transaction, Id<User> buyer, String key) {
        return store.ofCheckout(transaction, buyer, key);
    }

    /** How many orders of no flash sale a buyer has and has not paid. */
    public Future<Integer> unpaid(SqlConnection transaction, Id<User> buyer) {
        return store.unpaid(transaction, buyer);
    }

    /** Orders that another capability has made in its transaction: their buyers hear of them after it. */
    public Future<Void> made(SqlConnection transaction, List<Order> made) {
        Future<Void> told = Future.succeededFuture();
        for (Order order : made) {
            told = told.compose(done -> events.changedElsewhere(transaction, order));
        }
        return told;
    }

    /**
     * A courier has the goods of a paid order, in the caller's transaction.
     *
     * @return false, and nothing changed, where the order is not paid
     */
    public Future<Boolean> delivering(SqlConnection transaction, Id<Order> order, Id<?> delivery) {
        return changeElsewhere(transaction, order, OrderStage.PAID, OrderStage.DELIVERING, delivery);
    }

    /** The buyer has the goods, in the caller's transaction; false where the order was not being delivered. */
    public Future<Boolean> delivered(SqlConnection transaction, Id<Order> order) {
        return tellElsewhere(transaction, store.delivered(transaction, order, OrderStage.DELIVERING, clock.instant()));
    }

    /**
     * Nobody brings the goods of a paid order, in the caller's transaction: the units go back, and so does the money.
     *
     * @return false, and nothing changed, where the order is not paid or was delivered
     */
    public Future<Boolean> undelivered(SqlConnection transaction, Id<Order> order) {
        return undo(transaction, order, List.of(OrderStage.PAID, OrderStage.DELIVERING))
                .map(Optional::isPresent);
    }

    private Future<Optional<Order>> undo(SqlConnection transaction, Id<Order> id, List<OrderStage> from) {
        return payments.settlement()
                .undo(transaction, id, from)
                .compose(undone -> undone.isEmpty()
                        ? Future.succeededFuture(undone)
                        : tell(transaction, List.of(undone.get())).map(undone));
    }

    /** Goods that were delivered stay with the buyer, until somebody has them back; others return to the stock. */
    private Future<Outcome<Order>> refund(Id<Order> id) {
        return store.order(id).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(notFound());
            }
            OrderStage stage = found.get().stage();
            if (stage == OrderStage.REFUNDING || stage == OrderStage.REFUNDED) {
                return Future.succeededFuture(Outcome.done(found.get()));
            }
            return database.transaction(transaction -> store.lock(transaction, id)
                            .compose(held -> payments.isBrought(transaction, id))
                            .compose(brought -> brought
                                    ? Future.succeededFuture(Optional.<Order>empty())
                                    : undo(transaction, id, List.of(OrderStage.PAID, OrderStage.READY)))
                            .compose(undone -> undone.isPresent()
                                    ? Future.succeededFuture(undone)
                                    : payments.settlement().undoDelivered(transaction, id)))
                    .map(undone ->
                            undone.map(Outcome::done).orElseGet(() -> Outcome.refused(OrderRefusal.NOT_REFUNDABLE)));
        });
    }

    /**
     * Closes orders that were delivered long enough ago.
     *
     * @return how many it has looked at
     */
    Future<Integer> closeDelivered() {
        return store.toClose(clock.instant().minus(closeAfter), CLOSED_AT_ONCE_MAX)
                .compose(due ->
                        Future.join(due.stream().map(this::close).toList()).map(done -> due.size()));
    }

    private Future<Void> close(Order order) {
        Set<Id<Sku>> skus = order.goods().stream().map(OrderLine::skuId).collect(Collectors.toSet());
        return hosts.hostsOf(skus)
                .compose(known -> known.keySet().containsAll(skus)
                        ? payments.settlement().close(order, known, commissionBasisPoints)
                        : Future.succeededFuture());
    }

    private Future<Boolean> changeElsewhere(
            SqlConnection transaction, Id<Order> id, OrderStage from, OrderStage to, @Nullable Id<?> delivery) {
        return tellElsewhere(transaction, store.change(transaction, id, from, to, delivery));
    }

    private Future<Boolean> tellElsewhere(SqlConnection transaction, Future<Optional<Order>> change) {
        return change.compose(changed -> changed.isEmpty()
                ? Future.succeededFuture(false)
                : events.changedElsewhere(transaction, changed.get()).map(true));
    }

    private Future<Outcome<Page>> list(Id<User> buyer, ListOwn request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.ordersOf(buyer, limit + 1, request.after()).map(found -> {
            boolean more = found.size() > limit;
            List<Order> items = more ? found.subList(0, limit) : found;
            return Outcome.done(new Page(items, more ? items.get(limit - 1).id() : null));
        });
    }

    private Future<Optional<Order>> own(Id<User> buyer, Id<Order> id) {
        return store.order(id)
                .map(found -> found.filter(order -> order.buyerId().equals(buyer)));
    }

    private static <R> Outcome<R> notFound() {
        return Outcome.refused(OrderRefusal.ORDER_NOT_FOUND);
    }
}
