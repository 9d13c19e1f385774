package io.jishi.orders;

import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Money;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables {@code payment_refund} and {@code order_hold}. */
final class RefundStore {
    private static final String COLUMNS =
            "r.id AS refund, r.sku AS refund_sku, r.amount_minor AS refund_minor, r.before_minor";

    private final Database database;
    private final PaymentStore payments;

    RefundStore(Database database, PaymentStore payments) {
        this.database = database;
        this.payments = payments;
    }

    /** Takes an amount out of a payment, which the transaction holds; fails where it has less, or was taken before. */
    Future<Void> take(
            SqlConnection transaction, PaymentRefund refund, PaymentRefund.Stage stage, Instant now, Instant retryAt) {
        return transaction
                .preparedQuery("""
                        WITH given AS (
                            UPDATE payment SET given_minor = given_minor + $5
                             WHERE id = $2 AND stage = 'approved' AND given_minor = $6
                            RETURNING id)
                        INSERT INTO payment_refund
                            (id, payment, order_id, sku, amount_minor, before_minor, stage, created_at, changed_at, retry_at)
                        SELECT $1, id, $3, $4, $5, $6, $7, $8, $8, $9 FROM given
                        """)
                .execute(Tuple.of(
                        refund.id().value(),
                        refund.payment().id().value(),
                        refund.payment().orderId().value(),
                        refund.skuId().value(),
                        refund.amount().minorUnits(),
                        refund.before().minorUnits(),
                        stage.text(),
                        OrderStore.utc(now),
                        OrderStore.utc(retryAt)))
                .map(rows -> {
                    if (rows.rowCount() != 1) {
                        throw new IllegalStateException("the payment of " + refund.id() + " has changed");
                    }
                    return null;
                });
    }

    /** A refund that is under way, locked, after its order was. */
    Future<Optional<PaymentRefund>> lock(SqlConnection transaction, Id<?> id) {
        return transaction
                .preparedQuery("SELECT " + COLUMNS + ", " + PaymentStore.COLUMNS
                        + " FROM payment_refund r JOIN payment p ON p.id = r.payment"
                        + " WHERE r.id = $1 AND r.stage = 'refunding' FOR UPDATE OF r")
                .execute(Tuple.of(id.value()))
                .map(rows -> all(rows).stream().findFirst());
    }

    Future<Void> done(SqlConnection transaction, PaymentRefund refund, Instant now) {
        return transaction
                .preparedQuery("UPDATE payment_refund SET stage = 'refunded', changed_at = $2 WHERE id = $1")
                .execute(Tuple.of(refund.id().value(), OrderStore.utc(now)))
                .mapEmpty();
    }

    /** Refunds that are overdue, now this node's to ask for until {@code retryAt}. */
    Future<List<PaymentRefund>> takeDue(Instant now, Instant retryAt, int limit) {
        return database.execute(
                        """
                        UPDATE payment_refund r SET retry_at = $2 FROM payment p
                         WHERE p.id = r.payment AND r.id IN (
                            SELECT id FROM payment_refund WHERE stage = 'refunding' AND retry_at <= $1
                             ORDER BY retry_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                        RETURNING\s""" + COLUMNS + ", " + PaymentStore.COLUMNS,
                        Tuple.of(OrderStore.utc(now), OrderStore.utc(retryAt), limit))
                .map(this::all);
    }

    /** What has left an order for goods of each SKU, in minor units. */
    Future<Map<Id<Sku>, Long>> givenBySku(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery("SELECT sku, sum(amount_minor)::bigint AS given FROM payment_refund"
                        + " WHERE order_id = $1 GROUP BY sku")
                .execute(Tuple.of(order.value()))
                .map(rows -> {
                    Map<Id<Sku>, Long> given = new HashMap<>();
                    rows.forEach(row -> given.put(Id.of(row.getLong("sku")), row.getLong("given")));
                    return given;
                });
    }

    /** Since when the buyer has the goods of an order. */
    Future<Optional<Instant>> deliveredAt(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery("SELECT delivered_at FROM orders WHERE id = $1")
                .execute(Tuple.of(order.value()))
                .map(rows -> {
                    OffsetDateTime at = rows.iterator().next().getOffsetDateTime("delivered_at");
                    return Optional.ofNullable(at).map(OffsetDateTime::toInstant);
                });
    }

    Future<Void> hold(SqlConnection transaction, Id<Order> order, Id<?> reason) {
        return transaction
                .preparedQuery("INSERT INTO order_hold (reason, order_id) VALUES ($1, $2)")
                .execute(Tuple.of(reason.value(), order.value()))
                .mapEmpty();
    }

    Future<Void> letGo(SqlConnection transaction, Id<?> reason) {
        return transaction
                .preparedQuery("DELETE FROM order_hold WHERE reason = $1")
                .execute(Tuple.of(reason.value()))
                .mapEmpty();
    }

    /** Whether anything keeps an order open; who holds the order hears what is true until the transaction ends. */
    Future<Boolean> isHeld(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery("SELECT EXISTS (SELECT FROM order_hold WHERE order_id = $1) AS held")
                .execute(Tuple.of(order.value()))
                .map(rows -> rows.iterator().next().getBoolean("held"));
    }

    private List<PaymentRefund> all(RowSet<Row> rows) {
        List<PaymentRefund> refunds = new ArrayList<>();
        for (Row row : rows) {
            Payment payment = payments.payment(row);
            String currency = payment.amount().currency();
            refunds.add(new PaymentRefund(
                    Id.of(row.getLong("refund")),
                    payment,
                    Id.of(row.getLong("refund_sku")),
                    new Money(row.getLong("refund_minor"), currency),
                    new Money(row.getLong("before_minor"), currency)));
        }
        return refunds;
    }
}
