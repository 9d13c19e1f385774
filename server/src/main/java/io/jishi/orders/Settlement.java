package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Money;
import io.jishi.database.Database;
import io.jishi.ledger.Entry;
import io.jishi.ledger.Ledger;
import io.jishi.orders.EventStore.Event;
import io.jishi.orders.Orders.PaidListener;
import io.jishi.orders.PaymentProvider.Fees;
import io.jishi.orders.PaymentStore.Due;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Draws the consequences of what providers say, once, twice or late: in one transaction that looks at the payment and at
 * the order, either the order becomes paid or the money is due back, and the ledger has it.
 */
final class Settlement {
    private static final Duration REFUND_RETRY = Duration.ofSeconds(10);

    private final Database database;
    private final OrderStore orders;
    private final PaymentStore store;
    private final RefundStore refunds;
    private final OrderEvents events;
    private final Ledger ledger;
    private final Function<Payment, Fees> fees;
    private final InstantSource clock;
    private final List<PaidListener> listeners = new ArrayList<>();

    Settlement(
            Database database, OrderEvents events, Ledger ledger, Function<Payment, Fees> fees, InstantSource clock) {
        this.database = database;
        this.orders = new OrderStore(database);
        this.store = new PaymentStore(database);
        this.refunds = new RefundStore(database, store);
        this.events = events;
        this.ledger = ledger;
        this.fees = fees;
        this.clock = clock;
    }

    void onPaid(PaidListener listener) {
        listeners.add(listener);
    }

    /** What the transaction leaves to be done after its commit. */
    private record Settled(List<Event> events, Optional<Payment> refund) {
        private static final Settled NOTHING = new Settled(List.of(), Optional.empty());
    }

    /**
     * The provider has the money.
     *
     * @param reference how it names the payment, if it said so
     * @return the payment where its money is to go back now
     */
    Future<Optional<Payment>> approved(Id<Payment> id, @Nullable String reference) {
        return database.transaction(transaction -> store.lock(transaction, id)
                        .compose(found -> found.isEmpty()
                                ? Future.succeededFuture(Settled.NOTHING)
                                : settle(transaction, referring(found.get(), reference))))
                .compose(settled -> events.publish(settled.events()).map(done -> settled.refund()));
    }

    private static Due referring(Due due, @Nullable String reference) {
        Payment payment = due.payment();
        return reference == null || payment.reference() != null ? due : new Due(payment.named(reference), due.order());
    }

    private Future<Settled> settle(SqlConnection transaction, Due due) {
        Instant now = clock.instant();
        Order order = due.order();
        Payment payment = due.payment();
        return switch (Payment.settle(payment.stage(), order.stage(), order.payBefore(), now)) {
            case NOTHING -> Future.succeededFuture(Settled.NOTHING);
            case REFUND ->
                store.change(transaction, payment, Payment.Stage.REFUNDING, now, now.plus(REFUND_RETRY))
                        .compose(done -> bookTaken(
                                transaction,
                                payment,
                                Entry.latePayment(payment.id(), name(payment), payment.orderId(), payment.amount())))
                        .map(done -> new Settled(List.of(), Optional.of(payment)));
            case PAY ->
                store.change(transaction, payment, Payment.Stage.APPROVED, now, now)
                        .compose(done -> bookTaken(
                                transaction,
                                payment,
                                Entry.payment(payment.id(), name(payment), payment.orderId(), payment.amount())))
                        .compose(done -> orders.pay(transaction, order.id(), now))
                        .compose(paid -> paid(transaction, paid.orElseThrow(), payment));
        };
    }

    private Future<Settled> paid(SqlConnection transaction, Order order, Payment payment) {
        return tellListeners(transaction, order, payment)
                .compose(done -> events.changed(transaction, List.of(order)))
                .map(written -> new Settled(written, Optional.empty()));
    }

