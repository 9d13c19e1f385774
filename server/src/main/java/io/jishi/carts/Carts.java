package io.jishi.carts;

import io.jishi.accounts.User;
import io.jishi.carts.CartRequest.Checkout;
import io.jishi.carts.CartRequest.Get;
import io.jishi.carts.CartRequest.Put;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.CatalogRefusal;
import io.jishi.catalog.Location;
import io.jishi.catalog.Offer;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.orders.Order;
import io.jishi.orders.OrderLine;
import io.jishi.orders.OrderStage;
import io.jishi.orders.Orders;
import io.jishi.orders.Purchase;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What buyers put together, kept on the server, and how it becomes an order. */
public final class Carts {
    /** Different SKUs in one cart, and so lines of one order. */
    public static final int LINES_MAX = 30;

    public static final Setting<Integer> RESERVATION_SECONDS = Setting.integer(
            "carts.reservation-seconds",
            900,
            5,
            86_400,
            "How long the units of an order that was checked out are kept for its payment.");
    public static final Setting<Integer> UNPAID_MAX = Setting.integer(
            "carts.unpaid-max",
            5,
            1,
            1_000,
            "Orders from carts that a buyer may have without having paid them; more are refused.");
    public static final List<Setting<?>> SETTINGS = List.of(RESERVATION_SECONDS, UNPAID_MAX);

    public static final Method<Get, Cart> GET = Method.of(
            "carts.get", Get.class, Cart.class, "One's own cart, and how many of it there are in a location.");
    public static final Method<Put, Cart> PUT = Method.of(
            "carts.put",
            Put.class,
            Cart.class,
            "Sets how many units of a SKU are in one's own cart; the same on every device.",
            CatalogRefusal.SKU_NOT_FOUND,
            CartRefusal.CART_FULL);
    public static final Method<Checkout, Order> CHECKOUT = Method.of(
            "carts.checkout",
            Checkout.class,
            Order.class,
            "Makes an order of all that is in one's own cart, at the prices of the moment, and reserves the units until a"
                    + " deadline. Repeated with the same key, on any node, it is answered with the same order.",
            CartRefusal.CART_EMPTY,
            CartRefusal.NOT_ALL_THERE,
            CartRefusal.NOT_A_COUNTER,
            CartRefusal.UNKNOWN_COUPON,
            CartRefusal.UNPAID_ORDERS);

    private final Database database;
    private final CartStore store = new CartStore();
    private final Catalog catalog;
    private final Orders orders;
    private final Ids ids;
    private final InstantSource clock;
    private final Duration reservation;
    private final int unpaidMax;

    public Carts(Database database, Catalog catalog, Orders orders, Ids ids, InstantSource clock, Settings settings) {
        this.database = database;
        this.catalog = catalog;
        this.orders = orders;
        this.ids = ids;
        this.clock = clock;
        this.reservation = Duration.ofSeconds(settings.get(RESERVATION_SECONDS));
        this.unpaidMax = settings.get(UNPAID_MAX);
    }

    public void register(Methods methods) {
        methods.add(
                GET,
                (caller, request) -> cart(caller.userId(), request.location()).map(Outcome::done));
        methods.add(PUT, (caller, request) -> put(caller.userId(), request));
        methods.add(CHECKOUT, (caller, request) -> checkout(caller.userId(), request));
    }

    public Future<Cart> cart(Id<User> buyer, Id<Location> location) {
        return database.transaction(transaction -> store.lines(transaction, buyer)
                .compose(lines -> catalog.stock()
                        .offers(transaction, lines.keySet(), location)
                        .map(offers -> cart(lines, offers, location))));
    }

    private static Cart cart(Map<Id<Sku>, Integer> lines, Map<Id<Sku>, Offer> offers, Id<Location> location) {
        List<Cart.Line> all = new ArrayList<>();
        lines.forEach((sku, quantity) -> {
            Offer offer = Objects.requireNonNull(offers.get(sku));
            all.add(new Cart.Line(
                    sku,
                    offer.sku().productId(),
                    offer.sku().title(),
                    offer.sku().sku().priceMinor(),
                    quantity,
                    offer.available()));
        });
        return Cart.of(all, location);
    }

