package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table {@code shelf_alert}. */
final class AlertStore {
    private static final String SELECT =
            "SELECT id, shelf_id, kind, slot, value, opened_at, closed_at FROM shelf_alert ";

    private final Database database;

    AlertStore(Database database) {
        this.database = database;
    }

    Future<Map<Id<Shelf>, Map<AlertKey, Alert>>> open(Long[] shelves) {
        return database.execute(SELECT + "WHERE closed_at IS NULL AND shelf_id = ANY ($1::bigint[])", Tuple.of((Object)
                        shelves))
                .map(rows -> {
                    Map<Id<Shelf>, Map<AlertKey, Alert>> open = new HashMap<>();
                    rows.forEach(row -> {
                        Alert alert = alert(row);
                        open.computeIfAbsent(alert.shelfId(), id -> new HashMap<>())
                                .put(alert.key(), alert);
                    });
                    return open;
                });
    }

    /** Newest first. */
    Future<List<Alert>> list(@Nullable Boolean open, @Nullable Id<Alert> after, int limit) {
        return database.execute(
                        SELECT
                                + "WHERE id < $1 AND ($2::boolean IS NULL OR (closed_at IS NULL) = $2)"
                                + " ORDER BY id DESC LIMIT $3",
                        Tuple.of(after == null ? Long.MAX_VALUE : after.value(), open, limit))
                .map(rows -> {
                    List<Alert> alerts = new ArrayList<>();
                    rows.forEach(row -> alerts.add(alert(row)));
                    return alerts;
                });
    }

    /** Writes openings and closings, in their order, in the owner's transaction. */
    Future<Void> save(SqlConnection transaction, List<Alert> changes) {
        if (changes.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Tuple> rows = changes.stream()
                .map(alert -> Tuple.of(
                                alert.id().value(),
                                alert.shelfId().value(),
                                alert.kind().text(),
                                (short) alert.key().slot(),
                                alert.value(),
                                TelemetryStore.utc(alert.openedAt()))
                        .addOffsetDateTime(alert.closedAt() == null ? null : TelemetryStore.utc(alert.closedAt())))
                .toList();
        return transaction.preparedQuery("""
                        INSERT INTO shelf_alert AS kept (id, shelf_id, kind, slot, value, opened_at, closed_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        ON CONFLICT (id) DO UPDATE SET closed_at = coalesce(kept.closed_at, excluded.closed_at)
                        """).executeBatch(rows).mapEmpty();
    }

    private static Alert alert(Row row) {
        int slot = row.getInteger("slot");
        OffsetDateTime closed = row.getOffsetDateTime("closed_at");
        return new Alert(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("shelf_id")),
                AlertKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                slot == AlertKey.WHOLE_SHELF ? null : Integer.valueOf(slot),
                row.getDouble("value"),
                row.getOffsetDateTime("opened_at").toInstant(),
                closed == null ? null : closed.toInstant());
    }
}
