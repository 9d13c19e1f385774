package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Timers;
import io.jishi.flashsales.ClaimStore.Seen;
import io.jishi.flashsales.ClaimStore.Segment;
import io.jishi.flashsales.ClaimStore.Sold;
import io.jishi.flashsales.FlashSale.Admission;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStage;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's counter of one sale. Claims queue; while a batch is being committed the next one gathers. Two slots work at
 * once: one sells, refills and gives back, so that all writes to the node's segment follow one another; the other looks
 * up the keys of claims that are about to hear no. A batch whose outcome is unknown is sent again, unchanged, until it
 * is known: the keys make that harmless.
 *
 * <p>Thread-safe: state changes under the lock, statements and answers happen outside of it.
 */
final class SaleDesk {
    private static final Logger LOG = LoggerFactory.getLogger(SaleDesk.class);
    private static final Duration PAUSE_FOR_UNITS = Duration.ofMillis(25);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);
    private static final long IDLE_MILLIS = 250;
    private static final Runnable NOTHING = () -> {};

    /** What every desk of a node uses. */
    record Tools(
            ClaimStore store,
            Membership membership,
            Ids ids,
            InstantSource clock,
            Timers timers,
            FlashSaleSettings settings) {}

    private final SaleTerms terms;
    private final Tools tools;

    private final OpenClaims open;
    private final ClaimQueue queue = new ClaimQueue();
    private final ArrayDeque<Claim> doubtful = new ArrayDeque<>();
    private List<Claim> batch = List.of();
    private @Nullable Segment segment;
    private boolean selling;
    private boolean lookingUp;
    private boolean closed;
    private boolean soldOut;
    private boolean giveBackWanted;
    private boolean stopping;
    private boolean abandoned;
    private long lastClaimMillis;

    SaleDesk(SaleState state, Tools tools) {
        this.terms = state.terms();
        this.closed = state.closed();
        this.tools = tools;
        this.open = new OpenClaims(tools.settings().queueMax());
    }

    Future<Outcome<Order>> claim(Id<User> buyer, int quantity, String key) {
        Instant now = tools.clock().instant();
        long until = now.toEpochMilli() + tools.settings().patienceMillis();
        Future<Outcome<Order>> answer;
        synchronized (this) {
            lastClaimMillis = now.toEpochMilli();
            Claim same = open.find(new Claim.Key(buyer.value(), key));
            if (same != null) {
                return open.wait(same, until).future();
            }
            Claim claim = new Claim(tools.ids().next(), buyer, key, quantity);
            if (stopping || !open.hasRoomFor(claim)) {
                return refused(FlashSaleRefusal.BUSY);
            }
            switch (FlashSale.admit(terms, closed, soldOut, quantity, now)) {
                case Admission.Refuse refuse -> {
                    return refused(refuse.refusal());
                }
                case Admission.LookUp lookUp -> doubt(claim, lookUp.refusal());
                case Admission.Queue admitted -> queue.add(claim);
            }
            open.open(claim);
            answer = open.wait(claim, until).future();
        }
        work();
        return answer;
    }

    private static Future<Outcome<Order>> refused(FlashSaleRefusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }

    private void doubt(Claim claim, FlashSaleRefusal refusal) {
        claim.refusal = refusal;
        doubtful.add(claim);
    }

    /** Gives the answers that are due and fills both slots. */
    private void work() {
        List<Runnable> due;
        synchronized (this) {
            due = new ArrayList<>(open.takeAnswers());
            if (!abandoned) {
                due.add(nextSale());
                due.add(nextLookUp());
            }
        }
        due.forEach(Runnable::run);
    }

    // --- the selling slot ---

    private Runnable nextSale() {
        if (selling) {
            return NOTHING;
        }
        if (queue.isEmpty()) {
            Segment idle = segment;
            if (!giveBackWanted || idle == null || idle.free() == 0) {
                return NOTHING;
            }
            selling = true;
            return () -> giveBack(idle);
        }
        selling = true;
        Segment mine = segment;
        batch = mine == null ? List.of() : queue.take(tools.settings().batchMax(), mine.free());
        if (mine == null || batch.isEmpty()) {
            long demand = queue.units();
            return () -> refill(demand);
        }
        List<Claim> next = batch;
        return () -> sell(mine.epoch(), next);
    }

    private void sell(long epoch, List<Claim> sent) {
        Instant now = tools.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        tools.store().sell(terms, tools.membership().self(), epoch, sent, now).onComplete(done -> {
            if (done.succeeded()) {
                sold(epoch, sent, done.result(), now);
                endSale();
            } else if (ClaimStore.isFinal(done.cause())) {
                LOG.error("event=claims-failed sale={} claims={}", terms.id(), sent.size(), done.cause());
                failed(sent, done.cause());
                endSale();
            } else {
                LOG.warn(
                        "event=claims-unknown sale={} claims={} reason=\"{}\"",
                        terms.id(),
                        sent.size(),
                        done.cause().getMessage());
                later(PAUSE_AFTER_FAILURE, () -> sell(epoch, sent));
            }
        });
    }

    private synchronized void sold(long epoch, List<Claim> sent, Sold result, Instant now) {
        if (abandoned) {
            return;
        }
        int units = 0;
        List<Claim> again = new ArrayList<>();
        for (Claim claim : sent) {
            Order earlier = result.earlier().get(claim.id());
            if (result.sold().contains(claim.order.value())) {
                units += claim.quantity;
                open.settle(claim, Outcome.done(reserved(claim, now)));
            } else if (earlier != null) {
                open.settle(claim, Outcome.done(earlier));
            } else if (result.overLimit().contains(claim.order.value())) {
                open.settle(claim, Outcome.refused(FlashSaleRefusal.LIMIT_REACHED));
            } else if (claim.waiters().isEmpty()) {
                open.forget(claim);
            } else {
                again.add(claim);
            }
        }
        Integer before = result.freeBefore();
        segment = before == null ? null : new Segment(epoch, before - units);
        queue.putBack(again);
    }

    private synchronized void failed(List<Claim> sent, Throwable cause) {
        sent.forEach(claim -> open.fail(claim, cause));
        segment = null;
    }

    private Order reserved(Claim claim, Instant now) {
        LocalText name = terms.name();
        return new Order(
                claim.order,
                claim.buyer,
                terms.id(),
                terms.sku(),
                name,
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
        tools.store()
                .refill(
                        terms,
                        tools.membership().self(),
                        demand,
                        tools.membership().members().size(),
                        tools.settings().grantMax(),
                        tools.clock().instant())
                .onComplete(done -> {
                    boolean enough;
                    synchronized (this) {
                        // after a failure the segment is unknown: the next refill tells what it holds
                        segment = done.succeeded() ? done.result() : null;
                        enough = segment != null && queue.smallest() <= segment.free();
                    }
                    if (done.failed()) {
                        later(PAUSE_AFTER_FAILURE, this::endSale);
                    } else if (enough) {
                        endSale();
                    } else {
                        lookAround();
                    }
                });
    }

    /** The pool gave too little: either it is over, or other nodes still have units. */
    private void lookAround() {
        tools.store().lookUp(terms, List.of(), tools.membership().members()).onComplete(done -> {
            if (done.failed()) {
                later(PAUSE_AFTER_FAILURE, this::endSale);
                return;
            }
            Seen seen = done.result();
            boolean waiting;
            synchronized (this) {
                closed |= seen.closed();
                soldOut = seen.left() == 0;
                FlashSaleRefusal refusal = closed ? FlashSaleRefusal.ENDED : FlashSaleRefusal.SOLD_OUT;
                queue.takeIf(claim -> closed || claim.quantity > seen.left()).forEach(claim -> doubt(claim, refusal));
                waiting = !queue.isEmpty();
            }
            if (waiting && seen.stranded() > 0) {
                tools.store().takeOver(terms.id(), tools.membership().members()).onComplete(taken -> endSale());
            } else if (waiting) {
                later(PAUSE_FOR_UNITS, this::endSale);
            } else {
                endSale();
            }
        });
    }

    private void giveBack(Segment idle) {
        tools.store()
                .giveBack(terms.id(), tools.membership().self(), idle.epoch())
                .onComplete(done -> {
                    synchronized (this) {
                        segment = null;
                        giveBackWanted = false;
                    }
                    endSale();
                });
    }

    private void endSale() {
        synchronized (this) {
            batch = List.of();
            selling = false;
        }
        work();
    }

    // --- the slot that looks up ---

    private Runnable nextLookUp() {
        if (lookingUp || doubtful.isEmpty()) {
            return NOTHING;
        }
        lookingUp = true;
        List<Claim> asked = new ArrayList<>();
        while (!doubtful.isEmpty() && asked.size() < tools.settings().lookUpMax()) {
            asked.add(doubtful.pollFirst());
        }
        return () -> tools.store()
                .lookUp(terms, asked, tools.membership().members())
                .onComplete(done -> later(lookedUp(asked, done) ? PAUSE_FOR_UNITS : Duration.ZERO, this::endLookUp));
    }

    /** @return whether to wait before the next */
    private synchronized boolean lookedUp(List<Claim> asked, AsyncResult<Seen> done) {
        if (done.failed()) {
            LOG.warn(
                    "event=look-up-failed sale={} reason=\"{}\"",
                    terms.id(),
                    done.cause().getMessage());
            asked.forEach(doubtful::add);
            return true;
        }
        Seen seen = done.result();
        closed |= seen.closed();
        soldOut = seen.left() == 0;
        boolean again = false;
        for (Claim claim : asked) {
            Order order = seen.found().get(claim.id());
            if (order != null) {
                open.settle(claim, Outcome.done(order));
                continue;
            }
            switch (FlashSale.judge(claim.refusal, claim.quantity, seen.closed(), seen.left())) {
                case REFUSE -> open.settle(claim, Outcome.refused(claim.refusal));
                case QUEUE -> queue.add(claim);
                case LOOK_AGAIN -> {
                    doubtful.add(claim);
                    again = true;
                }
            }
        }
        return again;
    }

    private void endLookUp() {
        synchronized (this) {
            lookingUp = false;
        }
        work();
    }

    private void later(Duration pause, Runnable action) {
        if (pause.isZero()) {
            action.run();
        } else {
            tools.timers().after(pause, action);
        }
    }

    // --- what the node tells its desks ---

    /** Sends those away who have waited too long, and offers units back that nobody here asks for. */
    void tick(boolean wantedElsewhere) {
        long now = tools.clock().millis();
        synchronized (this) {
            open.expire(now);
            forgetUnwanted();
            boolean idle = wantedElsewhere || now - lastClaimMillis > IDLE_MILLIS;
            giveBackWanted = queue.isEmpty() && (idle || stopping);
        }
        work();
    }

    /** Claims that nobody waits for, and that are in no statement, are as if they had never come. */
    private void forgetUnwanted() {
        queue.takeIf(claim -> claim.waiters().isEmpty()).forEach(open::forget);
        doubtful.removeIf(claim -> {
            boolean unwanted = claim.waiters().isEmpty();
            if (unwanted) {
                open.forget(claim);
            }
            return unwanted;
        });
    }

    /** What the database last showed; the hint decides only which way a claim goes, never its answer. */
    synchronized void hint(SaleState state) {
        soldOut = state.left() == 0;
        closed |= state.closed();
    }

    /** Whether it can be dropped: the sale is over here and nobody waits. */
    synchronized boolean isDone() {
        return closed && open.isEmpty() && !selling && !lookingUp;
    }

    /** Refuses new claims, answers those it has, and returns its units to the pool. */
    Future<Void> stop() {
        synchronized (this) {
            stopping = true;
        }
        Promise<Void> stopped = Promise.promise();
        awaitStopped(stopped, tools.clock().millis() + tools.settings().patienceMillis() + IDLE_MILLIS);
        return stopped.future();
    }

    private void awaitStopped(Promise<Void> stopped, long untilMillis) {
        tick(false);
        boolean done;
        synchronized (this) {
            Segment mine = segment;
            done = open.isEmpty() && !selling && (mine == null || mine.free() == 0);
        }
        if (done || tools.clock().millis() > untilMillis) {
            stopped.complete();
        } else {
            tools.timers().after(PAUSE_FOR_UNITS, () -> awaitStopped(stopped, untilMillis));
        }
    }

    /** As if the process had died: what is under way in the database goes on, nothing else does. For tests. */
    synchronized void abandon() {
        abandoned = true;
    }
}
