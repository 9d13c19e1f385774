package io.jishi.realtime;

import io.jishi.core.Check;

/**
 * What holds for the channels of a namespace.
 *
 * @param historySize publications kept, 0 for none
 * @param historySeconds how long they are kept
 * @param presence whether it is kept who is there
 * @param forceRecovery whether subscriptions recover without asking for it
 * @param open whether any client may subscribe, publish and look, without a row in the authorisation table
 */
public record ChannelRule(
        DeliveryClass deliveryClass,
        int historySize,
        int historySeconds,
        boolean presence,
        boolean forceRecovery,
        boolean open) {
    private static final int HISTORY_SIZE_MAX = 100_000;
    private static final int HISTORY_SECONDS_MAX = 7 * 86_400;

    public ChannelRule {
        Check.range("history-size", historySize, 0, HISTORY_SIZE_MAX);
        Check.range("history-seconds", historySeconds, historySize == 0 ? 0 : 1, HISTORY_SECONDS_MAX);
    }

    public boolean hasHistory() {
        return historySize > 0;
    }
}
