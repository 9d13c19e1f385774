package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a host has decided about a sale. Only how many, until when, and the revision ever change.
 *
 * @param lateFollowers whether who follows only since it opened is a follower too
 * @param accountsPerDevice how many accounts of one device may come; null for no limit
 * @param lobby its waiting room; null where whoever comes may claim
 * @param revision grows by one with each act of the host
 */
record SaleTerms(
        Id<Sale> id,
        @Nullable Id<?> room,
        Id<User> host,
        Id<Sku> sku,
        LocalText name,
        long priceMinor,
        int quantity,
        int perBuyerLimit,
        Audience audience,
        Duration reservation,
        Instant opensAt,
        Instant endsAt,
        boolean lateFollowers,
        @Nullable Integer accountsPerDevice,
        @Nullable LobbyTerms lobby,
        int revision) {}
