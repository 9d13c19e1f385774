package io.jishi.flashsales;

import io.jishi.core.Outcome;
import io.jishi.flashsales.ClaimStore.Seen;
import io.jishi.flashsales.Winners.Loser;
import io.jishi.orders.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure of every no. Many claims are looked up in one statement, whose snapshot shows both whether a claim's key has
 * an order and whether anything is left: so nobody hears no who has an order, and nobody hears sold out while there are
 * units anywhere.
 */
final class LookUpSlot {
    private static final Logger LOG = LoggerFactory.getLogger(LookUpSlot.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** From so many noes in one look on it pays to know who has orders. */
    private static final int CROWD = 32;

    private static final Outcome<Order> SOLD_OUT = Outcome.refused(FlashSaleRefusal.SOLD_OUT);

    private final SaleTerms terms;
    private final SaleDesk.Tools tools;
    private final DeskState state;
    private final Runnable answer;
    private final Runnable work;
    private boolean busy;

    LookUpSlot(SaleTerms terms, SaleDesk.Tools tools, DeskState state, Runnable answer, Runnable work) {
        this.terms = terms;
        this.tools = tools;
        this.state = state;
        this.answer = answer;
        this.work = work;
    }

    /** Within the lock: what to do now, to be run outside of it; null where there is nothing or something is under way. */
    @Nullable
    Runnable next() {
        Winners winners = state.winners;
        boolean losersWait = winners != null && winners.anyWaits();
        if (busy || !state.hasDoubtful() && !losersWait) {
            return null;
        }
        busy = true;
        List<Claim> claims = state.takeDoubtful(tools.settings().lookUpMax());
        if (winners != null) {
            winners.ask();
        }
        return () -> lookUp(claims, winners);
    }

    /** Within the lock. */
    boolean isBusy() {
        return busy;
    }

    /** @param winners those for whose losers it looks as well; null where there are none */
    private void lookUp(List<Claim> claims, @Nullable Winners winners) {
        tools.store().lookUp(terms, claims, tools.membership().members()).onComplete(done -> {
            boolean wait = done.succeeded()
                    ? judge(claims, winners, done.result())
                    : doubtAgain(claims, winners, done.cause());
            if (wait) {
                tools.timers().after(PAUSE, this::end);
            } else {
                end();
            }
        });
    }

    private boolean doubtAgain(List<Claim> claims, @Nullable Winners winners, Throwable fault) {
        LOG.warn("event=look-up-failed sale={} reason=\"{}\"", terms.id(), fault.getMessage());
        synchronized (state) {
            claims.forEach(claim -> state.doubt(claim, claim.refusal));
            if (winners != null) {
                winners.askAgain();
            }
        }
        return true;
    }

    /** @return whether to wait before the next look */
    private boolean judge(List<Claim> claims, @Nullable Winners winners, Seen seen) {
        boolean wait = false;
        Instant now = tools.clock().instant();
        synchronized (state) {
            boolean over = FlashSale.isOver(state.terms, seen.closed(), now);
            state.learn(seen.closed(), seen.left());
            if (winners != null) {
                judge(winners, seen);
            }
            if (seen.left() == 0 && !seen.closed() && state.winners == null && claims.size() >= CROWD) {
                state.censusAt = seen.sold();
            }
            for (Claim claim : claims) {
                Order order = seen.found().get(claim.id());
                if (order != null) {
                    state.open.settle(claim, Outcome.done(order));
                    continue;
                }
                switch (FlashSale.judge(claim.refusal, claim.quantity, over, seen.closed(), seen.left())) {
                    case REFUSE -> state.open.settle(claim, Outcome.refused(claim.refusal));
                    case QUEUE -> state.queue.add(claim);
                    case LOOK_AGAIN -> {
                        state.doubt(claim, claim.refusal);
                        wait = true;
                    }
                }
            }
        }
        return wait;
    }

    /** Within the lock: nobody who waits had an order in the snapshot if no unit was sold since all who had were known. */
    private void judge(Winners winners, Seen seen) {
        boolean areAll = winners.areAllOf(seen.sold());
        if (areAll && seen.left() == 0) {
            Collection<Loser> losers = winners.takeAsked();
            state.open.tell(() -> losers.forEach(loser -> loser.answer(SOLD_OUT)));
            return;
        }
        if (!areAll && state.winners == winners) {
            state.winners = null;
        }
        (areAll ? winners.takeAsked() : winners.takeAll()).forEach(this::reconsider);
    }

    /** Within the lock: a loser is from now on a claim as all others. */
    private void reconsider(Loser loser) {
        long until = tools.clock().millis() + tools.settings().patienceMillis();
        Claim same = state.open.find(new Claim.Key(loser.buyer.value(), loser.key));
        Claim claim = same == null ? new Claim(tools.ids().next(), loser.buyer, loser.key, loser.quantity) : same;
        if (same == null && !state.open.hasRoomFor(claim)) {
            state.open.tell(() -> loser.answer(Outcome.refused(FlashSaleRefusal.BUSY)));
            return;
        }
        if (same == null) {
            claim.isBuyersFirst = state.isFirstOf(loser.buyer);
            state.open.open(claim);
            state.doubt(claim, FlashSaleRefusal.SOLD_OUT);
        }
        loser.follow(state.open.wait(claim, until).future());
    }

    /** Answers first: whoever answers with the next claim at once is in the next batch, not alone before it. */
    private void end() {
        answer.run();
        synchronized (state) {
            busy = false;
        }
        work.run();
    }
}
