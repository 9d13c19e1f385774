package io.jishi.flashsales;

import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A flash sale as everybody sees it, and the message of {@code sale:{id}}.
 *
 * @param left units that nobody has claimed; when it has ended, how many it ended with
 * @param accountsPerDevice how many accounts of one device may come; null for no limit
 * @param lobby its waiting room; null where it has none
 * @param revision grows by one with each act of the host; a message of a lower one is out of date, whatever its time
 * @param at when this was true, for the countdown of clients whose clock is wrong
 */
public record Sale(
        Id<Sale> id,
        @Nullable Id<?> roomId,
        Id<Sku> skuId,
        LocalText name,
        long priceMinor,
        int quantity,
        int left,
        int perBuyerLimit,
        SaleStage stage,
        Instant opensAt,
        Instant endsAt,
        int reservationSeconds,
        Audience audience,
        @Nullable Integer accountsPerDevice,
        @Nullable Lobby lobby,
        int revision,
        Instant at) {

    private static final Duration JOINED_EVERY = Duration.ofSeconds(1);

    /**
     * The waiting room of a sale. Whoever came before the start can check his place with it: the SHA-256 of the seed is
     * the commitment, and his is the place of {@code seed:drawn:ticket} when the SHA-256 of each of these texts, of the
     * tickets 1 to {@code drawn}, are sorted.
     *
     * @param seed null as long as the order is not drawn
     * @param joined tickets that were given
     * @param drawn how many of them before the start; null as long as the order is not drawn
     * @param admitted the last place that has, or had, its turn
     * @param reaches up to this place the units last even if everybody before takes as many as allowed
     * @param mayReach beyond this place they do not last, unless some before do not use their turns or units are added
     */
    public record Lobby(
            int turnSeconds,
            String commitment,
            @Nullable String seed,
            int joined,
            @Nullable Integer drawn,
            int admitted,
            int reaches,
            int mayReach) {

        private boolean saysTheSame(Lobby other) {
            return Objects.equals(drawn, other.drawn)
                    && admitted == other.admitted
                    && reaches == other.reaches
                    && mayReach == other.mayReach;
        }
    }

    /** Whether the two say the same, apart from when; how many have come is no news more than once a second. */
    boolean saysTheSame(Sale other) {
        return left == other.left
                && stage == other.stage
                && endsAt.equals(other.endsAt)
                && quantity == other.quantity
                && revision == other.revision
                && saysTheSame(other.lobby, other.at);
    }

    private boolean saysTheSame(@Nullable Lobby other, Instant otherAt) {
        if (lobby == null || other == null) {
            return true;
        }
        boolean joinedIsNews = lobby.joined != other.joined
                && Duration.between(at, otherAt).abs().compareTo(JOINED_EVERY) >= 0;
        return lobby.saysTheSame(other) && !joinedIsNews;
    }
}
