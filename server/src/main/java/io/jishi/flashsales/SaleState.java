package io.jishi.flashsales;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sale as one snapshot of the database shows it.
 *
 * @param free units in the pool
 * @param left units in the pool and in all segments; once closed, what it closed with
 * @param waiting places in the waiting list
 * @param wantedAt when a node last found the pool empty
 * @param lobby null where the sale has no waiting room
 */
record SaleState(
        SaleTerms terms,
        boolean closed,
        int free,
        int left,
        int waiting,
        @Nullable Instant wantedAt,
        @Nullable LobbyState lobby) {}
