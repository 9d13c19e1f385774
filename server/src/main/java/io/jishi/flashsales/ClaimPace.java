package io.jishi.flashsales;

import io.jishi.core.TokenBuckets;
import io.jishi.realtime.Caller;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How often one account, and all who come from one address, may claim, enter or wait on this node: two seconds' worth at
 * once, then so many a second. The bounds are for each node; a limit of 0 is none. Of somebody on this machine no
 * address is counted.
 */
final class ClaimPace {
    private static final int KEYS_MAX = 100_000;
    private static final int BURST_SECONDS = 2;

    private final @Nullable TokenBuckets<String> accounts;
    private final @Nullable TokenBuckets<String> addresses;

    ClaimPace(FlashSaleSettings settings, InstantSource clock) {
        accounts = buckets(settings.claimsPerSecond(), clock);
        addresses = buckets(settings.claimsPerSecondOfAddress(), clock);
    }

    private static @Nullable TokenBuckets<String> buckets(int perSecond, InstantSource clock) {
        return perSecond == 0
                ? null
                : new TokenBuckets<>(clock, BURST_SECONDS * perSecond, 1_000 / perSecond, KEYS_MAX);
    }

    boolean allows(Caller caller) {
        return (accounts == null || accounts.take(caller.user()))
                && (addresses == null || caller.address().isEmpty() || addresses.take(caller.address()));
    }
}
