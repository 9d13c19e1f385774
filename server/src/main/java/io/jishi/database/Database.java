package io.jishi.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.function.Function;

/** PostgreSQL through the reactive client. Only stores see it. */
public final class Database {
    private final Pool pool;
    private final Seal seal;

    public Database(Pool pool, Seal seal) {
        this.pool = pool;
        this.seal = seal;
    }

    /** What must not be read by who reads the tables is sealed by this, see {@link SealedColumn}. */
    public Seal seal() {
        return seal;
    }

    /** Runs one prepared statement in a transaction of its own. */
    public Future<RowSet<Row>> execute(String sql, Tuple parameters) {
        return pool.preparedQuery(sql).execute(parameters);
    }

    public Future<RowSet<Row>> execute(String sql) {
        return pool.preparedQuery(sql).execute();
    }

    /** Commits where the future succeeds, rolls back where it fails. */
    @SuppressWarnings("NullAway") // the pool lets a result be null; here it is what the caller's work makes
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return pool.withTransaction(work);
    }

    /** Runs the action once the transaction has committed; never where it is rolled back, or is none. */
    public static void afterCommit(SqlConnection connection, Runnable action) {
        Transaction transaction = connection.transaction();
        if (transaction != null) {
            transaction.completion().onSuccess(committed -> action.run());
        }
    }

    public Pool pool() {
        return pool;
    }

    public Future<Void> close() {
        return pool.close();
    }
}
