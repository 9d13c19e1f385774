package io.jishi.bench;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much is measured for how long.
 *
 * @param sockets listeners of each side
 * @param near listeners of each side where latency is measured: few enough that a broadcast to all of them takes a core
 *     much less time than the latency that is aimed at
 * @param rate publications a second where there are few
 * @param seconds of each measurement at that rate; those at a side's limit take less, as they have more to count
 * @param window publications on their way, at a side's limit
 * @param warmUpSeconds of each side, before all rounds
 * @param burstSeconds of each measurement of comments
 * @param tickMillis of Jishi, where rooms are busy with comments
 */
record FanoutSizes(
        int sockets,
        int near,
        int rate,
        int seconds,
        int rounds,
        int window,
        int warmUpSeconds,
        int burstSeconds,
        int tickMillis) {

    /** Comments come so many a second, then so few. */
    private static final List<Integer> BURSTS = List.of(400, 40);

    private static final int BURST_WINDOW = 100;
    private static final int URGENT_PER_SECOND = 10;
    private static final double LOADED = 0.7;

    static FanoutSizes of(Context context) {
        return new FanoutSizes(
                context.number("sockets", 5000),
                context.number("near", 1000),
                context.number("rate", 10),
                context.number("seconds", 4),
                context.number("rounds", 3),
                context.number("window", 50),
                context.number("warm-up", 10),
                context.number("burst-seconds", 4),
                context.number("tick", 50));
    }

    int limitSeconds() {
        return Math.max(1, seconds * 3 / 4);
    }

    /** At a share of what a side can do at most. */
    FanoutPublisher.Pace loaded(FanoutFigures limit) {
        int perSecond = Math.max(1, (int) (LOADED * limit.deliveriesPerSecond() / near));
        return new FanoutPublisher.Pace(
                Collections.nCopies(limitSeconds(), perSecond), URGENT_PER_SECOND, Integer.MAX_VALUE);
    }

    /** As bursts; a side that cannot deliver so many is not sent more than it can take. */
    FanoutPublisher.Pace bursts() {
        List<Integer> perSecond = IntStream.range(0, burstSeconds)
                .mapToObj(second -> BURSTS.get(second % BURSTS.size()))
                .toList();
        return new FanoutPublisher.Pace(perSecond, 0, BURST_WINDOW);
    }
}
