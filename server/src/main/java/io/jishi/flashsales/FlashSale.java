package io.jishi.flashsales;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The decisions about one sale, without I/O. */
final class FlashSale {
    private FlashSale() {}

    static final int QUANTITY_MAX = 1_000_000;
    static final Duration DURATION_MAX = Duration.ofDays(1);
    /** How far ahead a sale may be announced. */
    static final Duration AHEAD_MAX = Duration.ofDays(30);

    /** Whether nothing is sold any more and nothing can be changed any more. */
    static boolean isOver(SaleTerms terms, boolean closed, Instant now) {
        return closed || !now.isBefore(terms.endsAt());
    }

    static SaleStage stage(SaleTerms terms, boolean closed, int left, Instant now) {
        if (isOver(terms, closed, now)) {
            return SaleStage.ENDED;
        }
        if (now.isBefore(terms.opensAt())) {
            return SaleStage.COUNTDOWN;
        }
        return left == 0 ? SaleStage.SOLD_OUT : SaleStage.OPEN;
    }

    static Sale view(SaleState state, Instant now) {
        SaleTerms terms = state.terms();
        return new Sale(
                terms.id(),
                terms.room(),
                terms.sku(),
                terms.name(),
                terms.priceMinor(),
                terms.quantity(),
                state.left(),
                terms.perBuyerLimit(),
                stage(terms, state.closed(), state.left(), now),
                terms.opensAt(),
                terms.endsAt(),
                Math.toIntExact(terms.reservation().toSeconds()),
                terms.audience(),
                terms.accountsPerDevice(),
                lobby(terms.lobby(), state.lobby()),
                terms.revision(),
                now);
    }

    private static Sale.@Nullable Lobby lobby(@Nullable LobbyTerms terms, @Nullable LobbyState state) {
        if (terms == null || state == null) {
            return null;
        }
        return new Sale.Lobby(
                Math.toIntExact(terms.turn().toSeconds()),
                terms.commitment(),
                state.drawn() == null ? null : terms.seed(),
                state.joined(),
                state.drawn(),
                state.admitted(),
                state.reaches(),
                state.mayReach());
    }

    /** What becomes of a claim when it arrives. */
    sealed interface Admission {
        /** It may buy. */
        record Queue() implements Admission {}

        /** It will hear that no, unless its key turns out to have an order. */
        record LookUp(FlashSaleRefusal refusal) implements Admission {}

        /** No order can exist for it yet. */
        record Refuse(FlashSaleRefusal refusal) implements Admission {}
    }

    /**
     * @param closed whether this node knows the sale as closed
     * @param soldOut whether this node last saw nothing left
     */
    static Admission admit(SaleTerms terms, boolean closed, boolean soldOut, int quantity, Instant now) {
        int left = soldOut ? 0 : quantity;
        return switch (stage(terms, closed, left, now)) {
            case COUNTDOWN -> new Admission.Refuse(FlashSaleRefusal.NOT_OPEN);
            case ENDED -> new Admission.LookUp(FlashSaleRefusal.ENDED);
            case SOLD_OUT -> new Admission.LookUp(FlashSaleRefusal.SOLD_OUT);
            case OPEN ->
                quantity > terms.perBuyerLimit()
                        ? new Admission.LookUp(FlashSaleRefusal.LIMIT_REACHED)
                        : new Admission.Queue();
        };
    }

    /** What becomes of a claim whose key was found to have no order. */
    enum Verdict {
        /** The no is certain. */
        REFUSE,
        /** There are units after all. */
        QUEUE,
        /** The sale is over but not closed, so another node may still be answering yes. */
        LOOK_AGAIN
    }

    /**
     * @param over whether its time is over, as far as this node knows
     * @param closed and {@code left} from the snapshot in which the key had no order
     */
    static Verdict judge(FlashSaleRefusal refusal, int quantity, boolean over, boolean closed, int left) {
        return switch (refusal) {
            case ENDED -> closed ? Verdict.REFUSE : over ? Verdict.LOOK_AGAIN : Verdict.QUEUE;
            case SOLD_OUT -> closed || left < quantity ? Verdict.REFUSE : Verdict.QUEUE;
            case LIMIT_REACHED,
                    NOT_OPEN,
                    BUSY,
                    PENDING,
                    SALE_NOT_FOUND,
                    NOT_YOUR_SALE,
                    NOT_YOUR_ROOM,
                    NOT_INVITED,
                    BEYOND_BOUNDS,
                    NOT_SOLD_OUT,
                    WAITLIST_FULL,
                    NO_LOBBY,
                    TURN_NEEDED,
                    TURN_OVER,
                    LOBBY_FULL,
                    MEMBERS_ONLY,
                    FOLLOWERS_ONLY,
                    TOO_FAST,
                    PROOF_NEEDED,
                    DEVICE_LIMIT -> Verdict.REFUSE;
        };
    }
}