    private Future<Void> tellListeners(SqlConnection transaction, Order order, Payment payment) {
        Future<Void> told = Future.succeededFuture();
        for (PaidListener listener : listeners) {
            told = told.compose(done -> listener.paid(transaction, order, Optional.ofNullable(payment.destination())));
        }
        return told;
    }

    /** Adds an order that is paid with money of another payment, in the caller's transaction. */
    Future<Void> addPaid(SqlConnection transaction, Order order, String key, Payment payment) {
        return orders.insert(transaction, order, key)
                .compose(done -> store.insert(transaction, payment, order, clock.instant()))
                .compose(done -> tellListeners(transaction, order, payment))
                .compose(done -> events.changedElsewhere(transaction, order));
    }

    /** The provider will not have the money; an order that waited for it is as before. */
    Future<Void> declined(Id<Payment> id) {
        Instant now = clock.instant();
        return whileStarted(
                id,
                (transaction, due) -> store.change(transaction, due.payment(), Payment.Stage.DECLINED, now, now)
                        .compose(done ->
                                change(transaction, due.order(), OrderStage.AWAITING_PAYMENT, OrderStage.RESERVED)));
    }

    /** The provider has not decided. */
    Future<Void> awaiting(Id<Payment> id) {
        return whileStarted(
                id,
                (transaction, due) ->
                        change(transaction, due.order(), OrderStage.RESERVED, OrderStage.AWAITING_PAYMENT));
    }

    private Future<Void> whileStarted(Id<Payment> id, BiFunction<SqlConnection, Due, Future<List<Event>>> work) {
        return database.transaction(transaction -> store.lock(transaction, id)
                        .compose(found ->
                                found.isPresent() && found.get().payment().stage() == Payment.Stage.STARTED
                                        ? work.apply(transaction, found.get())
                                        : Future.succeededFuture(List.<Event>of())))
                .compose(events::publish);
    }

    /** Where the order is in the first stage, brings it to the next; where it is not, it stays. */
    private Future<List<Event>> change(SqlConnection transaction, Order order, OrderStage from, OrderStage to) {
        return orders.change(transaction, order.id(), from, to, null)
                .compose(changed -> changed.isEmpty()
                        ? Future.succeededFuture(List.<Event>of())
                        : events.changed(transaction, List.of(changed.get())));
    }

    /**
     * Undoes a paid order in the caller's transaction: from the first of the stages that it is in, it is being refunded,
     * and its money is due back. The provider is asked within seconds of the commit.
     *
     * @return the order as it is now; empty, and nothing changed, where it is in none of the stages
     */
    Future<Optional<Order>> undo(SqlConnection transaction, Id<Order> id, List<OrderStage> from) {
        Future<Optional<Order>> changed = Future.succeededFuture(Optional.empty());
        for (OrderStage stage : from) {
            changed = changed.compose(order -> order.isPresent()
                    ? Future.succeededFuture(order)
                    : orders.change(transaction, id, stage, OrderStage.REFUNDING, null));
        }
        return changed.compose(order -> order.isEmpty()
                ? Future.succeededFuture(order)
                : events.changedElsewhere(transaction, order.get())
                        .compose(done -> store.approved(transaction, id))
                        .compose(payment -> giveBack(transaction, payment.orElseThrow()))
                        .map(order));
    }

    /** The same for an order that its buyer has: not while a case is open, nor where all money went back already. */
    Future<Optional<Order>> undoDelivered(SqlConnection transaction, Id<Order> id) {
        return refunds.isHeld(transaction, id)
                .compose(isHeld ->
                        isHeld ? Future.succeededFuture(Optional.<Payment>empty()) : store.approved(transaction, id))
                .compose(payment -> payment.isEmpty() || payment.get().rest().minorUnits() == 0
                        ? Future.succeededFuture(Optional.empty())
                        : undo(transaction, id, List.of(OrderStage.DELIVERED)));
    }

    private Future<Void> giveBack(SqlConnection transaction, Payment payment) {
        Instant now = clock.instant();
        return store.change(transaction, payment, Payment.Stage.REFUNDING, now, now)
                .compose(done -> ledger.book(
                        transaction, List.of(Entry.refundDue(payment.id(), payment.orderId(), payment.rest()))));
    }

