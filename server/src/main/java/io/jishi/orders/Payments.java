package io.jishi.orders;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Money;
import io.jishi.core.Outcome;
import io.jishi.database.Database;
import io.jishi.ledger.Entry;
import io.jishi.ledger.Ledger;
import io.jishi.orders.EventStore.Event;
import io.jishi.orders.Orders.PaidListener;
import io.jishi.orders.PaymentStore.Due;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the money for orders. What the provider says, at once or in a notice, once, twice or late, is settled in one
 * transaction that looks at the payment and at the order: either the order becomes paid, or the money goes back.
 */
final class Payments {
    private static final Logger LOG = LoggerFactory.getLogger(Payments.class);
    private static final Duration PROVIDER_DEADLINE = Duration.ofSeconds(5);
    private static final Duration REFUND_RETRY = Duration.ofSeconds(10);
    private static final int REFUNDS_MAX = 100;

    private final Database database;
    private final OrderStore orders;
    private final PaymentStore store;
    private final OrderEvents events;
    private final Ledger ledger;
    private final Map<PaymentMethod, PaymentProvider> providers = new EnumMap<>(PaymentMethod.class);
    private final Ids ids;
    private final InstantSource clock;
    private final List<PaidListener> listeners = new ArrayList<>();

    Payments(
            Database database,
            OrderEvents events,
            Ledger ledger,
            List<PaymentProvider> providers,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.orders = new OrderStore(database);
        this.store = new PaymentStore(database);
        this.events = events;
        this.ledger = ledger;
        providers.forEach(provider -> this.providers.put(provider.method(), provider));
        this.ids = ids;
        this.clock = clock;
    }

    void onPaid(PaidListener listener) {
        listeners.add(listener);
    }

    /** Answers with the order as it stands after the provider's answer; where there is none in time, as it was. */
    Future<Outcome<Order>> pay(Order order, OrderRequest.Pay request) {
        Optional<OrderRefusal> refusal = refusal(order.stage());
        if (refusal.isPresent()) {
            return Future.succeededFuture(Outcome.refused(refusal.get()));
        }
        if (order.stage() != OrderStage.RESERVED) {
            return Future.succeededFuture(Outcome.done(order));
        }
        if (!providers.containsKey(request.method())) {
            return Future.succeededFuture(Outcome.refused(OrderRefusal.METHOD_NOT_OFFERED));
        }
        return store.start(
                        ids.next(),
                        order.buyerId(),
                        order.id(),
                        request.method(),
                        request.place(),
                        request.address(),
                        clock.instant())
                .compose(started -> started.isEmpty() ? now(order.id()) : ask(order.id(), started.get()));
    }

    /** Why an order in that stage cannot be paid; paying a paid one again is answered with the order. */
    private static Optional<OrderRefusal> refusal(OrderStage stage) {
        return switch (stage) {
            case RESERVED, PAID, DELIVERING, DELIVERED -> Optional.empty();
            case CANCELLED -> Optional.of(OrderRefusal.ORDER_CANCELLED);
            case EXPIRED -> Optional.of(OrderRefusal.ORDER_EXPIRED);
            case REFUNDED -> Optional.of(OrderRefusal.ORDER_REFUNDED);
        };
    }

