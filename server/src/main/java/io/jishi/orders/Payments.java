package io.jishi.orders;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LogPace;
import io.jishi.core.Outcome;
import io.jishi.database.Database;
import io.jishi.database.SealedColumn;
import io.jishi.ledger.Ledger;
import io.jishi.orders.Orders.PaidListener;
import io.jishi.orders.PaymentProvider.Answer;
import io.jishi.orders.PaymentProvider.Back;
import io.jishi.orders.PaymentProvider.NextStep;
import io.jishi.orders.PaymentStore.Due;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers for the money of orders: when the buyer pays, and again where nothing was heard, until it is known what
 * became of every payment. What they say is left to {@link Settlement}.
 */
final class Payments {
    private static final Logger LOG = LoggerFactory.getLogger(Payments.class);
    private static final Duration PROVIDER_DEADLINE = Duration.ofSeconds(5);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(15);
    private static final Duration REFUND_RETRY = Duration.ofSeconds(10);
    private static final int SWEEP_MAX = 100;

    private final OrderStore orders;
    private final PaymentStore store;
    private final Settlement settlement;
    private final Aftercare aftercare;
    private final Map<PaymentMethod, PaymentProvider> providers = new EnumMap<>(PaymentMethod.class);
    private final Map<PaymentMethod, LogPace> notGenuine = new EnumMap<>(PaymentMethod.class);
    private final Ids ids;
    private final InstantSource clock;

    Payments(
            Database database,
            OrderEvents events,
            Ledger ledger,
            List<? extends PaymentProvider> offered,
            Ids ids,
            InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
        orders = new OrderStore(database);
        store = new PaymentStore(database);
        offered.forEach(provider -> {
            providers.put(provider.method(), provider);
            notGenuine.put(provider.method(), new LogPace(clock));
        });
        settlement = new Settlement(
                database, events, ledger, payment -> provider(payment).fees(), clock);
        aftercare = new Aftercare(
                database,
                settlement,
                events,
                ledger,
                payment -> provider(payment).fees(),
                ids,
                clock);
    }

    SealedColumn destinations() {
        return store.destinations();
    }

    Settlement settlement() {
        return settlement;
    }

    Aftercare aftercare() {
        return aftercare;
    }

    /** Whether the goods of a paid order are brought to its buyer. */
    Future<Boolean> isBrought(SqlConnection transaction, Id<Order> order) {
        return store.approved(transaction, order)
                .map(payment -> payment.isPresent() && payment.get().destination() != null);
    }

    void onPaid(PaidListener listener) {
        settlement.onPaid(listener);
    }

    /** Answers with the order as it stands after the provider's answer; where there is none in time, as it was. */
    Future<Outcome<Paying>> pay(Order order, OrderRequest.Pay request) {
        Optional<OrderRefusal> refusal = refusal(order.stage());
        if (refusal.isPresent()) {
            return Future.succeededFuture(Outcome.refused(refusal.get()));
        }
        if (!order.stage().isUnpaid()) {
            return Future.succeededFuture(Outcome.done(new Paying(order, null)));
        }
        if (!providers.containsKey(request.method())) {
            return Future.succeededFuture(Outcome.refused(OrderRefusal.METHOD_NOT_OFFERED));
        }
        return start(order, request, true);
    }

    /** Why an order in that stage cannot be paid; paying a paid one again is answered with the order. */
    private static Optional<OrderRefusal> refusal(OrderStage stage) {
        return switch (stage) {
            case RESERVED, AWAITING_PAYMENT, PAID, READY, DELIVERING, DELIVERED, CLOSED -> Optional.empty();
            case CANCELLED -> Optional.of(OrderRefusal.ORDER_CANCELLED);
            case EXPIRED -> Optional.of(OrderRefusal.ORDER_EXPIRED);
            case REFUNDING, REFUNDED -> Optional.of(OrderRefusal.ORDER_REFUNDED);
        };
    }

