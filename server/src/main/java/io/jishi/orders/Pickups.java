package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.database.Database;
import io.jishi.database.SealedColumn;
import io.jishi.orders.Pickup.AskCode;
import io.jishi.orders.Pickup.Code;
import io.jishi.orders.Pickup.HandOver;
import io.jishi.orders.Pickup.Page;
import io.jishi.orders.Pickup.Ready;
import io.jishi.orders.Pickup.ToFetch;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Orders that their buyers fetch: staff say that the goods lie ready, the buyer gets a code, and whoever shows it takes
 * them. A code opens nothing after five attempts, right or wrong.
 */
final class Pickups {
    static final Method<Ready, Order> READY = Method.of(
            "orders.ready",
            Ready.class,
            Order.class,
            "Says that a paid order which nobody brings lies ready for its buyer, who gets a code; again, a new one.",
            OrderRefusal.ORDER_NOT_FOUND,
            OrderRefusal.NOT_TO_FETCH);
    static final Method<HandOver, Order> HAND_OVER = Method.of(
            "orders.hand_over",
            HandOver.class,
            Order.class,
            "Hands an order over to whoever shows its code; at most five codes are tried.",
            OrderRefusal.ORDER_NOT_FOUND,
            OrderRefusal.NOT_TO_FETCH,
            OrderRefusal.WRONG_CODE,
            OrderRefusal.TOO_MANY_CODES);
    static final Method<AskCode, Code> CODE = Method.of(
            "orders.pickup_code",
            AskCode.class,
            Code.class,
            "The code of an own order that lies ready, to be shown at the counter.",
            OrderRefusal.ORDER_NOT_FOUND);
    static final Method<ToFetch, Page> TO_FETCH = Method.of(
            "orders.to_fetch",
            ToFetch.class,
            Page.class,
            "Orders that are to be made ready or handed over at a counter, oldest first.");

    private static final int CODES = 1_000_000;

    private final Database database;
    private final OrderStore orders;
    private final PickupStore store;
    private final Payments payments;
    private final OrderEvents events;
    private final RandomGenerator random;
    private final InstantSource clock;

    Pickups(Database database, Payments payments, OrderEvents events, RandomGenerator random, InstantSource clock) {
        this.database = database;
        this.orders = new OrderStore(database);
        this.store = new PickupStore(database);
        this.payments = payments;
        this.events = events;
        this.random = random;
        this.clock = clock;
    }

    SealedColumn codes() {
        return store.codes();
    }

    void register(Methods methods) {
        methods.add(READY, (caller, request) -> ready(caller.userId(), request.orderId()));
        methods.add(HAND_OVER, (caller, request) -> handOver(caller.userId(), request));
        methods.add(
                CODE,
                (caller, request) -> store.code(request.orderId(), caller.userId())
                        .map(code -> code.map(text -> Outcome.done(new Code(request.orderId(), text)))
                                .orElseGet(() -> Outcome.refused(OrderRefusal.ORDER_NOT_FOUND))));
        methods.add(TO_FETCH, (caller, request) -> toFetch(request));
    }

    Future<Outcome<Order>> ready(Id<User> who, Id<Order> id) {
        return act(
                id,
                transaction -> orders.lock(transaction, id).compose(order -> switch (order.stage()) {
                    case PAID -> firstReady(transaction, who, id);
                    case READY -> renew(transaction, who, id);
                    case RESERVED,
                            AWAITING_PAYMENT,
                            DELIVERING,
                            DELIVERED,
                            CLOSED,
                            CANCELLED,
                            EXPIRED,
                            REFUNDING,
                            REFUNDED -> Future.succeededFuture(OrderRefusal.NOT_TO_FETCH);
                }));
    }

    private Future<@Nullable Refusal> firstReady(SqlConnection transaction, Id<User> who, Id<Order> id) {
        return payments.isBrought(transaction, id)
                .compose(brought -> brought
                        ? Future.succeededFuture(OrderRefusal.NOT_TO_FETCH)
                        : orders.change(transaction, id, OrderStage.PAID, OrderStage.READY, null)
                                .compose(order -> events.changedElsewhere(transaction, order.orElseThrow()))
                                .compose(told -> renew(transaction, who, id)));
    }

    private Future<@Nullable Refusal> renew(SqlConnection transaction, Id<User> who, Id<Order> id) {
        return store.ready(transaction, id, newCode(), who, clock.instant()).map((Refusal) null);
    }

    private String newCode() {
        return "%06d".formatted(random.nextInt(CODES));
    }

    /** A wrong code is refused and counted: what the transaction has written of it is committed. */
    Future<Outcome<Order>> handOver(Id<User> who, HandOver request) {
        Id<Order> id = request.orderId();
        return act(
                id,
                transaction -> orders.lock(transaction, id)
                        .compose(order -> order.stage() != OrderStage.READY
                                ? Future.succeededFuture(OrderRefusal.NOT_TO_FETCH)
                                : store.attempt(transaction, id).compose(code -> {
                                    if (code.isEmpty()) {
                                        return Future.succeededFuture(OrderRefusal.TOO_MANY_CODES);
                                    }
                                    return isSame(code.get(), request.code())
                                            ? handOver(transaction, who, id)
                                            : Future.succeededFuture(OrderRefusal.WRONG_CODE);
                                })));
    }

    private Future<@Nullable Refusal> handOver(SqlConnection transaction, Id<User> who, Id<Order> id) {
        return store.handedOver(transaction, id, who, clock.instant())
                .compose(done -> orders.delivered(transaction, id, OrderStage.READY, clock.instant()))
                .compose(order -> events.changedElsewhere(transaction, order.orElseThrow()))
                .map((Refusal) null);
    }

    private static boolean isSame(String code, String given) {
        return MessageDigest.isEqual(
                code.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
    }

    /** Something that staff do with an order. */
    private interface Step {
        /** @return why it was not done; null where it was */
        Future<@Nullable Refusal> take(SqlConnection transaction);
    }

    private Future<Outcome<Order>> act(Id<Order> id, Step step) {
        return orders.order(id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Outcome.refused(OrderRefusal.ORDER_NOT_FOUND))
                        : database.transaction(step::take)
                                .compose(refusal -> refusal != null
                                        ? Future.succeededFuture(Outcome.refused(refusal))
                                        : orders.order(id).map(order -> Outcome.done(order.orElseThrow()))));
    }

    private Future<Outcome<Page>> toFetch(ToFetch request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.toFetch(request.locationId(), limit + 1, request.after()).map(found -> {
            List<Order> items = found.subList(0, Math.min(limit, found.size()));
            return Outcome.done(
                    new Page(items, found.size() > limit ? items.getLast().id() : null));
        });
    }
}
