package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Timers;
import io.jishi.flashsales.FlashSale.Admission;
import io.jishi.flashsales.Winners.Loser;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One node's counter of one sale: claims come in at the door, slots work on them, and whoever has waited too long is
 * sent away with a word on what to do.
 *
 * <p>Thread-safe: state changes under the lock of {@link DeskState}, statements and answers happen outside of it.
 */
final class SaleDesk {
    private static final Duration STOPPING = Duration.ofMillis(25);
    private static final long IDLE_MILLIS = 250;

    /** What every desk of a node uses. */
    record Tools(
            ClaimStore store,
            FirstOrderStore firstOrders,
            LobbyStore lobbies,
            SaleActStore acts,
            Audiences audiences,
            DeviceSeats.Store devices,
            Membership membership,
            Ids ids,
            InstantSource clock,
            Timers timers,
            FlashSaleSettings settings) {}

    private final SaleTerms terms;
    private final Tools tools;
    private final DeskState state;
    private final List<SellingSlot> selling;
    private final LookUpSlot lookingUp;
    private final CensusSlot census;
    private final Guests guests;
    private final @Nullable DeviceSeats seats;
    private final @Nullable Lobby lobby;
    private final boolean isOpenToAll;
    private long lastClaimMillis;

    SaleDesk(SaleState sale, Tools tools) {
        this.terms = sale.terms();
        this.tools = tools;
        this.state = new DeskState(terms, tools.settings().queueMax());
        this.selling = IntStream.range(0, tools.settings().lanes())
                .mapToObj(lane -> new SellingSlot(terms, tools, state, lane, this::answer, this::work))
                .toList();
        this.lookingUp = new LookUpSlot(terms, tools, state, this::answer, this::work);
        this.census = new CensusSlot(terms, tools, state);
        state.closed = sale.closed();
        this.guests = new Guests(terms, tools);
        Integer accountsMax = terms.accountsPerDevice();
        this.seats = accountsMax == null ? null : new DeviceSeats(terms, accountsMax, tools);
        LobbyTerms waitingRoom = terms.lobby();
        this.lobby = waitingRoom == null ? null : new Lobby(sale, waitingRoom, tools);
        this.isOpenToAll = guests.areAll() && seats == null && lobby == null;
    }

    /** Whether whoever comes may claim, and nothing is asked of him. */
    boolean isOpenToAll() {
        return isOpenToAll;
    }

    /** Who may buy. */
    Guests guests() {
        return guests;
    }

    /** Who has come from which device; null where nobody asks. */
    @Nullable
    DeviceSeats seats() {
        return seats;
    }

    /** Its waiting room; null where it has none. */
    @Nullable
    Lobby lobby() {
        return lobby;
    }

    /** The terms that never change. */
    SaleTerms terms() {
        return terms;
    }

    Future<Outcome<Order>> claim(Id<User> buyer, int quantity, String key) {
        return claim(buyer, quantity, key, null);
    }

    /** @param doubt what it will hear unless its key turns out to have an order; with it nothing is sold */
    Future<Outcome<Order>> claim(Id<User> buyer, int quantity, String key, @Nullable FlashSaleRefusal doubt) {
        Instant now = tools.clock().instant();
        long until = now.toEpochMilli() + tools.settings().patienceMillis();
        Future<Outcome<Order>> answer;
        synchronized (state) {
            lastClaimMillis = now.toEpochMilli();
            Claim same = state.open.isEmpty() ? null : state.open.find(new Claim.Key(buyer.value(), key));
            if (same != null) {
                return state.open.wait(same, until).future();
            }
            if (state.stopping) {
                return refused(FlashSaleRefusal.BUSY);
            }
            Admission admission = FlashSale.admit(state.terms, state.closed, state.soldOut, quantity, now);
            Winners winners = doubt == null && isSoldOut(admission) ? state.winners : null;
            if (winners != null && winners.mayWait(buyer)) {
                answer = winners.wait(new Loser(buyer, key, quantity, until));
                if (lookingUp.isBusy()) {
                    return answer; // the next look begins as soon as this one is over
                }
            } else {
                Claim claim = new Claim(tools.ids().next(), buyer, key, quantity);
                FlashSaleRefusal refusal =
                        state.open.hasRoomFor(claim) ? admit(claim, admission, doubt) : FlashSaleRefusal.BUSY;
                if (refusal != null) {
                    return refused(refusal);
                }
                answer = state.open.wait(claim, until).future();
            }
        }
        work();
        return answer;
    }

