package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** A claim on its way through a node: from its arrival to its answer. Guarded by its desk. */
final class Claim {
    /** One buyer's one purchase. */
    record Key(long buyer, String key) {}

    /** The order's id if it becomes one. */
    final Id<Order> order;

    final Id<User> buyer;
    final String key;
    final int quantity;
    /** What it will hear if its key has no order. */
    FlashSaleRefusal refusal = FlashSaleRefusal.SOLD_OUT;
    /** Whether this node has had no claim of its buyer in this sale before; a guess that may be wrong the one way only. */
    boolean isBuyersFirst;
    /** Whether its buyer was found to have, or may have, orders of the sale: they are weighed before it gets one. */
    boolean hasPast;

    private final List<Waiter> waiters = new ArrayList<>(1);

    Claim(Id<Order> order, Id<User> buyer, String key, int quantity) {
        this.order = order;
        this.buyer = buyer;
        this.key = key;
        this.quantity = quantity;
    }

    /** Somebody who wants to know; the same buyer's retries wait together. */
    static final class Waiter {
        final Claim claim;
        final long untilMillis;
        private final Promise<Outcome<Order>> promise = Promise.promise();

        private Waiter(Claim claim, long untilMillis) {
            this.claim = claim;
            this.untilMillis = untilMillis;
        }

        Future<Outcome<Order>> future() {
            return promise.future();
        }

        boolean answer(Outcome<Order> outcome) {
            return promise.tryComplete(outcome);
        }

        boolean fail(Throwable fault) {
            return promise.tryFail(fault);
        }
    }

    Key id() {
        return new Key(buyer.value(), key);
    }

    Waiter join(long untilMillis) {
        Waiter waiter = new Waiter(this, untilMillis);
        waiters.add(waiter);
        return waiter;
    }

    void leave(Waiter waiter) {
        waiters.remove(waiter);
    }

    List<Waiter> waiters() {
        return waiters;
    }
}
