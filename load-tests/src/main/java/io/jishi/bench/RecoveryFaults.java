package io.jishi.bench;

import java.util.Arrays;

/** What the listeners of a run heard, and what they ought not to have heard. On their event loop only. */
final class RecoveryFaults {
    long heard;
    /** Publications between two that came one after the other. */
    long lost;

    long doubled;
    long reordered;
    /** Publications that are another at another listener, at the same offset. */
    long different;
    /** Subscriptions that lost their place. */
    long unrecovered;
    /** Connections that were told not to come back. */
    long expelled;
    /** Attempts to connect or to subscribe that were refused; they are made again. */
    long refused;

    /** The same, as one process tells another. */
    record Count(
            long heard,
            long lost,
            long doubled,
            long reordered,
            long different,
            long unrecovered,
            long expelled,
            long refused,
            long behind) {
        static Count parse(String line) {
            long[] n = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
            return new Count(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]);
        }
    }

    /** @param behind listeners that have not heard all */
    String line(long behind) {
        return heard + " " + lost + " " + doubled + " " + reordered + " " + different + " " + unrecovered + " "
                + expelled + " " + refused + " " + behind;
    }
}
