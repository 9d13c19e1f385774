package io.jishi.realtime;

import io.jishi.realtime.ChannelTerms.Overrides;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * How one subscription is carried out, decided from the channel's rule, the token and the client's wishes.
 *
 * @param presence whether the subscriber is entered in the channel's presence; where there is none to look at, to know
 *     when too many come and go
 * @param joinLeave whether others are told that the subscriber comes and goes
 * @param toldJoinLeave whether the subscriber is told of others
 * @param positioned whether the reply says where the subscription begins
 * @param recoverable whether what was missed is sent again
 * @param all whether nothing may be left out, be the channel a sampled one: who asks for a position wants no gap
 * @param delta whether publications may be sent as changes to the one before
 * @param data JSON from the token for the reply; null for none
 */
record SubscriptionOptions(
        boolean presence,
        boolean joinLeave,
        boolean toldJoinLeave,
        boolean positioned,
        boolean recoverable,
        boolean all,
        boolean delta,
        @Nullable Buffer data) {
    static final SubscriptionOptions NONE =
            new SubscriptionOptions(false, false, false, false, false, true, false, null);
    static final String FOSSIL = "fossil";

    /**
     * @param mayLook whether the subscriber has a right to the channel's presence
     * @param mayRead whether it has a right to the channel's history
     */
    static SubscriptionOptions of(
            ChannelRule rule, ChannelTerms terms, Command.Wishes wishes, boolean mayLook, boolean mayRead) {
        Overrides overrides = terms.overrides();
        boolean recoverable = rule.hasHistory()
                && (or(overrides.forceRecovery(), rule.forceRecovery()) || (wishes.recoverable() && mayRead));
        boolean positioned = rule.hasHistory()
                && (or(overrides.forcePositioning(), rule.forcePositioning()) || (wishes.positioned() && mayRead));
        boolean joinLeave = or(overrides.joinLeave(), rule.joinLeave());
        boolean presence = or(overrides.presence(), rule.presence()) || (joinLeave && !rule.presence());
        return new SubscriptionOptions(
                presence,
                joinLeave && presence,
                or(overrides.forceJoinLeave(), rule.forceJoinLeave())
                        || (wishes.joinLeave() && rule.joinLeave() && mayLook),
                positioned || recoverable,
                recoverable,
                positioned || rule.deliveryClass() != DeliveryClass.SAMPLED,
                rule.delta() && wishes.delta().equals(FOSSIL),
                terms.data() == null ? null : Buffer.buffer(terms.data()));
    }

    private static boolean or(@Nullable Boolean override, boolean rule) {
        return override == null ? rule : override;
    }

    /** Whether a client's wish names an encoding of changes that the protocol knows. */
    static boolean isKnownDelta(String delta) {
        return delta.isEmpty() || delta.equals(FOSSIL);
    }
}
