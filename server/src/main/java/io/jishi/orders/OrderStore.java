package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code orders}. Its columns and the reading of a row are public for the flash sales' claim. */
public final class OrderStore {
    /** Names every column that {@link #order} reads, of the table under the alias {@code o}. */
    public static final String COLUMNS = """
            o.id, o.buyer, o.sale, o.sku, o.name_zh, o.name_en, o.quantity, o.unit_price_minor, o.currency, o.stage,
            o.created_at, o.pay_before, o.paid_at, o.delivery, o.location, o.fulfilment,
            CASE WHEN o.sale IS NULL THEN (
                SELECT json_agg(json_build_object('sku', l.sku::text, 'zh', l.name_zh, 'en', l.name_en,
                                                  'quantity', l.quantity, 'price', l.unit_price_minor) ORDER BY l.line)
                  FROM order_line l WHERE l.order_id = o.id) END AS lines
            """;

    private static final String INSERT = """
            WITH made AS (
                INSERT INTO orders (id, buyer, key, name_zh, name_en, quantity, total_minor, currency, stage, created_at,
                                    pay_before, location, fulfilment, paid_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $18, $9, $10, $11, $12, $19) RETURNING id)
            INSERT INTO order_line (order_id, line, sku, name_zh, name_en, quantity, unit_price_minor)
            SELECT made.id, l.line, l.sku, l.zh, l.en, l.quantity, l.price
              FROM made, unnest($13::bigint[], $14::text[], $15::text[], $16::int[], $17::bigint[])
                         WITH ORDINALITY AS l (sku, zh, en, quantity, price, line)
            """;

    private final Database database;

    OrderStore(Database database) {
        this.database = database;
    }

    public static Order order(Row row) {
        OffsetDateTime paidAt = row.getOffsetDateTime("paid_at");
        Long delivery = row.getLong("delivery");
        Long sale = row.getLong("sale");
        Long sku = row.getLong("sku");
        return new Order(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("buyer")),
                sale == null ? null : Id.of(sale),
                sku == null ? null : Id.of(sku),
                new LocalText(row.getString("name_zh"), row.getString("name_en")),
                row.getInteger("quantity"),
                row.getLong("unit_price_minor"),
                row.getString("currency"),
                OrderStage.of(row.getString("stage")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("pay_before").toInstant(),
                paidAt == null ? null : paidAt.toInstant(),
                delivery == null ? null : Id.of(delivery),
                sale == null ? purchase(row) : null);
    }

    private static Purchase purchase(Row row) {
        List<OrderLine> lines = new ArrayList<>();
        for (Object each : row.getJsonArray("lines")) {
            JsonObject line = (JsonObject) each;
            lines.add(new OrderLine(
                    Id.of(Long.parseLong(line.getString("sku"))),
                    new LocalText(line.getString("zh"), line.getString("en")),
                    line.getInteger("quantity"),
                    line.getLong("price")));
        }
        return new Purchase(lines, Fulfilment.of(row.getString("fulfilment")), Id.of(row.getLong("location")));
    }

    /** Adds an order that is of no flash sale, with its lines. */
    Future<Void> insert(SqlConnection transaction, Order order, String key) {
        Purchase purchase = Objects.requireNonNull(order.purchase());
        List<OrderLine> lines = purchase.lines();
        Instant paidAt = order.paidAt();
        return transaction
                .preparedQuery(INSERT)
                .execute(Tuple.from(Arrays.asList(
                        order.id().value(),
                        order.buyerId().value(),
                        key,
                        order.name().zh(),
                        order.name().en(),
                        order.quantity(),
                        order.totalMinor(),
                        order.currency(),
                        utc(order.createdAt()),
                        utc(order.payBefore()),
                        purchase.locationId().value(),
                        purchase.fulfilment().text(),
                        lines.stream().map(line -> line.skuId().value()).toArray(Long[]::new),
                        lines.stream().map(line -> line.name().zh()).toArray(String[]::new),
                        lines.stream().map(line -> line.name().en()).toArray(String[]::new),
                        lines.stream().map(OrderLine::quantity).toArray(Integer[]::new),
                        lines.stream().map(OrderLine::unitPriceMinor).toArray(Long[]::new),
                        order.stage().text(),
                        paidAt == null ? null : utc(paidAt))))
                .mapEmpty();
    }

    /** The order that a buyer's checkout under that key has become. */
    Future<Optional<Order>> ofCheckout(SqlConnection transaction, Id<User> buyer, String key) {
        return transaction
                .preparedQuery("SELECT " + COLUMNS + " FROM orders o WHERE buyer = $1 AND key = $2 AND sale IS NULL")
                .execute(Tuple.of(buyer.value(), key))
                .map(OrderStore::first);
    }

    /** How many orders of no flash sale a buyer has and has not paid. */
    Future<Integer> unpaid(SqlConnection transaction, Id<User> buyer) {
        return transaction
                .preparedQuery("SELECT count(*) FROM orders WHERE buyer = $1 AND sale IS NULL"
                        + " AND stage IN ('reserved', 'awaiting_payment')")
                .execute(Tuple.of(buyer.value()))
                .map(rows -> rows.iterator().next().getInteger(0));
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

    /** Holds an order until the transaction ends. */
    Future<Order> lock(SqlConnection transaction, Id<Order> id) {
        return transaction
                .preparedQuery("SELECT " + COLUMNS + " FROM orders o WHERE id = $1 FOR UPDATE OF o")
                .execute(Tuple.of(id.value()))
                .map(rows -> order(rows.iterator().next()));
    }

    /** Its buyer has it, from a courier or from a counter; empty, and nothing changed, where it was not under way so. */
    Future<Optional<Order>> delivered(SqlConnection transaction, Id<Order> id, OrderStage from, Instant now) {
        return transaction
                .preparedQuery("""
                        UPDATE orders o SET stage = 'delivered', delivered_at = $3 WHERE id = $1 AND stage = $2
                        RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(id.value(), from.text(), utc(now)))
                .map(OrderStore::first);
    }

    /** Orders that were delivered at or before an instant and that nothing keeps open, longest ago first. */
    Future<List<Order>> toClose(Instant deliveredBefore, int limit) {
        return database.execute(
                        "SELECT " + COLUMNS + " FROM orders o WHERE stage = 'delivered' AND delivered_at <= $1"
                                + " AND NOT EXISTS (SELECT FROM order_hold WHERE order_id = o.id)"
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
