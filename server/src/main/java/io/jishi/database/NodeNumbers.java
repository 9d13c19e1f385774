package io.jishi.database;

import io.vertx.core.Future;

/**
 * Numbers for nodes, which go into the ids that they make. The sequence goes round after 1,024 starts, long after the node
 * that had the number has ended.
 */
public final class NodeNumbers {
    private NodeNumbers() {}

    public static Future<Integer> take(Database database) {
        return database.execute("SELECT nextval('node_number') AS number")
                .map(rows -> rows.iterator().next().getInteger("number"));
    }
}
