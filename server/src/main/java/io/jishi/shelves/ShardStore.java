package io.jishi.shelves;

import io.jishi.database.Database;
import io.jishi.database.Leases;
import io.jishi.database.Leases.Lease;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The table {@code shelf_shard}, and the transaction in which an owner writes. */
final class ShardStore {
    private static final int DEADLINE_SECONDS = 10;

    private final Database database;
    private final Leases leases;
    private final ShelfStore shelves;
    private final AlertStore alerts;

    ShardStore(Database database, Leases leases, ShelfStore shelves, AlertStore alerts) {
        this.database = database;
        this.leases = leases;
        this.shelves = shelves;
        this.alerts = alerts;
    }

    /**
     * Where the owner of a shard reads on. A cursor beyond every transaction comes from a database that was restored
     * elsewhere; what was written there is in the twins, so it is set to now.
     */
    Future<Long> cursor(int shard) {
        return database.execute("""
                        INSERT INTO shelf_shard AS kept (shard, cursor) VALUES ($1, 0)
                        ON CONFLICT (shard) DO UPDATE
                           SET cursor = least(kept.cursor, pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
                        RETURNING cursor
                        """, Tuple.of((short) shard))
                .map(rows -> rows.iterator().next().getLong("cursor"));
    }

    /**
     * Writes what an owner has come to: all of it, under its lease, or nothing. It fails where a later write of the
     * owner was faster, as when this one was given up for lost.
     */
    Future<Void> save(Lease lease, int shard, long cursor, List<ShelfState> twins, List<Alert> changes) {
        return fenced(
                        lease,
                        transaction -> transaction
                                .preparedQuery("UPDATE shelf_shard SET cursor = $2 WHERE shard = $1 AND cursor <= $2")
                                .execute(Tuple.of((short) shard, cursor))
                                .compose(moved -> moved.rowCount() == 1
                                        ? shelves.save(transaction, twins, lease.epoch())
                                        : Future.failedFuture(new IllegalStateException("overtaken")))
                                .compose(saved -> alerts.save(transaction, changes)))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs in a transaction that fails where the lease has been taken over. */
    <T> Future<T> fenced(Lease lease, Function<SqlConnection, ? extends Future<T>> work) {
        return database.transaction(
                transaction -> leases.fence(transaction, lease).compose(held -> work.apply(transaction)));
    }
}