    private Future<Outcome<Paying>> start(Order order, OrderRequest.Pay request, boolean mayChangeMethod) {
        Instant now = clock.instant();
        return store.start(ids.next(), order, request, now, now.plus(FIRST_LOOK))
                .compose(started -> {
                    if (started.isEmpty()) {
                        return now(order.id(), null);
                    }
                    Payment payment = started.get();
                    if (payment.method() == request.method()) {
                        return ask(order, payment);
                    }
                    return mayChangeMethod
                            ? close(payment).compose(open -> open ? underWay() : start(order, request, false))
                            : underWay();
                });
    }

    private static Future<Outcome<Paying>> underWay() {
        return Future.succeededFuture(Outcome.refused(OrderRefusal.PAYMENT_UNDER_WAY));
    }

    private Future<Outcome<Paying>> ask(Order order, Payment payment) {
        String subject =
                order.purchase() != null ? order.name().zh() : order.name().zh() + " × " + order.quantity();
        return inTime(payment, provider(payment).pay(payment.charge(), subject, order.payBefore()))
                .compose(answer -> took(payment, answer).compose(done -> switch (answer) {
                    case Answer.Approved approved -> now(order.id(), null);
                    case Answer.Declined declined ->
                        Future.succeededFuture(Outcome.refused(OrderRefusal.PAYMENT_DECLINED));
                    case Answer.Pending pending -> now(order.id(), pending.nextStep());
                }));
    }

