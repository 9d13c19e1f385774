package io.jishi.violations.orders;

/** Breaks nothing: it hands a transaction on to a store. */
public final class PassesHandle {
    private final ProperStore store = new ProperStore();

    public void pass(io.vertx.sqlclient.SqlConnection transaction) {
        store.write(transaction);
    }
}
