package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the slots of a desk share. It is its own lock: every access is within {@code synchronized (state)}. */
final class DeskState {
    final OpenClaims open;
    /** Claims that may buy. */
    final ClaimQueue queue = new ClaimQueue();
    /** Claims that will hear no unless their key turns out to have an order. */
    private final ArrayDeque<Claim> doubtful = new ArrayDeque<>();

    /** Buyers who have claimed here. */
    private final BuyerFilter comers;

    /** Known from the database, and final. */
    boolean closed;
    /** A hint: it decides which way a claim goes, never its answer. */
    boolean soldOut;

    /** Who had orders when the sale was sold out; null while that is not known. */
    @Nullable
    Winners winners;

    /** How much was sold where it would pay to know who has orders; null where it would not. */
    @Nullable
    Long censusAt;

    boolean stopping;
    boolean abandoned;

    /** As last seen: its host may extend a sale and add to it. */
    SaleTerms terms;

    DeskState(SaleTerms terms, int claimsMax) {
        this.terms = terms;
        this.open = new OpenClaims(claimsMax);
        this.comers = new BuyerFilter(terms.quantity());
    }

    /** Whether nobody knows of a claim of the buyer's before this one. */
    boolean isFirstOf(Id<User> buyer) {
        boolean isFirst = !comers.mayHold(buyer.value());
        comers.add(buyer.value());
        return isFirst;
    }

    void doubt(Claim claim, FlashSaleRefusal refusal) {
        claim.refusal = refusal;
        doubtful.addLast(claim);
    }

    boolean hasDoubtful() {
        return !doubtful.isEmpty();
    }

    List<Claim> takeDoubtful(int max) {
        List<Claim> taken = new ArrayList<>();
        while (!doubtful.isEmpty() && taken.size() < max) {
            taken.add(doubtful.pollFirst());
        }
        return taken;
    }

    /** Claims that nobody waits for, and that are in no statement, are as if they had never come. */
    void forgetUnwanted() {
        queue.takeIf(claim -> claim.waiters().isEmpty()).forEach(open::forget);
        doubtful.removeIf(claim -> {
            boolean unwanted = claim.waiters().isEmpty();
            if (unwanted) {
                open.forget(claim);
            }
            return unwanted;
        });
    }

    /** Losers who have waited too long for the next look. */
    void expireLosers(long nowMillis) {
        if (winners != null) {
            List<Winners.Loser> expired = winners.takeExpired(nowMillis);
            open.tell(() -> expired.forEach(loser -> loser.answer(Outcome.refused(FlashSaleRefusal.PENDING))));
        }
    }

    void learn(boolean isClosed, int left) {
        closed |= isClosed;
        soldOut = left == 0;
    }
}
