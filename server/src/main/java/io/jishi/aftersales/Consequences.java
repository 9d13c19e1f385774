package io.jishi.aftersales;

import io.jishi.catalog.Location;
import io.jishi.catalog.Movement.Reason;
import io.jishi.catalog.Offer;
import io.jishi.catalog.Sku;
import io.jishi.catalog.Stock;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Outcome;
import io.jishi.orders.Aftercare;
import io.jishi.orders.Fulfilment;
import io.jishi.orders.Order;
import io.jishi.orders.OrderLine;
import io.jishi.orders.OrderStage;
import io.jishi.orders.Purchase;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a case's step for money and stock, in the step's transaction, which holds the order and the case.
 * Stock comes last wherever more is held, as everywhere.
 */
final class Consequences {
    private final Stock stock;
    private final Aftercare aftercare;
    private final Ids ids;
    private final InstantSource clock;

    Consequences(Stock stock, Aftercare aftercare, Ids ids, InstantSource clock) {
        this.stock = stock;
        this.aftercare = aftercare;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Takes what is promised in exchange out of the stock: from where the order's own goods came.
     *
     * @return where it is kept; empty, and nothing changed, where there is not enough
     */
    Future<Optional<Id<Location>>> keep(SqlConnection transaction, Case it, Order order) {
        Id<Sku> sku = wanted(it);
        return from(transaction, order)
                .compose(location -> stock.lock(transaction, List.of(sku))
                        .compose(done -> stock.offers(transaction, List.of(sku), location))
                        .compose(offers -> {
                            Offer offer = offers.get(sku);
                            return offer == null || offer.available() < it.quantity()
                                    ? Future.succeededFuture(Optional.empty())
                                    : move(transaction, sku, location, -it.quantity(), Reason.ORDER_RESERVED, it)
                                            .map(done -> Optional.of(location));
                        }));
    }

    /** What is to be brought comes from the main warehouse, what is to be fetched from where the other goods were. */
    private Future<Id<Location>> from(SqlConnection transaction, Order order) {
        return aftercare.wasBrought(transaction, order.id()).map(brought -> brought ? Location.MAIN : counterOf(order));
    }

    private static Id<Location> counterOf(Order order) {
        Purchase purchase = order.purchase();
        return purchase == null ? Location.MAIN : purchase.locationId();
    }

    static Id<Sku> wanted(Case it) {
        Id<Sku> other = it.wantedSkuId();
        return other == null ? it.skuId() : other;
    }

    /** The other order, on its way from the moment at which the case is settled. */
    Future<Id<Order>> replace(SqlConnection transaction, Case it, Order order) {
        Id<Location> kept = Objects.requireNonNull(it.keptAt());
        return stock.offers(transaction, List.of(wanted(it)), kept)
                .compose(offers -> aftercare
                        .wasBrought(transaction, order.id())
                        .compose(brought -> replace(
                                transaction,
                                it,
                                order,
                                offers.get(wanted(it)),
                                brought ? Fulfilment.DELIVERY : Fulfilment.PICKUP)));
    }

    private Future<Id<Order>> replace(
            SqlConnection transaction, Case it, Order order, @Nullable Offer offer, Fulfilment fulfilment) {
        LocalText name = offer == null ? it.name() : offer.sku().title();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OrderLine line = new OrderLine(wanted(it), name, it.quantity(), it.amountMinor() / it.quantity());
        Order other = new Order(
                ids.next(),
                it.buyerId(),
                null,
                null,
                name,
                it.quantity(),
                null,
                it.currency(),
                OrderStage.PAID,
                now,
                now,
                now,
                null,
                new Purchase(List.of(line), fulfilment, Objects.requireNonNull(it.keptAt())));
        return aftercare.replace(transaction, order, it.skuId(), other, it.id()).map(other.id());
    }

    /** The money, if that is what the buyer gets. */
    Future<Void> giveBack(SqlConnection transaction, Case it, Order order) {
        return aftercare.giveBack(transaction, order, it.skuId(), it.owed(), it.id());
    }

    /** The goods are back, to be sold again where somebody has looked at them and found them good. */
    Future<Void> takeBack(SqlConnection transaction, Case it, boolean good) {
        Id<Location> location = Objects.requireNonNull(it.returnedTo());
        Future<Void> back = move(transaction, it.skuId(), location, it.quantity(), Reason.RETURN, it);
        return good
                ? back
                : back.compose(done -> move(transaction, it.skuId(), location, -it.quantity(), Reason.CORRECTION, it));
    }

    /** What was kept for an exchange that does not happen is there for everybody again. */
    Future<Void> release(SqlConnection transaction, Case it) {
        Id<Location> location = Objects.requireNonNull(it.keptAt());
        return move(transaction, wanted(it), location, it.quantity(), Reason.ORDER_RETURNED, it);
    }

    private Future<Void> move(
            SqlConnection transaction, Id<Sku> sku, Id<Location> location, int quantity, Reason reason, Case it) {
        return stock.move(transaction, sku, location, quantity, reason, "case:" + it.id())
                .map(moved -> {
                    if (moved instanceof Outcome.Refused<Integer> refused) {
                        throw new IllegalStateException("units of " + it.id() + " cannot move: " + refused.refusal());
                    }
                    return null;
                });
    }
}
