package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code orders}. Its columns and the reading of a row are public for the flash sales' claim. */
public final class OrderStore {
    /** Names every column that {@link #order} reads, of the table under the alias {@code o}. */
    public static final String COLUMNS = """
            o.id, o.buyer, o.sale, o.sku, o.name_zh, o.name_en, o.quantity, o.unit_price_minor, o.currency, o.stage,
            o.created_at, o.pay_before, o.paid_at, o.delivery
            """;

    private final Database database;

    OrderStore(Database database) {
        this.database = database;
    }

    public static Order order(Row row) {
        OffsetDateTime paidAt = row.getOffsetDateTime("paid_at");
        Long delivery = row.getLong("delivery");
        return new Order(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("buyer")),
                Id.of(row.getLong("sale")),
                Id.of(row.getLong("sku")),
                new LocalText(row.getString("name_zh"), row.getString("name_en")),
                row.getInteger("quantity"),
                row.getLong("unit_price_minor"),
                row.getString("currency"),
                OrderStage.of(row.getString("stage")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("pay_before").toInstant(),
                paidAt == null ? null : paidAt.toInstant(),
                delivery == null ? null : Id.of(delivery));
    }

    Future<Optional<Order>> order(Id<Order> id) {
        return database.execute("SELECT " + COLUMNS + " FROM orders o WHERE id = $1", Tuple.of(id.value()))
                .map(OrderStore::first);
    }

    /** Newest first. */
    Future<List<Order>> ordersOf(Id<User> buyer, int limit, @Nullable Id<Order> after) {
        return database.execute(
                        "SELECT " + COLUMNS + " FROM orders o WHERE buyer = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                        Tuple.of(buyer.value(), after == null ? Long.MAX_VALUE : after.value(), limit))
                .map(OrderStore::all);
    }

    /** Whether the deadline of an unpaid order has come: cheaper than to try, which is done several times a second. */
    Future<Boolean> isAnyDue(Instant now) {
        return database.execute(
                        "SELECT EXISTS (SELECT FROM orders WHERE stage IN ('reserved', 'awaiting_payment')"
                                + " AND pay_before <= $1) AS due",
                        Tuple.of(utc(now)))
                .map(rows -> rows.iterator().next().getBoolean("due"));
    }

    /** Expires up to {@code limit} orders whose deadline has come, leaving alone what others are changing just now. */
    Future<List<Order>> expireDue(SqlConnection transaction, Instant now, int limit) {
        return transaction
                .preparedQuery("""
                        WITH due AS (
                            SELECT id FROM orders WHERE stage IN ('reserved', 'awaiting_payment') AND pay_before <= $1
                             ORDER BY pay_before LIMIT $2 FOR UPDATE SKIP LOCKED)
                        UPDATE orders o SET stage = 'expired' FROM due
                         WHERE o.id = due.id AND o.stage IN ('reserved', 'awaiting_payment') AND o.pay_before <= $1
                        RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(utc(now), limit))
                .map(OrderStore::all);
    }

    /** Pays a reserved order; empty, and nothing changed, where it is not reserved or its deadline has come. */
    Future<Optional<Order>> pay(SqlConnection transaction, Id<Order> id, Instant now) {
        return transaction
                .preparedQuery("""
                        UPDATE orders o SET stage = 'paid', paid_at = $2
                         WHERE id = $1 AND stage IN ('reserved', 'awaiting_payment') AND pay_before > $2
                        RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(id.value(), utc(now)))
                .map(OrderStore::first);
    }

    /** Moves an order from one stage to the next; empty, and nothing changed, where it is not in the first. */
    Future<Optional<Order>> change(
            SqlConnection transaction, Id<Order> id, OrderStage from, OrderStage to, @Nullable Id<?> delivery) {
        if (!from.mayBecome(to)) {
            throw new IllegalArgumentException("an order that is " + from + " cannot become " + to);
        }
        return transaction
                .preparedQuery("""
                        UPDATE orders o SET stage = $3, delivery = coalesce($4, delivery) WHERE id = $1 AND stage = $2
                        RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(id.value(), from.text(), to.text(), delivery == null ? null : delivery.value()))
                .map(OrderStore::first);
    }

    /** Its courier has brought it. */
    Future<Optional<Order>> deliver(SqlConnection transaction, Id<Order> id, Instant now) {
        return transaction
                .preparedQuery("""
                        UPDATE orders o SET stage = 'delivered', delivered_at = $2 WHERE id = $1 AND stage = 'delivering'
                        RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(id.value(), utc(now)))
                .map(OrderStore::first);
    }

    /** Orders that were delivered at or before an instant and are not closed yet, longest ago first. */
    Future<List<Order>> toClose(Instant deliveredBefore, int limit) {
        return database.execute(
                        "SELECT " + COLUMNS + " FROM orders o WHERE stage = 'delivered' AND delivered_at <= $1"
                                + " ORDER BY delivered_at LIMIT $2",
                        Tuple.of(utc(deliveredBefore), limit))
                .map(OrderStore::all);
    }

    private static Optional<Order> first(RowSet<Row> rows) {
        return rows.rowCount() == 0
                ? Optional.empty()
                : Optional.of(order(rows.iterator().next()));
    }

    private static List<Order> all(RowSet<Row> rows) {
        List<Order> orders = new ArrayList<>(rows.rowCount());
        rows.forEach(row -> orders.add(order(row)));
        return orders;
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
