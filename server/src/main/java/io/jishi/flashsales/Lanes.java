package io.jishi.flashsales;

import java.util.HashSet;
import java.util.Set;

/**
 * The names under which a node holds units: a segment of a sale for each batch that it has under way at a time. To the
 * database they are nodes like all others, fenced by epochs of their own; they live and die with their node.
 */
final class Lanes {
    static final int MAX = 8;

    private Lanes() {}

    /** The first lane of a node has the name of the node. */
    static String name(String node, int lane) {
        return lane == 0 ? node : node + "/" + lane;
    }

    /** All lanes that the nodes may have, whatever their settings are. */
    static Set<String> of(Set<String> nodes) {
        Set<String> names = new HashSet<>();
        for (String node : nodes) {
            for (int lane = 0; lane < MAX; lane++) {
                names.add(name(node, lane));
            }
        }
        return names;
    }
}