    public Future<Outcome<Cart>> put(Id<User> buyer, Put request) {
        Id<Sku> sku = request.skuId();
        Instant now = clock.instant();
        return catalog.sku(sku)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(CatalogRefusal.SKU_NOT_FOUND)
                        : database.transaction(transaction -> store.lock(transaction, buyer, now)
                                .compose(done -> store.lines(transaction, buyer))
                                .compose(lines -> put(transaction, buyer, lines, request, now))))
                .compose(refusal -> refusal != null
                        ? Future.succeededFuture(Outcome.refused(refusal))
                        : cart(buyer, Location.MAIN).map(Outcome::done));
    }

    /** @return why it was not done; null where it was */
    private Future<@Nullable Refusal> put(
            SqlConnection transaction, Id<User> buyer, Map<Id<Sku>, Integer> lines, Put request, Instant now) {
        if (request.quantity() == 0) {
            return store.remove(transaction, buyer, request.skuId()).map((Refusal) null);
        }
        if (!lines.containsKey(request.skuId()) && lines.size() >= LINES_MAX) {
            return Future.succeededFuture(CartRefusal.CART_FULL);
        }
        return store.put(transaction, buyer, request.skuId(), request.quantity(), now)
                .map((Refusal) null);
    }

    public Future<Outcome<Order>> checkout(Id<User> buyer, Checkout request) {
        return isPossible(request)
                .compose(possible -> possible
                        ? database.transaction(transaction -> store.lock(transaction, buyer, clock.instant())
                                .compose(done -> orders.ofCheckout(transaction, buyer, request.key()))
                                .compose(earlier -> earlier.isPresent()
                                        ? Future.succeededFuture(Outcome.done(earlier.get()))
                                        : checkoutOnce(transaction, buyer, request)))
                        : Future.succeededFuture(Outcome.refused(CartRefusal.NOT_A_COUNTER)));
    }

    /** The transaction holds the cart, so whatever another checkout of the buyer has done is done. */
    private Future<Outcome<Order>> checkoutOnce(SqlConnection transaction, Id<User> buyer, Checkout request) {
        if (request.coupon() != null) {
            return Future.succeededFuture(Outcome.refused(CartRefusal.UNKNOWN_COUPON));
        }
        return orders.unpaid(transaction, buyer)
                .compose(unpaid -> unpaid >= unpaidMax
                        ? Future.succeededFuture(Outcome.refused(CartRefusal.UNPAID_ORDERS))
                        : store.lines(transaction, buyer)
                                .compose(lines -> lines.isEmpty()
                                        ? Future.succeededFuture(Outcome.refused(CartRefusal.CART_EMPTY))
                                        : order(transaction, buyer, request, lines)));
    }

    private Future<Boolean> isPossible(Checkout request) {
        return switch (request.fulfilment()) {
            case DELIVERY -> Future.succeededFuture(true);
            case PICKUP ->
                catalog.stock()
                        .location(request.location())
                        .map(found -> found.isPresent() && found.get().kind() == Location.Kind.COUNTER);
        };
    }

    private Future<Outcome<Order>> order(
            SqlConnection transaction, Id<User> buyer, Checkout request, SequencedMap<Id<Sku>, Integer> lines) {
        Id<Location> location = request.location();
        return catalog.stock()
                .lock(transaction, lines.keySet())
                .compose(done -> catalog.stock().offers(transaction, lines.keySet(), location))
                .compose(offers -> {
                    if (lines.entrySet().stream()
                            .anyMatch(line -> Objects.requireNonNull(offers.get(line.getKey()))
                                            .available()
                                    < line.getValue())) {
                        return Future.succeededFuture(Outcome.refused(CartRefusal.NOT_ALL_THERE));
                    }
                    Order order = order(buyer, new Purchase(orderLines(lines, offers), request.fulfilment(), location));
                    return catalog.stock()
                            .take(transaction, lines, location, "order:" + order.id())
                            .compose(taken -> orders.place(transaction, order, request.key()))
                            .compose(placed -> store.empty(transaction, buyer))
                            .map(emptied -> Outcome.done(order));
                });
    }

    private static List<OrderLine> orderLines(Map<Id<Sku>, Integer> lines, Map<Id<Sku>, Offer> offers) {
        List<OrderLine> all = new ArrayList<>();
        lines.forEach((sku, quantity) -> {
            Offer offer = Objects.requireNonNull(offers.get(sku));
            all.add(new OrderLine(
                    sku, offer.sku().title(), quantity, offer.sku().sku().priceMinor()));
        });
        return all;
    }

    private Order order(Id<User> buyer, Purchase purchase) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Order(
                ids.next(),
                buyer,
                null,
                null,
                title(purchase.lines()),
                purchase.units(),
                null,
                "CNY",
                OrderStage.RESERVED,
                now,
                now.plus(reservation),
                null,
                null,
                purchase);
    }

    /** The first of several goods stands for all. */
    private static LocalText title(List<OrderLine> lines) {
        LocalText first = lines.getFirst().name();
        int others = lines.size() - 1;
        return others == 0
                ? first
                : new LocalText(
                        shortened(first.zh()) + " 等 " + lines.size() + " 种",
                        shortened(first.en()) + " and " + others + " more");
    }

    private static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= 180 ? name : name.substring(0, name.offsetByCodePoints(0, 180)) + "…";
    }
}
