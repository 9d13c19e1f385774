package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a host decides about a sale when it starts. */
record SaleTerms(
        Id<Sale> id,
        @Nullable Id<?> room,
        Id<User> host,
        Id<Sku> sku,
        LocalText name,
        long priceMinor,
        int quantity,
        int perBuyerLimit,
        Duration reservation,
        Instant opensAt,
        Instant endsAt) {}
