package io.jishi.bench;

import io.jishi.bots.ChatLog;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What happens in a market night, and how much of it.
 *
 * @param units in stock for each rush
 * @param chat what is said; its times are stretched over {@code talk}
 * @param faults one rush each: when a quarter of its units is sold, this is killed with -9 and started again
 */
record NightPlan(
        long seed,
        int buyers,
        int units,
        int couriers,
        int shelves,
        List<ChatLog.Line> chat,
        Duration talk,
        List<Fault> faults) {

    /** What is killed during a rush. The chat is said through the first node and heard through the second. */
    enum Fault {
        NOTHING,
        NODE_1,
        DATABASE,
        NODE_2;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    NightPlan {
        chat = List.copyOf(chat);
        faults = List.copyOf(faults);
    }

    /** All rushes together. */
    int stock() {
        return units * faults.size();
    }

    int kills() {
        return (int) faults.stream().filter(fault -> fault != Fault.NOTHING).count();
    }
}
