package io.jishi.aftersales;

import io.jishi.accounts.User;
import io.jishi.aftersales.AfterSalesRequest.Open;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.Sku;
import io.jishi.catalog.SkuOfProduct;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.database.Database;
import io.jishi.orders.Aftercare.Held;
import io.jishi.orders.Order;
import io.jishi.orders.OrderLine;
import io.jishi.orders.OrderRefusal;
import io.jishi.orders.OrderStage;
import io.jishi.orders.Orders;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens cases: in time, and for units that are in no other one. */
final class Opening {
    private final Database database;
    private final CaseStore store;
    private final Orders orders;
    private final Catalog catalog;
    private final CaseDesk desk;
    private final Deadlines deadlines;
    private final Ids ids;
    private final InstantSource clock;
    private final int casesMax;

    Opening(
            Database database,
            Orders orders,
            Catalog catalog,
            CaseDesk desk,
            Deadlines deadlines,
            Ids ids,
            InstantSource clock,
            int casesMax) {
        this.database = database;
        this.store = new CaseStore(database);
        this.orders = orders;
        this.catalog = catalog;
        this.desk = desk;
        this.deadlines = deadlines;
        this.ids = ids;
        this.clock = clock;
        this.casesMax = casesMax;
    }

    Future<Outcome<Case>> open(Id<User> buyer, Open request) {
        return orders.order(request.orderId()).compose(found -> {
            if (found.isEmpty() || !found.get().buyerId().equals(buyer)) {
                return Future.succeededFuture(Outcome.refused(OrderRefusal.ORDER_NOT_FOUND));
            }
            Optional<OrderLine> line = found.get().goods().stream()
                    .filter(each -> each.skuId().equals(request.skuId()))
                    .findFirst();
            if (line.isEmpty() || line.get().quantity() < request.quantity()) {
                return Future.succeededFuture(Outcome.refused(AfterSalesRefusal.NOT_THAT_MANY));
            }
            return catalog.skus(Stream.concat(Stream.of(request.skuId()), Stream.ofNullable(request.wantedSkuId()))
                            .toList())
                    .compose(skus -> mayReplace(request, skus)
                            ? open(found.get(), line.get(), skus.get(request.skuId()), request)
                            : Future.succeededFuture(Outcome.refused(AfterSalesRefusal.NO_REPLACEMENT)));
        });
    }

    /** Goods are exchanged even: for the same ones, or for another variant of the same product that costs the same. */
    private static boolean mayReplace(Open request, Map<Id<Sku>, SkuOfProduct> skus) {
        Id<Sku> other = request.wantedSkuId();
        if (other == null || other.equals(request.skuId())) {
            return true;
        }
        SkuOfProduct mine = skus.get(request.skuId());
        SkuOfProduct wanted = skus.get(other);
        return mine != null
                && wanted != null
                && wanted.productId().equals(mine.productId())
                && wanted.sku().priceMinor() == mine.sku().priceMinor();
    }

    private Future<Outcome<Case>> open(Order seen, OrderLine line, @Nullable SkuOfProduct sku, Open request) {
        return database.transaction(transaction -> orders.aftercare()
                .lock(transaction, seen.id())
                .compose(held -> store.ofKey(transaction, seen.buyerId(), request.key())
                        .compose(earlier -> earlier.isPresent()
                                ? Future.succeededFuture(Outcome.done(earlier.get()))
                                : openOnce(transaction, held, line, sku, request))));
    }

    /** The transaction holds the order, so whatever another case of it has done is done. */
    private Future<Outcome<Case>> openOnce(
            SqlConnection transaction, Held held, OrderLine line, @Nullable SkuOfProduct sku, Open request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!isInTime(held, request.kind(), now)) {
            return Future.succeededFuture(Outcome.refused(AfterSalesRefusal.TOO_LATE_FOR_A_CASE));
        }
        return store.ofOrder(transaction, held.order().id()).compose(cases -> {
            if (cases.size() >= casesMax) {
                return Future.succeededFuture(Outcome.refused(AfterSalesRefusal.TOO_MANY_CASES));
            }
            if (inCases(cases, line.skuId()) + request.quantity() > line.quantity()) {
                return Future.succeededFuture(Outcome.refused(AfterSalesRefusal.NOT_THAT_MANY));
            }
            Case made = made(held.order(), line, sku, request, now);
            return insert(transaction, held.order(), made, request, now).map(Outcome.done(made));
        });
    }

    private boolean isInTime(Held held, Kind kind, Instant now) {
        Instant delivered = held.deliveredAt();
        return held.order().stage() == OrderStage.DELIVERED
                && delivered != null
                && now.isBefore(deadlines.windowEnd(kind, delivered));
    }

    private static int inCases(List<Case> cases, Id<Sku> sku) {
        return cases.stream()
                .filter(each -> each.skuId().equals(sku) && each.stage().holdsUnits())
                .mapToInt(Case::quantity)
                .sum();
    }

    private Case made(Order order, OrderLine line, @Nullable SkuOfProduct sku, Open request, Instant now) {
        Id<Sku> wanted = request.wantedSkuId();
        boolean exchange = request.kind() == Kind.EXCHANGE;
        return new Case(
                ids.next(),
                order.id(),
                order.buyerId(),
                sku == null ? null : sku.hostId(),
                request.kind(),
                request.reason(),
                line.skuId(),
                !exchange || wanted != null ? wanted : line.skuId(),
                line.name(),
                request.quantity(),
                Math.multiplyExact(line.unitPriceMinor(), request.quantity()),
                order.currency(),
                exchange ? Remedy.REPLACEMENT : Remedy.REFUND,
                null,
                CaseStage.REQUESTED,
                now,
                deadlines.due(CaseStage.REQUESTED, now),
                null,
                null,
                null);
    }

    private Future<Void> insert(SqlConnection transaction, Order order, Case made, Open request, Instant now) {
        return store.insert(transaction, made, request.key())
                .compose(done -> orders.aftercare().keepOpen(transaction, order.id(), made.id()))
                .compose(done -> store.insert(transaction, ids.next(), made, Deed.OPEN, made.buyerId(), now))
                .compose(done -> desk.say(transaction, made, made.buyerId(), request.text(), now))
                .compose(done -> orders.aftercare().tell(transaction, order, made));
    }
}
