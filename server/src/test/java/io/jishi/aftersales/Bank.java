package io.jishi.aftersales;

import io.jishi.core.Id;
import io.jishi.orders.Payment;
import io.jishi.orders.PaymentMethod;
import io.jishi.orders.PaymentProvider;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A payment provider that counts: what it took with each payment, and what it gave back under each number. */
final class Bank implements PaymentProvider {
    final Map<Id<?>, Long> taken = new ConcurrentHashMap<>();
    final Map<Id<?>, Map<Id<?>, Long>> back = new ConcurrentHashMap<>();
    final AtomicInteger calls = new AtomicInteger();
    /** So many of its next replies to refunds get lost after it has done what was asked. */
    final AtomicInteger losing = new AtomicInteger();

    @Override
    public PaymentMethod method() {
        return PaymentMethod.SANDBOX;
    }

    @Override
    public Fees fees() {
        return new Fees(60, true);
    }

    @Override
    public Future<Answer> pay(Charge charge, String subject, Instant payBefore) {
        taken.put(charge.payment(), charge.amount().minorUnits());
        return Future.succeededFuture(Answer.APPROVED);
    }

    @Override
    public Future<Answer> find(Charge charge) {
        return Future.succeededFuture(Answer.PENDING);
    }

    @Override
    public Future<Answer> close(Charge charge) {
        return Future.succeededFuture(Answer.DECLINED);
    }

    @Override
    public synchronized Future<Refund> refund(Charge charge, Back part) {
        calls.incrementAndGet();
        Id<Payment> payment = charge.payment();
        if (!charge.amount().equals(new io.jishi.core.Money(taken.get(payment), "CNY"))) {
            throw new AssertionError("another total than was taken");
        }
        Map<Id<?>, Long> parts = back.computeIfAbsent(payment, first -> new ConcurrentHashMap<>());
        parts.putIfAbsent(part.id(), part.amount().minorUnits());
        if (parts.values().stream().mapToLong(Long::longValue).sum() > taken.get(payment)) {
            throw new AssertionError("more asked back than was taken");
        }
        return losing.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                ? Future.failedFuture("the reply got lost")
                : Future.succeededFuture(Refund.DONE);
    }

    /** What went back of all payments together. */
    long given() {
        return back.values().stream()
                .flatMap(parts -> parts.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    @Override
    public Optional<Verdict> read(Notice notice) {
        throw new UnsupportedOperationException();
    }
}
