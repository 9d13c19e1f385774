package io.jishi.webhooks;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table {@code webhook_delivery}. */
final class WebhookStore {
    private static final String COLUMNS = "id, event, url, body, tries, created_at, next_at, dead_at, error";

    private final Database database;

    WebhookStore(Database database) {
        this.database = database;
    }

    /** A delivery with what is sent. */
    record Due(Delivery delivery, String body) {}

    /** A new delivery. */
    record New(Id<Delivery> id, Id<?> event, String url, String body) {}

    Future<Void> insert(SqlConnection transaction, List<New> deliveries, Instant now) {
        return transaction
                .preparedQuery("""
                        INSERT INTO webhook_delivery (id, event, url, body, created_at, next_at)
                        SELECT id, event, url, body, $5, $5
                          FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS d (id, event, url, body)
                        """)
                .execute(Tuple.of(
                        deliveries.stream().map(each -> each.id().value()).toArray(Long[]::new),
                        deliveries.stream().map(each -> each.event().value()).toArray(Long[]::new),
                        deliveries.stream().map(New::url).toArray(String[]::new),
                        deliveries.stream().map(New::body).toArray(String[]::new),
                        utc(now)))
                .mapEmpty();
    }

    /** Deliveries to one whose time has come, longest due first, now this node's to send until {@code until}. */
    Future<List<Due>> takeDue(String url, Instant now, Instant until, int limit) {
        return database.execute("""
                        UPDATE webhook_delivery SET next_at = $2 WHERE id IN (
                            SELECT id FROM webhook_delivery WHERE taken_at IS NULL AND dead_at IS NULL AND next_at <= $1
                                AND url = $4
                             ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                        RETURNING\s""" + COLUMNS, Tuple.of(utc(now), utc(until), limit, url))
                .map(rows -> {
                    List<Due> due = new ArrayList<>();
                    rows.forEach(row -> due.add(new Due(delivery(row), row.getString("body"))));
                    return due;
                });
    }

    Future<Void> taken(Id<Delivery> id, Instant now) {
        return database.execute(
                        "UPDATE webhook_delivery SET taken_at = $2, error = NULL WHERE id = $1",
                        Tuple.of(id.value(), utc(now)))
                .mapEmpty();
    }

    Future<Void> failed(Id<Delivery> id, String error, Instant nextAt, @Nullable Instant deadAt) {
        return database.execute("""
                        UPDATE webhook_delivery SET tries = tries + 1, error = $2, next_at = $3, dead_at = $4 WHERE id = $1
                        """, Tuple.of(id.value(), error, utc(nextAt), deadAt == null ? null : utc(deadAt)))
                .mapEmpty();
    }

    /** Sends a dead one again from the start; false where it is not dead. */
    Future<Boolean> revive(Id<Delivery> id, Instant now) {
        return database.execute("""
                        UPDATE webhook_delivery SET dead_at = NULL, tries = 0, next_at = $2
                         WHERE id = $1 AND dead_at IS NOT NULL
                        """, Tuple.of(id.value(), utc(now))).map(rows -> rows.rowCount() == 1);
    }

    /** Forgets what was taken long ago. */
    Future<Void> forget(Instant takenBefore, int limit) {
        return database.execute("""
                        DELETE FROM webhook_delivery WHERE id IN (
                            SELECT id FROM webhook_delivery WHERE taken_at < $1 LIMIT $2)
                        """, Tuple.of(utc(takenBefore), limit)).mapEmpty();
    }

    /** Those that are dead, or that wait; newest first. */
    Future<List<Delivery>> open(boolean dead, int limit, @Nullable Id<Delivery> after) {
        return database.execute(
                        "SELECT " + COLUMNS + " FROM webhook_delivery WHERE taken_at IS NULL"
                                + " AND (dead_at IS NOT NULL) = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                        Tuple.of(dead, after == null ? Long.MAX_VALUE : after.value(), limit))
                .map(rows -> {
                    List<Delivery> found = new ArrayList<>();
                    rows.forEach(row -> found.add(delivery(row)));
                    return found;
                });
    }

    private static Delivery delivery(Row row) {
        OffsetDateTime deadAt = row.getOffsetDateTime("dead_at");
        return new Delivery(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("event")),
                row.getString("url"),
                row.getInteger("tries"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("next_at").toInstant(),
                deadAt == null ? null : deadAt.toInstant(),
                row.getString("error"));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
