package io.jishi.realtime;

import io.jishi.core.Check;
import io.jishi.core.Invalid;

/**
 * What holds for the channels of a namespace. Made with {@link #of} and changed one thing at a time.
 *
 * @param historySize publications kept, 0 for none
 * @param historySeconds how long they are kept
 * @param presence whether it is kept who is there
 * @param presenceMax up to how many clients it is kept who they are; beyond, they are counted
 * @param joinLeave whether those that ask for it are told who comes and goes
 * @param forceJoinLeave whether all subscribers are told, without asking
 * @param joinLeaveMax with how many clients in the channel nobody is told any more who comes and goes
 * @param forcePositioning whether subscriptions say where they begin without being asked
 * @param forceRecovery whether subscriptions recover without asking for it
 * @param delta whether subscribers that can may be sent what changed since the publication before
 * @param samplePerSecond how many publications a second each subscriber of a sampled channel is sent; 0 for all
 * @param priority what goes first to a reader for whom messages wait
 * @param open whether any client may subscribe, publish and look, without a row in the authorisation table
 */
public record ChannelRule(
        DeliveryClass deliveryClass,
        int historySize,
        int historySeconds,
        boolean presence,
        int presenceMax,
        boolean joinLeave,
        boolean forceJoinLeave,
        int joinLeaveMax,
        boolean forcePositioning,
        boolean forceRecovery,
        boolean delta,
        int samplePerSecond,
        Priority priority,
        boolean open) {
    static final int PRESENCE_MAX = 1_000;
    static final int JOIN_LEAVE_MAX = 100;
    private static final int HISTORY_SIZE_MAX = 100_000;
    private static final int HISTORY_SECONDS_MAX = 7 * 86_400;
    private static final int CLIENTS_MAX = 10_000;
    private static final int SAMPLE_PER_SECOND_MAX = 100_000;

    public ChannelRule {
        Check.range("history-size", historySize, 0, HISTORY_SIZE_MAX);
        Check.range("history-seconds", historySeconds, historySize == 0 ? 0 : 1, HISTORY_SECONDS_MAX);
        Check.range("presence-max", presenceMax, 1, CLIENTS_MAX);
        Check.range("join-leave-max", joinLeaveMax, 1, CLIENTS_MAX);
        if (delta && deliveryClass == DeliveryClass.SAMPLED) {
            throw new Invalid("delta", "A sampled channel leaves publications out, so it cannot have delta.");
        }
        Check.range("sample-per-second", samplePerSecond, 0, SAMPLE_PER_SECOND_MAX);
        if (samplePerSecond > 0 && deliveryClass != DeliveryClass.SAMPLED) {
            throw new Invalid("sample-per-second", "Only a channel of class sampled may leave publications out.");
        }
    }

    /** A rule without presence and anything else. */
    public static ChannelRule of(DeliveryClass deliveryClass, int historySize, int historySeconds) {
        return new ChannelRule(
                deliveryClass,
                historySize,
                historySeconds,
                false,
                PRESENCE_MAX,
                false,
                false,
                JOIN_LEAVE_MAX,
                false,
                false,
                false,
                0,
                Priority.NORMAL,
                false);
    }

    public boolean hasHistory() {
        return historySize > 0;
    }
}
