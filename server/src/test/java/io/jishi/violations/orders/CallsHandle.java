package io.jishi.violations.orders;

final class CallsHandle {
    void call(io.vertx.sqlclient.SqlConnection transaction) {
        transaction.close();
    }
}
