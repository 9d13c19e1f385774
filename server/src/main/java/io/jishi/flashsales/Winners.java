package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * All buyers who had orders of a sale when it had sold so many units, and maybe others, taken for them by mistake. With
 * it a look at what is left and what was ever sold makes sure of any number of noes: units sold only ever grow, in the
 * transaction that inserts the order. So a snapshot that shows the same number shows no order of anybody else.
 *
 * <p>Guarded by the desk. Those who are not in it wait here for the next such look, which begins after they came.
 */
final class Winners {
    /** Beyond so many units nobody is kept: the filter would be wrong too often. */
    static final int UNITS_MAX = 2_000_000;

    private final long soldUnits;
    private final BuyerFilter buyers;
    private final int waitingMax;
    private ArrayDeque<Loser> waiting = new ArrayDeque<>();
    private ArrayDeque<Loser> asked = new ArrayDeque<>();

    /** @param soldUnits by all nodes and the waiting list, as a snapshot from before the buyers were read shows */
    Winners(long soldUnits, BuyerFilter buyers, int waitingMax) {
        this.soldUnits = soldUnits;
        this.buyers = buyers;
        this.waitingMax = waitingMax;
    }

    /** Somebody who will hear that nothing is left, once a look has shown that nothing has changed. */
    static final class Loser {
        final Id<User> buyer;
        final String key;
        final int quantity;
        private final long untilMillis;
        private final Promise<Outcome<Order>> answer = Promise.promise();

        Loser(Id<User> buyer, String key, int quantity, long untilMillis) {
            this.buyer = buyer;
            this.key = key;
            this.quantity = quantity;
            this.untilMillis = untilMillis;
        }

        void answer(Outcome<Order> outcome) {
            answer.tryComplete(outcome);
        }

        /** Hears what another claim of the same key hears. */
        void follow(Future<Outcome<Order>> other) {
            other.onComplete(answer);
        }
    }

    /** Whether the buyer certainly had no order, and may wait. */
    boolean mayWait(Id<User> buyer) {
        return waiting.size() + asked.size() < waitingMax && !buyers.mayHold(buyer.value());
    }

    Future<Outcome<Order>> wait(Loser loser) {
        waiting.addLast(loser);
        return loser.answer.future();
    }

    boolean isEmpty() {
        return waiting.isEmpty() && asked.isEmpty();
    }

    boolean anyWaits() {
        return !waiting.isEmpty();
    }

    /** A look begins: all who wait by now are answered by it. */
    void ask() {
        asked = waiting;
        waiting = new ArrayDeque<>(Math.max(16, asked.size()));
    }

    /** The look told nothing; there will be another. */
    void askAgain() {
        asked.addAll(waiting);
        waiting = asked;
        asked = new ArrayDeque<>();
    }

    /** Whether they are all who had orders in the snapshot of a look. */
    boolean areAllOf(long soldUnitsThen) {
        return soldUnits == soldUnitsThen;
    }

    /** Those whom the look was for. */
    Collection<Loser> takeAsked() {
        ArrayDeque<Loser> taken = asked;
        asked = new ArrayDeque<>();
        return taken;
    }

    /** Everybody. */
    Collection<Loser> takeAll() {
        Collection<Loser> taken = takeAsked();
        taken.addAll(waiting);
        waiting.clear();
        return taken;
    }

    /** Those who have waited too long. */
    List<Loser> takeExpired(long nowMillis) {
        List<Loser> taken = new ArrayList<>();
        takeExpired(asked, nowMillis, taken);
        takeExpired(waiting, nowMillis, taken);
        return taken;
    }

    private static void takeExpired(ArrayDeque<Loser> losers, long nowMillis, List<Loser> taken) {
        while (!losers.isEmpty() && losers.peekFirst().untilMillis <= nowMillis) {
            taken.add(losers.pollFirst());
        }
    }
}