    /**
     * A delivered order's money becomes its hosts', less the shop's share.
     *
     * @param hosts whose each of its SKUs is
     */
    Future<Void> close(Order order, Map<Id<Sku>, Id<User>> hosts, int commissionBasisPoints) {
        return database.transaction(transaction -> orders.lock(transaction, order.id())
                        .compose(held -> refunds.isHeld(transaction, order.id()))
                        .compose(isHeld -> isHeld
                                ? Future.succeededFuture(List.<Event>of())
                                : change(transaction, order, OrderStage.DELIVERED, OrderStage.CLOSED))
                        .compose(told -> told.isEmpty()
                                ? Future.succeededFuture(told)
                                : refunds.givenBySku(transaction, order.id())
                                        .compose(given -> ledger.book(
                                                transaction, sold(order, given, hosts, commissionBasisPoints)))
                                        .map(told)))
                .compose(events::publish);
    }

    /** What is left of each line is its host's; of goods whose money went back nothing. */
    private static List<Entry> sold(
            Order order, Map<Id<Sku>, Long> given, Map<Id<Sku>, Id<User>> hosts, int commissionBasisPoints) {
        Fees share = new Fees(commissionBasisPoints, false);
        SortedMap<Id<User>, Money> sales = new TreeMap<>();
        for (OrderLine line : order.goods()) {
            Id<User> host = Objects.requireNonNull(hosts.get(line.skuId()));
            long left = line.amountMinor() - given.getOrDefault(line.skuId(), 0L);
            sales.merge(host, new Money(left, order.currency()), Money::plus);
        }
        sales.values().removeIf(amount -> amount.minorUnits() == 0);
        if (sales.isEmpty()) {
            return List.of();
        }
        SortedMap<Id<User>, Money> commissions = new TreeMap<>();
        sales.forEach((host, amount) -> commissions.put(host, share.of(amount)));
        commissions.values().removeIf(amount -> amount.minorUnits() == 0);
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.sale(order.id(), sales));
        if (!commissions.isEmpty()) {
            entries.add(Entry.commission(order.id(), commissions));
        }
        return entries;
    }

    /** The provider has given the money back. */
    Future<Void> refunded(Id<Payment> id) {
        return database.transaction(transaction -> store.lock(transaction, id).compose(found -> {
                    Payment payment = found.orElseThrow().payment();
                    if (payment.stage() != Payment.Stage.REFUNDING) {
                        return Future.succeededFuture(List.<Event>of());
                    }
                    Instant now = clock.instant();
                    return store.change(transaction, payment, Payment.Stage.REFUNDED, now, now)
                            .compose(done -> bookRefund(transaction, payment))
                            .compose(done ->
                                    change(transaction, found.get().order(), OrderStage.REFUNDING, OrderStage.REFUNDED))
                            .compose(told -> events.refunded(
                                            transaction,
                                            found.get().order(),
                                            payment.rest().minorUnits())
                                    .map(refund -> Stream.concat(told.stream(), refund.stream())
                                            .toList()));
                }))
                .compose(events::publish);
    }

    private Future<Void> bookTaken(SqlConnection transaction, Payment payment, Entry taken) {
        Money fee = fees.apply(payment).of(payment.amount());
        return ledger.book(
                transaction,
                fee.minorUnits() == 0 ? List.of(taken) : List.of(taken, Entry.fee(payment.id(), name(payment), fee)));
    }

    private Future<Void> bookRefund(SqlConnection transaction, Payment payment) {
        Money fee = fees.apply(payment).back(payment.given(), payment.rest());
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.refund(payment.id(), name(payment), payment.orderId(), payment.rest()));
        if (fee.minorUnits() > 0) {
            entries.add(Entry.feeReturned(payment.id(), name(payment), fee));
        }
        return ledger.book(transaction, entries);
    }

    private static String name(Payment payment) {
        return payment.method().text();
    }
}
