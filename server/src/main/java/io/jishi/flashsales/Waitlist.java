package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.database.Database;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.flashsales.WaitlistStore.Joined;
import io.jishi.flashsales.WaitlistStore.Waiter;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStage;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Offers units that come back to a sold-out sale to those who wait for them, in the order in which they joined: a place
 * becomes an order, reserved for a short while, in the very transaction in which the units come back. What is not paid in
 * that while goes to the next.
 */
final class Waitlist {
    private static final int AT_ONCE_MAX = 200;
    private static final int ATTEMPTS_MAX = 3;

    private final Database database;
    private final SaleStore sales;
    private final WaitlistStore store;
    private final Ids ids;
    private final InstantSource clock;
    private final int waitersMax;
    private final Duration reservationMax;
    private FlashSales.OfferedListener listener = (transaction, orders) -> Future.succeededFuture();

    Waitlist(Database database, SaleStore sales, Ids ids, InstantSource clock, FlashSaleSettings settings) {
        this.database = database;
        this.sales = sales;
        this.store = new WaitlistStore(database);
        this.ids = ids;
        this.clock = clock;
        this.waitersMax = settings.waitersMax();
        this.reservationMax = Duration.ofSeconds(settings.waiterReservationSeconds());
    }

    void onOffered(FlashSales.OfferedListener whom) {
        listener = whom;
    }

    /** A second place of a buyer is the first one; a key that has become an order is answered with it. */
    Future<Outcome<Waiting>> join(SaleTerms terms, Id<User> buyer, Wait request) {
        return join(terms, buyer, request, ATTEMPTS_MAX);
    }

    /** One that met another join of its buyer finds that one's place when it looks again. */
    private Future<Outcome<Waiting>> join(SaleTerms terms, Id<User> buyer, Wait request, int attempts) {
        return joinOnce(terms, buyer, request)
                .compose(outcome -> attempts > 1 && outcome.equals(Outcome.refused(FlashSaleRefusal.BUSY))
                        ? join(terms, buyer, request, attempts - 1)
                        : Future.succeededFuture(outcome));
    }

    private Future<Outcome<Waiting>> joinOnce(SaleTerms terms, Id<User> buyer, Wait request) {
        Instant now = clock.instant();
        return store.join(terms, buyer, request, waitersMax, now).compose(joined -> {
            Id<Order> order = joined.order();
            if (order != null) {
                return store.order(order)
                        .map(found -> Outcome.done(new Waiting(terms.id(), found.quantity(), 0, found)));
            }
            Long place = joined.place();
            return place == null
                    ? Future.succeededFuture(Outcome.refused(refusal(joined)))
                    : store.ahead(terms.id(), place)
                            .map(ahead -> Outcome.done(new Waiting(terms.id(), joined.quantity(), ahead, null)));
        });
    }

    private static Refusal refusal(Joined joined) {
        if (joined.closed()) {
            return FlashSaleRefusal.ENDED;
        }
        if (joined.overLimit()) {
            return FlashSaleRefusal.LIMIT_REACHED;
        }
        if (joined.available()) {
            return FlashSaleRefusal.NOT_SOLD_OUT;
        }
        return joined.full() ? FlashSaleRefusal.WAITLIST_FULL : FlashSaleRefusal.BUSY;
    }

    Future<Void> leave(Id<Sale> sale, Id<User> buyer) {
        return store.leave(sale, buyer, clock.instant());
    }

    /** Serves from units that nobody who waits has been offered: those that nodes gave back, those of a failed try. */
    Future<Void> serve(Id<Sale> sale) {
        return database.transaction(
                transaction -> sales.lock(transaction, sale).compose(done -> serve(transaction, sale)));
    }

    /** The same in a transaction that holds the sale's pool. */
    Future<Void> serve(SqlConnection transaction, Id<?> sale) {
        return sales.state(transaction, Id.of(sale.value()))
                .compose(state -> FlashSale.isOver(state.terms(), state.closed(), clock.instant())
                        ? Future.succeededFuture()
                        : serve(transaction, state.terms(), state.free(), 0));
    }

    private Future<Void> serve(SqlConnection transaction, SaleTerms terms, int free, long behind) {
        if (free == 0) {
            return Future.succeededFuture();
        }
        return store.first(transaction, terms, behind, AT_ONCE_MAX).compose(waiters -> {
            List<Waiter> needless = waiters.stream().filter(Waiter::needless).toList();
            List<Waiter> served = fitting(waiters, free);
            if (served.isEmpty() && needless.isEmpty()) {
                return next(transaction, terms, free, waiters);
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Duration reservation =
                    terms.reservation().compareTo(reservationMax) < 0 ? terms.reservation() : reservationMax;
            List<Order> orders = served.stream()
                    .map(waiter -> order(terms, waiter, now, reservation))
                    .toList();
            return store.serve(
                            transaction,
                            terms,
                            served,
                            orders.stream().map(Order::id).toList(),
                            needless,
                            reservation,
                            now)
                    .compose(made -> told(transaction, orders, made))
                    .compose(units -> next(transaction, terms, free - units, waiters));
        });
    }

    private Future<Void> next(SqlConnection transaction, SaleTerms terms, int free, List<Waiter> seen) {
        return seen.size() < AT_ONCE_MAX
                ? Future.succeededFuture()
                : serve(transaction, terms, free, seen.getLast().place());
    }

    /** In order; who wants more than is left keeps his place. */
    static List<Waiter> fitting(List<Waiter> waiters, int free) {
        List<Waiter> fitting = new ArrayList<>();
        int rest = free;
        for (Waiter waiter : waiters) {
            if (!waiter.needless() && waiter.quantity() <= rest) {
                fitting.add(waiter);
                rest -= waiter.quantity();
            }
        }
        return fitting;
    }

    /** @return the units of the orders that were made */
    private Future<Integer> told(SqlConnection transaction, List<Order> orders, Set<Long> ids) {
        List<Order> made = orders.stream()
                .filter(order -> ids.contains(order.id().value()))
                .toList();
        return listener.offered(transaction, made)
                .map(done -> made.stream().mapToInt(Order::quantity).sum());
    }

    private Order order(SaleTerms terms, Waiter waiter, Instant now, Duration reservation) {
        return new Order(
                ids.next(),
                waiter.buyer(),
                terms.id(),
                terms.sku(),
                terms.name(),
                waiter.quantity(),
                terms.priceMinor(),
                "CNY",
                OrderStage.RESERVED,
                now,
                now.plus(reservation),
                null,
                null);
    }
}
