package io.jishi.realtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of one channel.
 *
 * @param expiresAt when the subscription must have been refreshed; null for never
 * @param info JSON that others see of the bearer in this channel; null for none
 * @param data JSON that the bearer is told when it subscribes; null for none
 */
public record ChannelTerms(
        @Nullable Instant expiresAt,
        @Nullable String info,
        @Nullable String data,
        Overrides overrides) {
    /** Nothing but the right to subscribe. */
    public static final ChannelTerms PLAIN = new ChannelTerms(null, null, null, Overrides.NONE);

    /** What takes the place of the channel's rule for this one subscription; null where the rule stands. */
    public record Overrides(
            @Nullable Boolean presence,
            @Nullable Boolean joinLeave,
            @Nullable Boolean forceJoinLeave,
            @Nullable Boolean forcePositioning,
            @Nullable Boolean forceRecovery) {
        public static final Overrides NONE = new Overrides(null, null, null, null, null);
    }
}
