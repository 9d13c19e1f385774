package io.jishi.flashsales;

import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.core.Id;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A buyer's place in the waiting room of a sale.
 *
 * @param ticket the number of the arrival; told before the order is drawn, so that the buyer can check the place
 * @param place whose turn is how manieth; null as long as the order is not drawn
 * @param ahead how many are before it and have not had their turn yet
 * @param soonestSeconds the turn comes not earlier than in this time, and in this time only if others use theirs; null
 *     where that is not known
 * @param pass what a claim must carry; null where it is not the buyer's turn
 * @param turnEndsAt when the turn is lost
 */
public record LobbyPlace(
        Id<Sale> saleId,
        int ticket,
        @Nullable Integer place,
        Stage stage,
        int ahead,
        @Nullable Outlook outlook,
        @Nullable Integer soonestSeconds,
        @Nullable String pass,
        @Nullable Instant turnEndsAt,
        Instant at) {

    /** Where a buyer stands. */
    public enum Stage {
        /** The order is drawn when the sale opens. */
        BEFORE_START,
        WAITING,
        /** The buyer may claim. */
        TURN,
        /** The turn went by; entering again means the end of the queue. */
        TURN_OVER;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether what is left reaches a place. */
    public enum Outlook {
        /** Even if everybody before takes as many as allowed. */
        REACHES,
        MAY_REACH,
        /** Unless some before do not use their turns, or the host adds units. */
        DOES_NOT_REACH;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
