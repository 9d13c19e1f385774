package io.jishi.violations.orders;

/** Breaks nothing. */
final class ProperStore {
    void write(io.vertx.sqlclient.SqlConnection transaction) {
        transaction.preparedQuery("SELECT 1").execute(io.vertx.sqlclient.Tuple.tuple());
    }
}
