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

    private final SaleTerms terms;
    private final SaleDesk.Tools tools;
    private final DeskState state;
    private final Runnable answer;
    private final Runnable work;
    private final String self;
    private @Nullable Segment segment;
    private boolean busy;
    private boolean giveBack;

    /**
     * @param answer gives the answers that are due
     * @param work asks the desk for the next step of both slots
     */
    SellingSlot(SaleTerms terms, SaleDesk.Tools tools, DeskState state, Runnable answer, Runnable work) {
        this.terms = terms;
        this.tools = tools;
        this.state = state;
        this.answer = answer;
        this.work = work;
        this.self = tools.membership().self();
    }

    /** Within the lock: what to do now, to be run outside of it; null where there is nothing or something is under way. */
    @Nullable
    Runnable next() {
        Segment mine = segment;
        if (busy || state.queue.isEmpty() && (!giveBack || !holdsUnits())) {
            return null;
        }
        busy = true;
        if (mine == null) {
            long demand = state.queue.units();
            return () -> refill(demand);
        }
        if (state.queue.isEmpty()) {
            return () -> giveBack(mine);
        }
        List<Claim> batch = state.queue.take(tools.settings().batchMax(), mine.free());
        long demand = state.queue.units();
        return batch.isEmpty() ? () -> refill(demand) : () -> sell(mine.epoch(), batch);
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

    private void sell(long epoch, List<Claim> batch) {
        Instant now = tools.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        tools.store().sell(terms, self, epoch, batch, now).onComplete(done -> {
            if (done.succeeded()) {
                sold(epoch, batch, done.result(), now);
                end();
            } else if (ClaimStore.isFinal(done.cause())) {
                LOG.error("event=claims-failed sale={} claims={}", terms.id(), batch.size(), done.cause());
                failed(batch, done.cause());
                end();
            } else {
                LOG.warn(
                        "event=claims-unknown sale={} claims={} reason=\"{}\"",
                        terms.id(),
                        batch.size(),
                        done.cause().getMessage());
                again(() -> sellAnew(epoch, batch));
            }
        });
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
                    again.add(claim);
                }
            }
            Integer before = result.freeBefore();
            segment = before == null ? null : new Segment(epoch, before - units);
            state.queue.putBack(again);
        }
    }

    private void failed(List<Claim> batch, Throwable cause) {
        synchronized (state) {
            batch.forEach(claim -> state.open.fail(claim, cause));
            segment = null;
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
                    boolean enough;
                    synchronized (state) {
                        // after a failure it is unknown what the segment holds: the next refill tells
                        segment = done.succeeded() ? done.result() : null;
                        enough = segment != null && state.queue.smallest() <= segment.free();
                    }
                    if (done.failed()) {
                        again(this::end);
                    } else if (enough) {
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
        synchronized (state) {
            state.learn(seen.closed(), seen.left());
            FlashSaleRefusal refusal = state.closed ? FlashSaleRefusal.ENDED : FlashSaleRefusal.SOLD_OUT;
            state.queue
                    .takeIf(claim -> state.closed || claim.quantity > seen.left())
                    .forEach(claim -> state.doubt(claim, refusal));
            waiting = !state.queue.isEmpty();
        }
        if (waiting && seen.stranded() > 0) {
            tools.store().takeOver(terms.id(), tools.membership().members()).onComplete(taken -> end());
        } else if (waiting) {
            tools.timers().after(PAUSE_FOR_UNITS, this::end);
        } else {
            end();
        }
    }

    private void giveBack(Segment idle) {
        tools.store().giveBack(terms.id(), self, idle.epoch()).onComplete(done -> {
            synchronized (state) {
                segment = null;
                giveBack = false;
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
