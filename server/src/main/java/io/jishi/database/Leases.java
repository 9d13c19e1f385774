package io.jishi.database;

import io.jishi.core.Membership;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Ownership of things on which one node must act alone. A lease is a row with an epoch: taking it over increments the
 * epoch, and every write under it calls {@link #fence} in its transaction, so that a stale owner's write fails. Who is
 * thought dead comes from {@link Membership} and affects only how soon a lease moves, never whether two nodes write.
 */
public final class Leases {
    private final Database database;
    private final Membership membership;

    public Leases(Database database, Membership membership) {
        this.database = database;
        this.membership = membership;
    }

    /** A lease as this node holds it. */
    public record Lease(String kind, String key, String node, long epoch) {}

    /** A write under a lease that another node has taken over; the owner must stop acting and forget its state. */
    public static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Fenced(String kind, String key, long epoch) {
            super("lease " + kind + "/" + key + " has left epoch " + epoch, null, false, false);
        }
    }

    /**
     * Takes the lease where nobody has it or its holder is not among the members.
     *
     * @return this node's lease, new or kept; empty where another live node holds it
     */
    public Future<Optional<Lease>> take(String kind, String key) {
        String self = membership.self();
        String[] alive = membership.members().toArray(String[]::new);
        return database.execute("""
                        INSERT INTO lease AS held (kind, key, node, epoch) VALUES ($1, $2, $3, 1)
                        ON CONFLICT (kind, key) DO UPDATE
                           SET node = excluded.node,
                               epoch = held.epoch + CASE WHEN held.node = excluded.node THEN 0 ELSE 1 END,
                               taken_at = CASE WHEN held.node = excluded.node THEN held.taken_at ELSE now() END
                         WHERE held.node = excluded.node OR NOT (held.node = ANY ($4::text[]))
                        RETURNING epoch
                        """, Tuple.of(kind, key, self, alive))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(new Lease(
                                kind, key, self, rows.iterator().next().getLong("epoch"))));
    }

    /** Who holds the lease now, alive or not. */
    public Future<Optional<Lease>> holder(String kind, String key) {
        return database.execute("SELECT node, epoch FROM lease WHERE kind = $1 AND key = $2", Tuple.of(kind, key))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(new Lease(kind, key, row.getString("node"), row.getLong("epoch")));
                });
    }

    /** Who holds the leases of a kind now, alive or not, by key; for a kind that has few. */
    public Future<Map<String, Lease>> holders(String kind) {
        return database.execute("SELECT key, node, epoch FROM lease WHERE kind = $1", Tuple.of(kind))
                .map(rows -> {
                    Map<String, Lease> holders = new HashMap<>();
                    for (Row row : rows) {
                        String key = row.getString("key");
                        holders.put(key, new Lease(kind, key, row.getString("node"), row.getLong("epoch")));
                    }
                    return holders;
                });
    }

    /**
     * Holds the lease's row against take-over until the transaction ends.
     *
     * @return fails with {@link Fenced} where the epoch is over
     */
    public Future<Void> fence(SqlConnection transaction, Lease lease) {
        return transaction
                .preparedQuery("SELECT 1 FROM lease WHERE kind = $1 AND key = $2 AND epoch = $3 FOR SHARE")
                .execute(Tuple.of(lease.kind(), lease.key(), lease.epoch()))
                .compose(rows -> rows.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Fenced(lease.kind(), lease.key(), lease.epoch())));
    }

    /** Gives the lease up, on a graceful stop, so that another node need not wait. The epoch stays. */
    public Future<Void> release(Lease lease) {
        return database.execute(
                        "UPDATE lease SET node = '' WHERE kind = $1 AND key = $2 AND epoch = $3 AND node = $4",
                        Tuple.of(lease.kind(), lease.key(), lease.epoch(), lease.node()))
                .mapEmpty();
    }
}
