package io.jishi.flashsales;

import io.jishi.core.Outcome;
import io.jishi.flashsales.ClaimStore.Seen;
import io.jishi.flashsales.ClaimStore.Segment;
import io.jishi.flashsales.ClaimStore.Sold;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStage;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing at a time with the node's segment: sells a batch, refills, or gives units back. While a batch is being
 * committed the next one gathers. A batch whose outcome is unknown is sent again until it is known, under a new epoch; the
 * keys make that harmless.
 */
final class SellingSlot {
    private static final Logger LOG = LoggerFactory.getLogger(SellingSlot.class);
    private static final Duration PAUSE_FOR_UNITS = Duration.ofMillis(25);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);
    /** Batches in which everybody's orders are looked for, once somebody who seemed to be new had one. */
    private static final int CAREFUL_BATCHES = 20;

    private final SaleTerms terms;
    private final SaleDesk.Tools tools;
    private final DeskState state;
    private final Runnable answer;
    private final Runnable work;
    private final String self;
    private final int lane;
    private int careful;
    private @Nullable Segment segment;
    private boolean busy;
    private boolean giveBack;

    /**
     * @param lane which of the node's segments it sells from, from 0 on
     * @param answer gives the answers that are due
     * @param work asks the desk for the next step of all slots
     */
    SellingSlot(SaleTerms terms, SaleDesk.Tools tools, DeskState state, int lane, Runnable answer, Runnable work) {
        this.terms = terms;
        this.tools = tools;
        this.state = state;
        this.answer = answer;
        this.work = work;
        this.lane = lane;
        this.self = Lanes.name(tools.membership().self(), lane);
    }

    /** Within the lock: what to do now, to be run outside of it; null where there is nothing or something is under way. */
    @Nullable
    Runnable next() {
        Segment mine = segment;
        if (busy || state.queue.isEmpty() && (!giveBack || !holdsUnits()) || isSpare()) {
            return null;
        }
        busy = true;
        if (mine == null) {
            long demand = state.queue.units();
            return () -> refill(demand);
        }
        if (state.queue.isEmpty()) {
            return () -> giveBack(mine, this::end);
        }
        List<Claim> batch = state.queue.take(tools.settings().batchMax(), mine.free());
        long demand = state.queue.units();
        if (batch.isEmpty()) {
            return () -> refill(demand);
        }
        return batch.getFirst().hasPast ? () -> sell(mine.epoch(), batch) : () -> sellFirst(mine, batch);
    }

    /** All lanes but the first take units only where the claims that wait fill a batch; those they have they sell anyway. */
    private boolean isSpare() {
        return lane > 0
                && !holdsUnits()
                && state.queue.size() < tools.settings().batchMax();
    }

    /** Within the lock. */
    boolean isBusy() {
        return busy;
    }

    /** Within the lock. */
    boolean holdsUnits() {
        return segment != null && segment.free() > 0;
    }

    /** Within the lock: whether to give units back as soon as nobody asks for them. */
    void wantGiveBack(boolean wanted) {
        giveBack = wanted;
    }

    /** Sells to those who have no order yet; the others are weighed afterwards. */
    private void sellFirst(Segment mine, List<Claim> batch) {
        Instant now = now();
        boolean isCareful = careful > 0;
        careful -= isCareful ? 1 : 0;
        tools.firstOrders()
                .sell(terms, self, mine.epoch(), batch, claim -> !isCareful && claim.isBuyersFirst, now)
                .onComplete(done -> {
                    if (done.failed() && FirstOrderStore.isSomebodyKnown(done.cause())) {
                        weighAll(batch);
                        end();
                    } else {
                        judge(mine.epoch(), batch, done, now);
                    }
                });
    }

    /** Somebody who seemed to have no order has one, and nothing was sold to anybody. */
    private void weighAll(List<Claim> batch) {
        careful = CAREFUL_BATCHES;
        synchronized (state) {
            batch.forEach(claim -> claim.hasPast = true);
            state.queue.putBack(batch);
        }
    }

    private void sell(long epoch, List<Claim> batch) {
        Instant now = now();
        tools.store().sell(terms, self, epoch, batch, now).onComplete(done -> judge(epoch, batch, done, now));
    }

    private Instant now() {
        return tools.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void judge(long epoch, List<Claim> batch, AsyncResult<Sold> done, Instant now) {
        if (done.succeeded()) {
            sold(epoch, batch, done.result(), now);
            end();
        } else if (ClaimStore.isFinal(done.cause())) {
            LOG.error("event=claims-failed sale={} claims={}", terms.id(), batch.size(), done.cause());
            failed(batch, done.cause());
            recall();
        } else {
            LOG.warn(
                    "event=claims-unknown sale={} claims={} reason=\"{}\"",
                    terms.id(),
                    batch.size(),
                    done.cause().getMessage());
            again(() -> sellAnew(epoch, batch));
        }
    }

    /**
     * Sends a batch whose outcome is unknown again, under a new epoch: the first one may still be on its way, and must
     * not sell to somebody who hears no before it arrives.
     */
    private void sellAnew(long epoch, List<Claim> batch) {
        tools.store().renew(terms, self).onComplete(done -> {
            if (done.failed()) {
                again(() -> sellAnew(epoch, batch));
            } else {
                Segment renewed = done.result();
                sell(renewed == null ? epoch : renewed.epoch(), batch);
            }
        });
    }

    /** A dead node repeats nothing. */
    private void again(Runnable action) {
        tools.timers().after(PAUSE_AFTER_FAILURE, () -> {
            boolean dead;
            synchronized (state) {
                dead = state.abandoned;
            }
            if (!dead) {
                action.run();
            }
        });
    }

    private void sold(long epoch, List<Claim> batch, Sold result, Instant now) {
        synchronized (state) {
            Integer before = result.freeBefore();
            boolean hadEnough = before != null && before >= ClaimQueue.units(batch);
            int units = 0;
            List<Claim> again = new ArrayList<>();
            for (Claim claim : batch) {
                Order earlier = result.earlier().get(claim.id());
                if (result.sold().contains(claim.order.value())) {
                    units += claim.quantity;
                    state.open.settle(claim, Outcome.done(reserved(claim, now)));
                } else if (earlier != null) {
                    state.open.settle(claim, Outcome.done(earlier));
                } else if (result.overLimit().contains(claim.order.value())) {
                    state.open.settle(claim, Outcome.refused(FlashSaleRefusal.LIMIT_REACHED));
                } else {
                    claim.hasPast = hadEnough;
                    again.add(claim);
                }
            }
            segment = before == null ? null : new Segment(epoch, before - units);
            state.queue.putBack(again);
        }
    }

    private void failed(List<Claim> batch, Throwable cause) {
        synchronized (state) {
            batch.forEach(claim -> state.open.fail(claim, cause));
        }
    }

    private Order reserved(Claim claim, Instant now) {
        return new Order(
                claim.order,
                claim.buyer,
                terms.id(),
                terms.sku(),
                terms.name(),
                claim.quantity,
                terms.priceMinor(),
                "CNY",
                OrderStage.RESERVED,
                now,
                now.plus(terms.reservation()),
                null,
                null);
    }

    private void refill(long demand) {
        int nodes = tools.membership().members().size();
        Instant now = tools.clock().instant();
        tools.store()
                .refill(terms, self, demand, nodes, tools.settings().grantMax(), now)
                .onComplete(done -> {
                    if (done.failed()) {
                        again(this::recall);
                        return;
                    }
                    boolean enough;
                    synchronized (state) {
                        segment = done.result();
                        enough = segment != null && state.queue.smallest() <= segment.free();
                    }
                    if (enough) {
                        end();
                    } else {
                        lookAround();
                    }
                });
    }

    /** The pool gave too little: either the sale is over or sold out, or other nodes still have units. */
    private void lookAround() {
        tools.store().lookUp(terms, List.of(), tools.membership().members()).onComplete(this::lookedAround);
    }

    private void lookedAround(AsyncResult<Seen> done) {
        if (done.failed()) {
            again(this::end);
            return;
        }
        Seen seen = done.result();
        boolean waiting;
        Segment remainder;
        synchronized (state) {
            state.learn(seen.closed(), seen.left());
            FlashSaleRefusal refusal = state.closed ? FlashSaleRefusal.ENDED : FlashSaleRefusal.SOLD_OUT;
            state.queue
                    .takeIf(claim -> state.closed || claim.quantity > seen.left())
                    .forEach(claim -> state.doubt(claim, refusal));
            waiting = !state.queue.isEmpty();
            remainder = holdsUnits() ? segment : null;
        }
        if (waiting && seen.stranded() > 0) {
            tools.store().takeOver(terms.id(), tools.membership().members()).onComplete(taken -> end());
        } else if (waiting && remainder != null) {
            // too little for anybody here; together with what another lane or node has it may do
            giveBack(remainder, () -> tools.timers().after(PAUSE_FOR_UNITS, this::end));
        } else if (waiting) {
            tools.timers().after(PAUSE_FOR_UNITS, this::end);
        } else {
            end();
        }
    }

    private void giveBack(Segment idle, Runnable then) {
        tools.store().giveBack(terms.id(), self, idle.epoch()).onComplete(done -> {
            if (done.failed()) {
                again(this::recall);
                return;
            }
            synchronized (state) {
                segment = null;
                giveBack = false;
            }
            then.run();
        });
    }

    /** After a failure only the database knows what the segment holds; what is still on its way finds its epoch over. */
    private void recall() {
        tools.store().renew(terms, self).onComplete(done -> {
            if (done.failed()) {
                again(this::recall);
                return;
            }
            synchronized (state) {
                segment = done.result();
            }
            end();
        });
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
