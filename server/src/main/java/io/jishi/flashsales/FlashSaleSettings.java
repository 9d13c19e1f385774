package io.jishi.flashsales;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import java.util.List;

/** Bounds of a node's part in flash sales. */
record FlashSaleSettings(
        int batchMax,
        int lookUpMax,
        int queueMax,
        int grantMax,
        int lanes,
        int patienceMillis,
        int waitersMax,
        int waiterReservationSeconds,
        int lobbyMax,
        int turnsPerSecond,
        int claimsPerSecond,
        int claimsPerSecondOfAddress,
        int workBits) {
    static final Setting<Integer> BATCH_MAX =
            Setting.integer("flashsales.batch-max", 1_000, 1, 10_000, "Claims that one statement decides at the most.");
    static final Setting<Integer> LOOK_UP_MAX = Setting.integer(
            "flashsales.look-up-max", 2_000, 1, 10_000, "Claims that one statement looks up before they hear no.");
    static final Setting<Integer> QUEUE_MAX = Setting.integer(
            "flashsales.queue-max",
            20_000,
            1,
            1_000_000,
            "Claims of one sale that may wait on one node; more hear busy.");
    static final Setting<Integer> GRANT_MAX = Setting.integer(
            "flashsales.grant-max",
            10_000,
            1,
            1_000_000,
            "Units that a node takes from a sale's pool ahead of demand.");
    static final Setting<Integer> LANES = Setting.integer(
            "flashsales.lanes",
            2,
            1,
            Lanes.MAX,
            "Batches of one sale that one node has under way at a time, each from units of its own; all but the first only"
                    + " while a whole batch waits.");
    static final Setting<Integer> PATIENCE_MILLIS = Setting.integer(
            "flashsales.patience-millis",
            3_000,
            100,
            30_000,
            "How long a claim waits for its outcome before it hears busy or pending.");

    static final Setting<Integer> WAITERS_MAX = Setting.integer(
            "flashsales.waiters-max", 10_000, 0, 1_000_000, "Buyers who may wait for units of one sold-out sale.");
    static final Setting<Integer> WAITER_RESERVATION_SECONDS = Setting.integer(
            "flashsales.waiter-reservation-seconds",
            60,
            5,
            3_600,
            "How long units are kept for a buyer from the waiting list, where the sale's own time is not shorter.");

    static final Setting<Integer> LOBBY_MAX = Setting.integer(
            "flashsales.lobby-max",
            1_000_000,
            1,
            10_000_000,
            "Tickets that the waiting room of one sale gives; memory for it is some 100 bytes a ticket on each node.");
    static final Setting<Integer> TURNS_PER_SECOND = Setting.integer(
            "flashsales.turns-per-second",
            500,
            1,
            100_000,
            "Turns that begin in a sale with a waiting room, for each node; fewer where too little is left.");

    static final Setting<Integer> CLAIMS_PER_SECOND = Setting.integer(
            "flashsales.claims-per-second",
            20,
            0,
            1_000,
            "Claims, and asks for a place, of one account a second on one node, and two seconds' worth at once; 0 for no"
                    + " limit.");
    static final Setting<Integer> CLAIMS_PER_SECOND_OF_ADDRESS = Setting.integer(
            "flashsales.claims-per-second-of-address",
            200,
            0,
            1_000,
            "The same for all who come from one address; 0 for no limit. Many people may share one.");
    static final Setting<Integer> WORK_BITS = Setting.integer(
            "flashsales.work-bits",
            0,
            0,
            30,
            "Zero bits that the proof of work of a claim must begin with; 0 asks for none. 18 take a phone about a"
                    + " second; each more doubles it.");

    static final List<Setting<?>> ALL = List.of(
            BATCH_MAX,
            LOOK_UP_MAX,
            QUEUE_MAX,
            GRANT_MAX,
            LANES,
            PATIENCE_MILLIS,
            WAITERS_MAX,
            WAITER_RESERVATION_SECONDS,
            LOBBY_MAX,
            TURNS_PER_SECOND,
            CLAIMS_PER_SECOND,
            CLAIMS_PER_SECOND_OF_ADDRESS,
            WORK_BITS);

    static FlashSaleSettings of(Settings settings) {
        return new FlashSaleSettings(
                settings.get(BATCH_MAX),
                settings.get(LOOK_UP_MAX),
                settings.get(QUEUE_MAX),
                settings.get(GRANT_MAX),
                settings.get(LANES),
                settings.get(PATIENCE_MILLIS),
                settings.get(WAITERS_MAX),
                settings.get(WAITER_RESERVATION_SECONDS),
                settings.get(LOBBY_MAX),
                settings.get(TURNS_PER_SECOND),
                settings.get(CLAIMS_PER_SECOND),
                settings.get(CLAIMS_PER_SECOND_OF_ADDRESS),
                settings.get(WORK_BITS));
    }
}
