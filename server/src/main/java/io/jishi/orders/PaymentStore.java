package io.jishi.orders;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Money;
import io.jishi.database.Database;
import io.jishi.database.SealedColumn;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The table {@code payment}. */
final class PaymentStore {
    static final String COLUMNS =
            "p.id AS payment, p.order_id, p.method, p.amount_minor, p.currency AS paid_in, p.stage AS payment_stage,"
                    + " p.destination, p.reference, p.given_minor, p.origin, p.charged_minor";

    private final Database database;
    private final SealedColumn destinations;

    PaymentStore(Database database) {
        this.database = database;
        destinations = new SealedColumn(
                database, "payment", "order_id", """
                (CASE WHEN latitude IS NOT NULL THEN json_strip_nulls(json_build_object(
                    'place', json_build_object('latitude', latitude, 'longitude', longitude), 'address', address))::text END)
                """, ", latitude = NULL, longitude = NULL, address = NULL");
    }

    /** A payment with the order that it is for, both locked. */
    record Due(Payment payment, Order order) {}

    /**
     * Starts paying an order of the buyer, or finds the payment of it that was started before. The amount is the
     * order's.
     *
     * @return empty where the order is not the buyer's, not reserved, or its deadline has come
     */
    Future<Optional<Payment>> start(
            Id<Payment> id, Order order, OrderRequest.Pay request, Instant now, Instant retryAt) {
        Destination destination = request.destination();
        return database.execute(
                        """
                        INSERT INTO payment AS p (id, order_id, buyer, method, amount_minor, currency, stage,
                                                  destination, destination_key, created_at, changed_at, retry_at)
                        SELECT $1, id, buyer, $7, coalesce(total_minor, quantity * unit_price_minor), currency, 'started',
                               $4, $5, $6, $6, $8
                          FROM orders WHERE id = $2 AND buyer = $3 AND stage IN ('reserved', 'awaiting_payment') AND pay_before > $6
                        ON CONFLICT (order_id) WHERE stage = 'started' DO UPDATE
                           SET destination = excluded.destination, destination_key = excluded.destination_key,
                               changed_at = excluded.changed_at
                        RETURNING\s""" + COLUMNS,
                        Tuple.from(Arrays.asList(
                                id.value(),
                                order.id().value(),
                                order.buyerId().value(),
                                destination == null ? null : sealed(order, destination),
                                destination == null ? null : destinations.keyId(),
                                OrderStore.utc(now),
                                request.method().text(),
                                OrderStore.utc(retryAt))))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(payment(rows.iterator().next())));
    }

    /** Sealed for the order, as one payment of it may replace what another one said. */
    private Buffer sealed(Order order, Destination destination) {
        return destinations.seal(order.id().value(), Json.encode(destination).toString());
    }

    /** Where the goods of all payments go, see {@link SealedColumn}. */
    SealedColumn destinations() {
        return destinations;
    }

    /** What a payment by that method was asked for. */
    Future<Optional<Money>> amount(Id<Payment> id, PaymentMethod method) {
        return database.execute(
                        "SELECT amount_minor, currency FROM payment WHERE id = $1 AND method = $2",
                        Tuple.of(id.value(), method.text()))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(new Money(
                                rows.iterator().next().getLong("amount_minor"),
                                rows.iterator().next().getString("currency"))));
    }

    /** Locks first the order, then the payment, as every writer of both does. */
    Future<Optional<Due>> lock(SqlConnection transaction, Id<Payment> id) {
        return transaction
                .preparedQuery(
                        "SELECT 1 FROM orders WHERE id = (SELECT order_id FROM payment WHERE id = $1) FOR UPDATE")
                .execute(Tuple.of(id.value()))
                .compose(locked -> transaction
                        .preparedQuery("SELECT " + COLUMNS + ", " + OrderStore.COLUMNS
                                + " FROM payment p JOIN orders o ON o.id = p.order_id WHERE p.id = $1 FOR UPDATE OF p")
                        .execute(Tuple.of(id.value())))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(new Due(payment(row), OrderStore.order(row)));
                });
    }

    /** Brings a locked payment to a stage, and keeps how its provider names it. */
    Future<Void> change(SqlConnection transaction, Payment payment, Payment.Stage to, Instant now, Instant retryAt) {
        return transaction
                .preparedQuery("""
                        UPDATE payment SET stage = $2, changed_at = $3, retry_at = $4, reference = coalesce(reference, $5)
                         WHERE id = $1
                        """)
                .execute(Tuple.of(
                        payment.id().value(),
                        to.text(),
                        OrderStore.utc(now),
                        OrderStore.utc(retryAt),
                        payment.reference()))
                .mapEmpty();
    }

    /** The payment that has paid an order, locked, after the order was. */
    Future<Optional<Payment>> approved(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery(
                        "SELECT " + COLUMNS + " FROM payment p WHERE order_id = $1 AND stage = 'approved' FOR UPDATE")
                .execute(Tuple.of(order.value()))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(payment(rows.iterator().next())));
    }

    /** Adds the payment of an order that was given in exchange: money of another payment, approved long ago. */
    Future<Void> insert(SqlConnection transaction, Payment payment, Order order, Instant now) {
        Destination destination = payment.destination();
        Payment.Origin origin = Objects.requireNonNull(payment.origin());
        return transaction
                .preparedQuery("""
                        INSERT INTO payment (id, order_id, buyer, method, amount_minor, currency, stage, destination,
                                             destination_key, created_at, changed_at, retry_at, reference, origin,
                                             charged_minor)
                        VALUES ($1, $2, $3, $4, $5, $6, 'approved', $7, $8, $9, $9, $9, $10, $11, $12)
                        """)
                .execute(Tuple.from(Arrays.asList(
                        payment.id().value(),
                        order.id().value(),
                        order.buyerId().value(),
                        payment.method().text(),
                        payment.amount().minorUnits(),
                        payment.amount().currency(),
                        destination == null ? null : sealed(order, destination),
                        destination == null ? null : destinations.keyId(),
                        OrderStore.utc(now),
                        payment.reference(),
                        origin.id().value(),
                        origin.charged().minorUnits())))
                .mapEmpty();
    }

    /** Keeps how the provider names a payment, unless it is known. */
    Future<Void> refer(Id<Payment> id, String reference) {
        return database.execute(
                        "UPDATE payment SET reference = $2 WHERE id = $1 AND reference IS NULL",
                        Tuple.of(id.value(), reference))
                .mapEmpty();
    }

    /**
     * Payments of which nothing was heard for a while, with their orders, now this node's to ask about. Each is asked
     * about again after half of its age, so ever more rarely.
     */
    Future<List<Due>> takeStarted(Instant now, int limit) {
        return database.execute("""
                        UPDATE payment p SET retry_at = $1 + greatest(interval '10 seconds', ($1 - p.created_at) / 2)
                          FROM orders o
                         WHERE o.id = p.order_id AND p.id IN (
                            SELECT id FROM payment WHERE stage = 'started' AND retry_at <= $1
                             ORDER BY retry_at LIMIT $2 FOR UPDATE SKIP LOCKED)
                        RETURNING\s""" + COLUMNS + ", " + OrderStore.COLUMNS, Tuple.of(OrderStore.utc(now), limit))
                .map(rows -> {
                    List<Due> due = new ArrayList<>();
                    rows.forEach(row -> due.add(new Due(payment(row), OrderStore.order(row))));
                    return due;
                });
    }

    /** Refunds that are overdue, now this node's to ask for until {@code retryAt}. */
    Future<List<Payment>> takeRefunding(Instant now, Instant retryAt, int limit) {
        return database.execute("""
                        UPDATE payment p SET retry_at = $2 WHERE id IN (
                            SELECT id FROM payment WHERE stage = 'refunding' AND retry_at <= $1
                             ORDER BY retry_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                        RETURNING\s""" + COLUMNS, Tuple.of(OrderStore.utc(now), OrderStore.utc(retryAt), limit))
                .map(rows -> {
                    List<Payment> payments = new ArrayList<>();
                    rows.forEach(row -> payments.add(payment(row)));
                    return payments;
                });
    }

    Payment payment(Row row) {
        String destination = destinations.open(row.getLong("order_id"), row);
        String currency = row.getString("paid_in");
        Long origin = row.getLong("origin");
        return new Payment(
                Id.of(row.getLong("payment")),
                Id.of(row.getLong("order_id")),
                PaymentMethod.of(row.getString("method")),
                new Money(row.getLong("amount_minor"), currency),
                Payment.Stage.of(row.getString("payment_stage")),
                destination == null ? null : Json.decode(Buffer.buffer(destination), Destination.class),
                row.getString("reference"),
                new Money(row.getLong("given_minor"), currency),
                origin == null
                        ? null
                        : new Payment.Origin(Id.of(origin), new Money(row.getLong("charged_minor"), currency)));
    }
}
