package io.jishi.flashsales;

import org.jspecify.annotations.Nullable;

/**
 * A waiting room as one snapshot of the database shows it.
 *
 * @param joined tickets given
 * @param drawn how many of them before the start; null where the order is not drawn yet
 * @param admitted the last place that has, or had, its turn
 * @param reaches the last place up to which the units last in any case
 * @param mayReach the last place up to which they last in the best case
 */
record LobbyState(int joined, @Nullable Integer drawn, int admitted, int reaches, int mayReach) {
    static final LobbyState EMPTY = new LobbyState(0, null, 0, 0, 0);

    int waiting() {
        return joined - admitted;
    }
}
