package io.jishi.orders;

import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code pickup}. */
final class PickupStore {
    static final int ATTEMPTS_MAX = 5;

    private final Database database;

    PickupStore(Database database) {
        this.database = database;
    }

    /** A code for an order that is ready; one that there was opens nothing any more. */
    Future<Void> ready(SqlConnection transaction, Id<Order> order, String code, Id<User> who, Instant now) {
        return transaction
                .preparedQuery("""
                        INSERT INTO pickup (order_id, code, ready_at, ready_by) VALUES ($1, $2, $3, $4)
                        ON CONFLICT (order_id) DO UPDATE SET code = excluded.code, attempts = 0,
                            ready_at = excluded.ready_at, ready_by = excluded.ready_by
                        """)
                .execute(Tuple.of(order.value(), code, OrderStore.utc(now), who.value()))
                .mapEmpty();
    }

    /** Counts an attempt, and holds the order's code until the transaction ends; empty where there is none left. */
    Future<Optional<String>> attempt(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery("""
                        UPDATE pickup SET attempts = attempts + 1
                         WHERE order_id = $1 AND attempts < $2 AND handed_at IS NULL RETURNING code
                        """)
                .execute(Tuple.of(order.value(), ATTEMPTS_MAX))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("code")));
    }

    Future<Void> handedOver(SqlConnection transaction, Id<Order> order, Id<User> who, Instant now) {
        return transaction
                .preparedQuery("UPDATE pickup SET handed_at = $2, handed_by = $3 WHERE order_id = $1")
                .execute(Tuple.of(order.value(), OrderStore.utc(now), who.value()))
                .mapEmpty();
    }

    /** What the buyer of an order that is ready shows; empty where it is not, or is another's. */
    Future<Optional<String>> code(Id<Order> order, Id<User> buyer) {
        return database.execute("""
                        SELECT p.code FROM pickup p JOIN orders o ON o.id = p.order_id
                         WHERE o.id = $1 AND o.buyer = $2 AND o.stage = 'ready'
                        """, Tuple.of(order.value(), buyer.value()))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("code")));
    }

    /** Oldest first. */
    Future<List<Order>> toFetch(Id<Location> location, int limit, @Nullable Id<Order> after) {
        return database.execute(
                        "SELECT " + OrderStore.COLUMNS + " FROM orders o WHERE location = $1 AND fulfilment = 'pickup'"
                                + " AND stage IN ('paid', 'ready') AND id > $2 ORDER BY id LIMIT $3",
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
