package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.database.SealedColumn;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code pickup}. Codes are sealed: who reads the database can fetch nothing. */
final class PickupStore {
    static final int ATTEMPTS_MAX = 5;

    private static final int SEALED_AT_ONCE_MAX = 500;

    /** Of carts those that say so; of flash sales those that were paid without a word on where to bring them. */
    private static final String TO_FETCH = """
             FROM orders o WHERE o.id IN (
               (SELECT id FROM orders WHERE location = $1 AND fulfilment = 'pickup' AND stage IN ('paid', 'ready')
                   AND id > $2 ORDER BY id LIMIT $3)
               UNION ALL
               (SELECT f.id FROM orders f JOIN sale s ON s.id = f.sale AND s.location = $1
                 WHERE f.sale IS NOT NULL AND f.stage IN ('paid', 'ready') AND f.id > $2
                   AND EXISTS (SELECT FROM payment p
                                WHERE p.order_id = f.id AND p.stage = 'approved' AND p.destination IS NULL)
                 ORDER BY f.id LIMIT $3))
             ORDER BY o.id LIMIT $3
            """;

    private final Database database;
    private final SealedColumn codes;

    PickupStore(Database database) {
        this.database = database;
        codes = new SealedColumn(database, "pickup", "sealed_code", SEALED_AT_ONCE_MAX, "id", "code", ", code = NULL");
    }

    SealedColumn codes() {
        return codes;
    }

    /** A code for an order that is ready; one that there was opens nothing any more. */
    Future<Void> ready(SqlConnection transaction, Id<Order> order, String code, Id<User> who, Instant now) {
        return transaction
                .preparedQuery("""
                        INSERT INTO pickup (order_id, sealed_code, sealed_code_key, ready_at, ready_by)
                        VALUES ($1, $2, $3, $4, $5)
                        ON CONFLICT (order_id) DO UPDATE SET code = NULL, sealed_code = excluded.sealed_code,
                            sealed_code_key = excluded.sealed_code_key, attempts = 0, ready_at = excluded.ready_at,
                            ready_by = excluded.ready_by
                        """)
                .execute(Tuple.of(
                        order.value(),
                        codes.seal(order.value(), code),
                        codes.keyId(),
                        OrderStore.utc(now),
                        who.value()))
                .mapEmpty();
    }

    /** Counts an attempt, and holds the order's code until the transaction ends; empty where there is none left. */
    Future<Optional<String>> attempt(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery("""
                        UPDATE pickup SET attempts = attempts + 1
                         WHERE order_id = $1 AND attempts < $2 AND handed_at IS NULL
                        RETURNING order_id, code, sealed_code
                        """)
                .execute(Tuple.of(order.value(), ATTEMPTS_MAX))
                .map(this::first);
    }

    Future<Void> handedOver(SqlConnection transaction, Id<Order> order, Id<User> who, Instant now) {
        return transaction
                .preparedQuery("UPDATE pickup SET handed_at = $2, handed_by = $3, code = NULL, sealed_code = NULL,"
                        + " sealed_code_key = NULL WHERE order_id = $1")
                .execute(Tuple.of(order.value(), OrderStore.utc(now), who.value()))
                .mapEmpty();
    }

    /** What the buyer of an order that is ready shows; empty where it is not, or is another's. */
    Future<Optional<String>> code(Id<Order> order, Id<User> buyer) {
        return database.execute("""
                        SELECT p.order_id, p.code, p.sealed_code FROM pickup p JOIN orders o ON o.id = p.order_id
                         WHERE o.id = $1 AND o.buyer = $2 AND o.stage = 'ready'
                        """, Tuple.of(order.value(), buyer.value())).map(this::first);
    }

    /** A code that a node wrote which does not know of seals is the newest. */
    private Optional<String> first(RowSet<Row> rows) {
        if (rows.rowCount() == 0) {
            return Optional.empty();
        }
        Row row = rows.iterator().next();
        String plain = row.getString("code");
        return Optional.of(plain != null ? plain : Objects.requireNonNull(codes.open(row.getLong("order_id"), row)));
    }

    /** Oldest first. */
    Future<List<Order>> toFetch(Id<Location> location, int limit, @Nullable Id<Order> after) {
        return database.execute(
                        "SELECT " + OrderStore.COLUMNS + " " + TO_FETCH,
                        Tuple.of(location.value(), after == null ? 0 : after.value(), limit))
                .map(rows -> {
                    List<Order> orders = new ArrayList<>();
                    for (Row row : rows) {
                        orders.add(OrderStore.order(row));
                    }
                    return orders;
                });
    }
}
