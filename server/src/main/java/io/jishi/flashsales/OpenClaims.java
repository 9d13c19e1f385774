package io.jishi.flashsales;

import io.jishi.core.Outcome;
import io.jishi.orders.Order;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a desk that have no answer yet, by their key, and those who wait for the answers. Guarded by the desk;
 * answers are gathered here and given once its lock is free.
 */
final class OpenClaims {
    /** Claims of one buyer with different keys that one node looks after at a time. */
    static final int PER_BUYER_MAX = 5;

    private final int max;
    private final Map<Claim.Key, Claim> claims = new HashMap<>();
    private final Map<Long, Integer> perBuyer = new HashMap<>();
    /** In the order of their deadlines, as all are equally patient. */
    private final ArrayDeque<Claim.Waiter> waiters = new ArrayDeque<>();

    private List<Runnable> answers = new ArrayList<>();

    OpenClaims(int max) {
        this.max = max;
    }

    @Nullable
    Claim find(Claim.Key key) {
        return claims.get(key);
    }

    boolean isEmpty() {
        return claims.isEmpty();
    }

    boolean hasRoomFor(Claim claim) {
        return claims.size() < max && perBuyer.getOrDefault(claim.buyer.value(), 0) < PER_BUYER_MAX;
    }

    void open(Claim claim) {
        claims.put(claim.id(), claim);
        perBuyer.merge(claim.buyer.value(), 1, Integer::sum);
    }

    Claim.Waiter wait(Claim claim, long untilMillis) {
        Claim.Waiter waiter = claim.join(untilMillis);
        waiters.addLast(waiter);
        return waiter;
    }

    void settle(Claim claim, Outcome<Order> outcome) {
        forget(claim);
        List<Claim.Waiter> told = List.copyOf(claim.waiters());
        answers.add(() -> told.forEach(waiter -> waiter.answer(outcome)));
    }

    void fail(Claim claim, Throwable fault) {
        forget(claim);
        List<Claim.Waiter> told = List.copyOf(claim.waiters());
        answers.add(() -> told.forEach(waiter -> waiter.fail(fault)));
    }

    void forget(Claim claim) {
        if (claims.remove(claim.id(), claim)) {
            perBuyer.computeIfPresent(claim.buyer.value(), (buyer, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Sends those away who have waited too long; their claims may go on. */
    void expire(long nowMillis) {
        while (!waiters.isEmpty() && waiters.peekFirst().untilMillis <= nowMillis) {
            Claim.Waiter waiter = waiters.pollFirst();
            waiter.claim.leave(waiter);
            answers.add(() -> waiter.answer(Outcome.refused(FlashSaleRefusal.PENDING)));
        }
    }

    /** What is to be told, beside the answers to claims, once the lock is free. */
    void tell(Runnable answer) {
        answers.add(answer);
    }

    List<Runnable> takeAnswers() {
        List<Runnable> taken = answers;
        answers = new ArrayList<>();
        return taken;
    }
}