    /** The provider's answer; pending where there is none in time. */
    private static Future<Answer> inTime(Payment payment, Future<Answer> asked) {
        return asked.timeout(PROVIDER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(fault -> {
                    LOG.warn(
                            "event=payment-answer-lost payment={} method={} reason=\"{}\"",
                            payment.id(),
                            payment.method().text(),
                            fault.getMessage());
                    return Answer.PENDING;
                });
    }

    private Future<Void> took(Payment payment, Answer answer) {
        return switch (answer) {
            case Answer.Approved approved ->
                settlement.approved(payment.id(), approved.reference()).compose(this::refundNow);
            case Answer.Declined declined -> settlement.declined(payment.id());
            case Answer.Pending(String reference, NextStep nextStep) ->
                settlement
                        .awaiting(payment.id())
                        .compose(done -> reference == null || payment.reference() != null
                                ? Future.succeededFuture()
                                : store.refer(payment.id(), reference));
        };
    }

    /** The order as it is; a reserved one past its deadline is as good as expired. */
    private Future<Outcome<Paying>> now(Id<Order> id, @Nullable NextStep nextStep) {
        return orders.order(id).map(found -> {
            Order order = found.orElseThrow();
            boolean late = order.stage().isUnpaid() && !clock.instant().isBefore(order.payBefore());
            Optional<OrderRefusal> refusal = late ? Optional.of(OrderRefusal.ORDER_EXPIRED) : refusal(order.stage());
            return refusal.<Outcome<Paying>>map(Outcome::refused)
                    .orElseGet(() -> Outcome.done(new Paying(order, nextStep)));
        });
    }

    /** What the provider says in a notice; repeating it does no harm. */
    Future<Outcome<Boolean>> settle(PaymentMethod method, PaymentProvider.Notice notice) {
        PaymentProvider provider = providers.get(method);
        if (provider == null) {
            return Future.succeededFuture(Outcome.refused(OrderRefusal.METHOD_NOT_OFFERED));
        }
        Optional<PaymentProvider.Verdict> read;
        try {
            read = provider.read(notice);
        } catch (PaymentProvider.NotGenuine e) {
            tellNotGenuine(method);
            return Future.succeededFuture(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        }
        return read.isEmpty() ? Future.succeededFuture(Outcome.done(true)) : settle(method, read.get());
    }

    /** Anybody can send such notices, as many as they like. */
    private void tellNotGenuine(PaymentMethod method) {
        LogPace pace = notGenuine.get(method);
        long times = pace == null ? 1 : pace.happened();
        if (times > 0) {
            LOG.warn("event=payment-notice-not-genuine method={} times={}", method.text(), times);
        }
    }

    private Future<Outcome<Boolean>> settle(PaymentMethod method, PaymentProvider.Verdict verdict) {
        return store.amount(verdict.payment(), method).compose(amount -> {
            if (amount.isEmpty() || !amount.get().equals(verdict.amount())) {
                LOG.error("event=payment-amount-differs payment={}", verdict.payment());
                return Future.succeededFuture(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
            }
            Future<Void> settled = verdict.approved()
                    ? settlement
                            .approved(verdict.payment(), verdict.reference())
                            .compose(this::refundNow)
                    : settlement.declined(verdict.payment());
            return settled.map(done -> Outcome.done(true));
        });
    }

    private PaymentProvider provider(Payment payment) {
        PaymentProvider provider = providers.get(payment.method());
        if (provider == null) {
            throw new IllegalStateException("payment by " + payment.method().text() + " is not configured any more");
        }
        return provider;
    }

    /** @return whether it may still be paid */
    private Future<Boolean> close(Payment payment) {
        return inTime(payment, provider(payment).close(payment.charge()))
                .compose(answer -> took(payment, answer).map(done -> answer instanceof Answer.Pending));
    }

    private Future<Void> refundNow(Optional<Payment> due) {
        return due.isEmpty() ? Future.succeededFuture() : refund(due.get());
    }

    private Future<Void> refund(Payment payment) {
        return refund(payment, payment.back(), () -> settlement.refunded(payment.id()));
    }

    /** Asks for money back once; where that is not done in time, or fails, a sweep asks again. */
    private Future<Void> refund(Payment payment, Back back, Supplier<Future<Void>> done) {
        return provider(payment)
                .refund(payment.charge(), back)
                .timeout(PROVIDER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .compose(refund -> switch (refund) {
                    case DONE -> done.get();
                    case PENDING -> Future.<Void>succeededFuture();
                })
                .otherwise(fault -> {
                    LOG.warn(
                            "event=refund-failed payment={} refund={} reason=\"{}\"",
                            payment.id(),
                            back.id(),
                            fault.getMessage());
                    return null;
                });
    }

    /** Asks for refunds of single goods that are due. */
    Future<Void> sweepParts() {
        Instant now = clock.instant();
        return aftercare
                .takeDue(now, SWEEP_MAX)
                .compose(due -> Future.join(due.stream()
                        .filter(part -> providers.containsKey(part.payment().method()))
                        .map(part -> refund(part.payment(), part.back(), () -> aftercare.refunded(part)))
                        .toList()))
                .mapEmpty();
    }

    /** Asks again for refunds of which the provider did not say in time that they are done. */
    Future<Void> sweepRefunds() {
        Instant now = clock.instant();
        return store.takeRefunding(now, now.plus(REFUND_RETRY), SWEEP_MAX)
                .compose(payments -> Future.join(payments.stream()
                        .filter(payment -> providers.containsKey(payment.method()))
                        .map(this::refund)
                        .toList()))
                .mapEmpty();
    }

    /**
     * Asks what became of payments of which nothing was heard. Where the order cannot be paid any more, the payment is
     * closed, so that no money is taken for nothing.
     */
    Future<Void> sweepStarted() {
        Instant now = clock.instant();
        return store.takeStarted(now, SWEEP_MAX)
                .compose(due -> Future.join(due.stream()
                        .filter(each -> providers.containsKey(each.payment().method()))
                        .map(each -> look(each, now))
                        .toList()))
                .mapEmpty();
    }

    private Future<?> look(Due due, Instant now) {
        Payment payment = due.payment();
        boolean wanted =
                due.order().stage().isUnpaid() && now.isBefore(due.order().payBefore());
        return wanted
                ? inTime(payment, provider(payment).find(payment.charge())).compose(answer -> took(payment, answer))
                : close(payment);
    }
}
