package io.jishi.flashsales;

import io.jishi.catalog.Location;
import io.jishi.catalog.Movement.Reason;
import io.jishi.catalog.Stock;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.orders.Order;
import io.jishi.orders.OrderLine;
import io.jishi.orders.Purchase;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Puts the units of orders that let go of them back: into the pool of a sale that is running, else into the SKU, where
 * they came from. Orders of no sale are among them, because whoever holds pools and SKUs in one transaction must hold all
 * pools first and then all SKUs, each in one order.
 */
final class ReturnedUnits {
    private final SaleStore store;
    private final Waitlist waitlist;
    private final Stock stock;

    ReturnedUnits(SaleStore store, Waitlist waitlist, Stock stock) {
        this.store = store;
        this.waitlist = waitlist;
        this.stock = stock;
    }

    Future<Void> putBack(SqlConnection transaction, List<Order> orders) {
        Map<Id<?>, List<Order>> bySale = new TreeMap<>(Comparator.comparingLong(Id::value));
        List<Order> toStock = new ArrayList<>();
        for (Order order : orders) {
            Id<?> sale = order.saleId();
            if (sale == null) {
                toStock.add(order);
            } else {
                bySale.computeIfAbsent(sale, first -> new ArrayList<>()).add(order);
            }
        }
        Future<Void> done = Future.succeededFuture();
        for (Map.Entry<Id<?>, List<Order>> sale : bySale.entrySet()) {
            int units = sale.getValue().stream().mapToInt(Order::quantity).sum();
            done = done.compose(before -> store.putBack(transaction, sale.getKey(), units))
                    .compose(waiting -> {
                        if (waiting.isEmpty()) {
                            toStock.addAll(sale.getValue());
                        }
                        return waiting.orElse(0) == 0
                                ? Future.succeededFuture()
                                : waitlist.serve(transaction, sale.getKey());
                    });
        }
        return done.compose(pools -> toStock(transaction, toStock));
    }

    /** After all pools, and all SKUs held in one order, as others do who hold several of them. */
    private Future<Void> toStock(SqlConnection transaction, List<Order> orders) {
        if (orders.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<Void> done = stock.lock(
                transaction,
                orders.stream()
                        .flatMap(order -> order.goods().stream())
                        .map(OrderLine::skuId)
                        .toList());
        for (Order order : orders) {
            done = done.compose(before -> location(transaction, order))
                    .compose(location -> toStock(transaction, order, location));
        }
        return done;
    }

    private Future<Void> toStock(SqlConnection transaction, Order order, Id<Location> location) {
        Future<Void> done = Future.succeededFuture();
        for (OrderLine line : order.goods()) {
            done = done.compose(before -> moved(stock.move(
                    transaction,
                    line.skuId(),
                    location,
                    line.quantity(),
                    Reason.ORDER_RETURNED,
                    "order:" + order.id())));
        }
        return done;
    }

    private Future<Id<Location>> location(SqlConnection transaction, Order order) {
        Purchase purchase = order.purchase();
        return purchase != null
                ? Future.succeededFuture(purchase.locationId())
                : store.location(transaction, Objects.requireNonNull(order.saleId()));
    }

    /** Units that come back always find room in the stock that they once left. */
    static Future<Void> moved(Future<Outcome<Integer>> move) {
        return move.compose(outcome -> switch (outcome) {
            case Outcome.Done<Integer> done -> Future.succeededFuture();
            case Outcome.Refused<Integer> refused ->
                Future.failedFuture(new IllegalStateException("stock refused its own units: " + refused.refusal()));
        });
    }
}
