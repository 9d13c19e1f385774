package io.jishi.core;

import java.util.Comparator;
import java.util.Set;

/**
 * Which of the nodes does the chores of a thing: every node comes to the same answer by itself, and where one goes only
 * its own things move (D. Thaler, C. Ravishankar, "Using name-based mappings to increase hit rates", 1998). While nodes
 * disagree about who is alive two may do a chore, so it must do no harm twice.
 */
public final class Rendezvous {
    private Rendezvous() {}

    /** @param thing any number that names the thing, the same on all nodes */
    public static boolean owns(String self, Set<String> members, long thing) {
        return members.stream()
                .max(Comparator.comparingLong((String node) -> weight(node, thing))
                        .thenComparing(node -> node))
                .map(self::equals)
                .orElse(true);
    }

    /** The finalizer of SplitMix64 over node and thing. */
    private static long weight(String node, long thing) {
        long z = node.hashCode() * 0x9e3779b97f4a7c15L + thing;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