    private static boolean isSoldOut(Admission admission) {
        return admission instanceof Admission.LookUp(FlashSaleRefusal refusal) && refusal == FlashSaleRefusal.SOLD_OUT;
    }

    /** Within the lock: takes a claim in, or says why not. */
    private @Nullable FlashSaleRefusal admit(Claim claim, Admission admission, @Nullable FlashSaleRefusal doubt) {
        claim.isBuyersFirst = state.isFirstOf(claim.buyer);
        switch (admission) {
            case Admission.Refuse refuse -> {
                return doubt == null ? refuse.refusal() : doubt;
            }
            case Admission.LookUp lookUp ->
                state.doubt(claim, doubt == null || state.closed ? lookUp.refusal() : doubt);
            case Admission.Queue admitted -> {
                if (doubt == null) {
                    state.queue.add(claim);
                } else {
                    state.doubt(claim, doubt);
                }
            }
        }
        state.open.open(claim);
        return null;
    }

    private static Future<Outcome<Order>> refused(FlashSaleRefusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }

    /** Gives the answers that are due. */
    private void answer() {
        List<Runnable> due;
        synchronized (state) {
            due = state.abandoned ? List.of() : state.open.takeAnswers();
        }
        due.forEach(Runnable::run);
    }

    /** Fills all slots. */
    private void work() {
        List<Runnable> steps = List.of();
        synchronized (state) {
            if (state.abandoned) {
                return;
            }
            for (SellingSlot slot : selling) {
                steps = with(steps, slot.next());
            }
            steps = with(steps, lookingUp.next());
            steps = with(steps, census.next());
        }
        steps.forEach(Runnable::run);
    }

    /** Mostly there is nothing to do. */
    private static List<Runnable> with(List<Runnable> steps, @Nullable Runnable step) {
        if (step == null) {
            return steps;
        }
        List<Runnable> more = steps.isEmpty() ? new ArrayList<>(2) : steps;
        more.add(step);
        return more;
    }

    /**
     * Sends those away who have waited too long, and offers units back that nobody here asks for.
     *
     * @param wantedElsewhere whether another node has claims that it has no units for
     */
    void tick(boolean wantedElsewhere) {
        long now = tools.clock().millis();
        synchronized (state) {
            state.open.expire(now);
            state.expireLosers(now);
            state.forgetUnwanted();
            boolean giveBack = wantedElsewhere || state.stopping || now - lastClaimMillis > IDLE_MILLIS;
            selling.forEach(slot -> slot.wantGiveBack(giveBack));
        }
        answer();
        work();
    }

    /** What the database last showed of the sale. */
    void hint(SaleState sale) {
        synchronized (state) {
            if (sale.terms().revision() >= state.terms.revision()) {
                state.terms = sale.terms();
            }
            state.learn(sale.closed(), sale.left());
        }
    }

    /** Whether it can be dropped: the sale is over and nobody waits. */
    boolean isDone() {
        synchronized (state) {
            return state.closed && isQuiet();
        }
    }

    private boolean isQuiet() {
        return state.open.isEmpty()
                && (state.winners == null || state.winners.isEmpty())
                && selling.stream().noneMatch(SellingSlot::isBusy)
                && !lookingUp.isBusy();
    }

    /** Refuses new claims from now on. */
    void refuse() {
        synchronized (state) {
            state.stopping = true;
        }
    }

    /** Refuses new claims, answers those it has, and returns its units to the pool. */
    Future<Void> stop() {
        refuse();
        Promise<Void> stopped = Promise.promise();
        awaitStopped(stopped, tools.clock().millis() + tools.settings().patienceMillis() + IDLE_MILLIS);
        return stopped.future();
    }

    private void awaitStopped(Promise<Void> stopped, long untilMillis) {
        tick(false);
        boolean done;
        synchronized (state) {
            done = isQuiet() && selling.stream().noneMatch(SellingSlot::holdsUnits);
        }
        if (done || tools.clock().millis() > untilMillis) {
            stopped.complete();
        } else {
            tools.timers().after(STOPPING, () -> awaitStopped(stopped, untilMillis));
        }
    }

    /** Whether it is known who has orders of the sale, which is sold out. For tests. */
    boolean knowsWinners() {
        synchronized (state) {
            return state.winners != null;
        }
    }

    /** As if the process had died: what is under way in the database goes on, nothing else does. For tests. */
    void abandon() {
        synchronized (state) {
            state.abandoned = true;
        }
    }
}
