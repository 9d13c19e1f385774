package io.jishi.flashsales;

import io.jishi.core.Outcome;
import io.jishi.flashsales.ClaimStore.Seen;
import io.jishi.orders.Order;
import java.time.Duration;
import java.time.Instant;
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
        if (busy || !state.hasDoubtful()) {
            return null;
        }
        busy = true;
        List<Claim> claims = state.takeDoubtful(tools.settings().lookUpMax());
        return () -> lookUp(claims);
    }

    /** Within the lock. */
    boolean isBusy() {
        return busy;
    }

    private void lookUp(List<Claim> claims) {
        tools.store().lookUp(terms, claims, tools.membership().members()).onComplete(done -> {
            boolean wait = done.succeeded() ? judge(claims, done.result()) : doubtAgain(claims, done.cause());
            if (wait) {
                tools.timers().after(PAUSE, this::end);
            } else {
                end();
            }
        });
    }

    private boolean doubtAgain(List<Claim> claims, Throwable fault) {
        LOG.warn("event=look-up-failed sale={} reason=\"{}\"", terms.id(), fault.getMessage());
        synchronized (state) {
            claims.forEach(claim -> state.doubt(claim, claim.refusal));
        }
        return true;
    }

    /** @return whether to wait before the next look */
    private boolean judge(List<Claim> claims, Seen seen) {
        boolean wait = false;
        Instant now = tools.clock().instant();
        synchronized (state) {
            boolean over = FlashSale.isOver(state.terms, seen.closed(), now);
            state.learn(seen.closed(), seen.left());
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

    /** Answers first: whoever answers with the next claim at once is in the next batch, not alone before it. */
    private void end() {
        answer.run();
        synchronized (state) {
            busy = false;
        }
        work.run();
    }
}
