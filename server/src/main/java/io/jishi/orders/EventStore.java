package io.jishi.orders;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The table {@code order_event}, an outbox. */
final class EventStore {
    private final Database database;

    EventStore(Database database) {
        this.database = database;
    }

    /** What is to be told to whom. */
    record Event(Id<OrderMessage> id, Id<Order> order, Id<User> buyer, Object message) {}

    Future<Void> insert(SqlConnection transaction, List<Event> events, Instant now, Instant retryAt) {
        return transaction
                .preparedQuery("""
                        INSERT INTO order_event (id, order_id, buyer, message, created_at, retry_at)
                        SELECT id, order_id, buyer, message, $5, $6
                          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
                               AS event (id, order_id, buyer, message)
                        """)
                .execute(Tuple.of(
                        events.stream().map(event -> event.id().value()).toArray(Long[]::new),
                        events.stream().map(event -> event.order().value()).toArray(Long[]::new),
                        events.stream().map(event -> event.buyer().value()).toArray(Long[]::new),
                        events.stream()
                                .map(event -> Json.encode(event.message()).toString())
                                .toArray(String[]::new),
                        OrderStore.utc(now),
                        OrderStore.utc(retryAt)))
                .mapEmpty();
    }

    /** Events whose publication is overdue, oldest first, now this node's to publish until {@code retryAt}. */
    Future<List<Event>> takeOverdue(Instant now, Instant retryAt, int limit) {
        return database.execute("""
                        UPDATE order_event SET retry_at = $2 WHERE id IN (
                            SELECT id FROM order_event WHERE published_at IS NULL AND retry_at <= $1
                             ORDER BY retry_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                        RETURNING id, order_id, buyer, message
                        """, Tuple.of(OrderStore.utc(now), OrderStore.utc(retryAt), limit))
                .map(rows -> {
                    List<Event> events = new ArrayList<>();
                    rows.forEach(row -> {
                        JsonNode message = Json.tree(Buffer.buffer(row.getString("message")));
                        events.add(new Event(
                                Id.of(row.getLong("id")),
                                Id.of(row.getLong("order_id")),
                                Id.of(row.getLong("buyer")),
                                message));
                    });
                    events.sort(Comparator.comparing(Event::id));
                    return events;
                });
    }

    Future<Void> markPublished(Collection<Id<OrderMessage>> ids, Instant now) {
        return database.execute(
                        "UPDATE order_event SET published_at = $2 WHERE id = ANY ($1::bigint[])",
                        Tuple.of(ids.stream().map(Id::value).toArray(Long[]::new), OrderStore.utc(now)))
                .mapEmpty();
    }
}