    private Future<Outcome<Order>> ask(Id<Order> order, Payment payment) {
        Future<PaymentProvider.Answer> asked = provider(payment)
                .pay(payment.id(), payment.amount())
                .timeout(PROVIDER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(fault -> {
                    LOG.warn("event=payment-answer-lost payment={} reason=\"{}\"", payment.id(), fault.getMessage());
                    return PaymentProvider.Answer.PENDING;
                });
        return asked.compose(answer -> switch (answer) {
            case APPROVED -> approved(payment.id()).compose(done -> now(order));
            case DECLINED -> declined(payment.id()).map(done -> Outcome.<Order>refused(OrderRefusal.PAYMENT_DECLINED));
            case PENDING -> now(order);
        });
    }

    /** The order as it is; a reserved one past its deadline is as good as expired. */
    private Future<Outcome<Order>> now(Id<Order> id) {
        return orders.order(id).map(found -> {
            Order order = found.orElseThrow();
            boolean late =
                    order.stage() == OrderStage.RESERVED && !clock.instant().isBefore(order.payBefore());
            Optional<OrderRefusal> refusal = late ? Optional.of(OrderRefusal.ORDER_EXPIRED) : refusal(order.stage());
            return refusal.<Outcome<Order>>map(Outcome::refused).orElseGet(() -> Outcome.done(order));
        });
    }

    /** What the provider says in a notice; repeating it does no harm. */
    Future<Outcome<Boolean>> settle(PaymentMethod method, PaymentProvider.Notice notice) {
        PaymentProvider provider = providers.get(method);
        if (provider == null) {
            return Future.succeededFuture(Outcome.refused(OrderRefusal.METHOD_NOT_OFFERED));
        }
        PaymentProvider.Verdict verdict;
        try {
            verdict = provider.read(notice);
        } catch (PaymentProvider.NotGenuine e) {
            LOG.warn("event=payment-notice-not-genuine");
            return Future.succeededFuture(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        }
        return store.amount(verdict.payment(), method).compose(amount -> {
            if (amount.isEmpty() || !amount.get().equals(verdict.amount())) {
                LOG.error("event=payment-amount-differs payment={}", verdict.payment());
                return Future.succeededFuture(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
            }
            Future<?> settled = verdict.approved() ? approved(verdict.payment()) : declined(verdict.payment());
            return settled.map(done -> Outcome.done(true));
        });
    }

    private Future<Void> approved(Id<Payment> id) {
        return database.transaction(transaction -> store.lock(transaction, id)
                        .compose(found -> found.isEmpty()
                                ? Future.succeededFuture(Settled.NOTHING)
                                : settle(transaction, found.get())))
                .compose(settled -> events.publish(settled.events())
                        .compose(done -> settled.refund().isEmpty()
                                ? Future.succeededFuture()
                                : refund(settled.refund().get())));
    }

    /** What the transaction leaves to be done after its commit. */
    private record Settled(List<Event> events, Optional<Payment> refund) {
        private static final Settled NOTHING = new Settled(List.of(), Optional.empty());
    }

    private Future<Settled> settle(SqlConnection transaction, Due due) {
        Instant now = clock.instant();
        Order order = due.order();
        Payment payment = due.payment();
        return switch (Payment.settle(payment.stage(), order.stage(), order.payBefore(), now)) {
            case NOTHING -> Future.succeededFuture(Settled.NOTHING);
            case REFUND ->
                store.change(transaction, payment.id(), Payment.Stage.REFUNDING, now, now.plus(REFUND_RETRY))
                        .compose(done -> bookLate(transaction, payment))
                        .map(done -> new Settled(List.of(), Optional.of(payment)));
            case PAY ->
                store.change(transaction, payment.id(), Payment.Stage.APPROVED, now, now)
                        .compose(done -> bookPaid(transaction, payment))
                        .compose(done -> orders.pay(transaction, order.id(), now))
                        .compose(paid -> paid(transaction, paid.orElseThrow(), payment));
        };
    }

    private Future<Void> bookPaid(SqlConnection transaction, Payment payment) {
        Entry taken = Entry.payment(payment.id(), payment.method().text(), payment.orderId(), payment.amount());
        return book(transaction, payment, taken);
    }

    private Future<Void> bookLate(SqlConnection transaction, Payment payment) {
        Entry taken = Entry.latePayment(payment.id(), payment.method().text(), payment.orderId(), payment.amount());
        return book(transaction, payment, taken);
    }

    private Future<Void> book(SqlConnection transaction, Payment payment, Entry taken) {
        Money fee = provider(payment).fees().of(payment.amount());
        return ledger.book(
                transaction,
                fee.minorUnits() == 0
                        ? List.of(taken)
                        : List.of(
                                taken, Entry.fee(payment.id(), payment.method().text(), fee)));
    }

    private Future<Void> bookRefund(SqlConnection transaction, Payment payment) {
        String name = payment.method().text();
        PaymentProvider.Fees fees = provider(payment).fees();
        Money fee = fees.of(payment.amount());
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.refund(payment.id(), name, payment.orderId(), payment.amount()));
        if (fees.returned() && fee.minorUnits() > 0) {
            entries.add(Entry.feeReturned(payment.id(), name, fee));
        }
        return ledger.book(transaction, entries);
    }

    private PaymentProvider provider(Payment payment) {
        PaymentProvider provider = providers.get(payment.method());
        if (provider == null) {
            throw new IllegalStateException("payment by " + payment.method().text() + " is not configured any more");
        }
        return provider;
    }

    private Future<Settled> paid(SqlConnection transaction, Order order, Payment payment) {
        Future<Void> told = Future.succeededFuture();
        for (PaidListener listener : listeners) {
            told = told.compose(done -> listener.paid(transaction, order, Optional.ofNullable(payment.place())));
        }
        return told.compose(done -> events.changed(transaction, List.of(order)))
                .map(events -> new Settled(events, Optional.empty()));
    }

    private Future<Void> declined(Id<Payment> id) {
        return database.transaction(transaction -> store.lock(transaction, id).compose(found -> {
            boolean open = found.isPresent() && found.get().payment().stage() == Payment.Stage.STARTED;
            Instant now = clock.instant();
            return open ? store.change(transaction, id, Payment.Stage.DECLINED, now, now) : Future.succeededFuture();
        }));
    }

    private Future<Void> refund(Payment payment) {
        return provider(payment)
                .refund(payment.id(), payment.amount())
                .timeout(PROVIDER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .compose(done -> refunded(payment.id()))
                .otherwise(fault -> {
                    LOG.warn("event=refund-failed payment={} reason=\"{}\"", payment.id(), fault.getMessage());
                    return null;
                });
    }

    private Future<Void> refunded(Id<Payment> id) {
        return database.transaction(transaction -> store.lock(transaction, id).compose(found -> {
                    Due due = found.orElseThrow();
                    if (due.payment().stage() != Payment.Stage.REFUNDING) {
                        return Future.succeededFuture(List.<Event>of());
                    }
                    Instant now = clock.instant();
                    return store.change(transaction, id, Payment.Stage.REFUNDED, now, now)
                            .compose(done -> bookRefund(transaction, due.payment()))
                            .compose(done -> events.refunded(
                                    transaction,
                                    due.order(),
                                    due.payment().amount().minorUnits()));
                }))
                .compose(events::publish);
    }

    /** Asks again for refunds of which the provider did not say in time that they are done. */
    Future<Void> sweepRefunds() {
        Instant now = clock.instant();
        return store.takeRefunding(now, now.plus(REFUND_RETRY), REFUNDS_MAX)
                .compose(payments ->
                        Future.join(payments.stream().map(this::refund).toList()))
                .mapEmpty();
    }
}
