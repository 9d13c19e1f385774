package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import io.jishi.database.Database;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables {@code shelf}, {@code shelf_slot} and {@code shelf_twin}. */
final class ShelfStore {
    private static final String SELECT = """
            SELECT s.id, s.device_id, s.name_zh, s.name_en, s.shelf_group, s.latitude, s.longitude,
                   s.temperature_max_celsius, p.slot, p.sku_id, p.name_zh AS sku_zh, p.name_en AS sku_en, p.capacity,
                   p.unit_grams, p.low_stock
              FROM shelf s JOIN shelf_slot p ON p.shelf_id = s.id
            """;

    private final Database database;
    private final AlertStore alerts;

    ShelfStore(Database database, AlertStore alerts) {
        this.database = database;
        this.alerts = alerts;
    }

    Future<Void> insert(SqlConnection transaction, ShelfRow shelf, Instant now) {
        return transaction
                .preparedQuery("""
                        INSERT INTO shelf (id, device_id, shard, name_zh, name_en, shelf_group, latitude, longitude,
                                           temperature_max_celsius, created_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                        """)
                .execute(Tuple.of(shelf.id().value(), shelf.device().value(), (short) shelf.shard())
                        .addString(shelf.name().zh())
                        .addString(shelf.name().en())
                        .addString(shelf.group())
                        .addDouble(shelf.place().latitude())
                        .addDouble(shelf.place().longitude())
                        .addDouble(shelf.temperatureMaxCelsius())
                        .addOffsetDateTime(TelemetryStore.utc(now)))
                .compose(inserted -> transaction
                        .preparedQuery("""
                                INSERT INTO shelf_slot (shelf_id, slot, sku_id, name_zh, name_en, capacity,
                                                        unit_grams, low_stock)
                                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                                """)
                        .executeBatch(shelf.slots().values().stream()
                                .map(slot -> slot(shelf.id(), slot))
                                .toList()))
                .mapEmpty();
    }

    private static Tuple slot(Id<Shelf> shelf, ShelfRow.Slot slot) {
        return Tuple.of(shelf.value(), (short) slot.slot(), slot.sku().value())
                .addString(slot.name().zh())
                .addString(slot.name().en())
                .addInteger(slot.capacity())
                .addInteger(slot.unitGrams())
                .addInteger(slot.lowStock());
    }

    Future<Optional<ShelfRow>> ofDevice(Id<?> device) {
        return rows(SELECT + " WHERE s.device_id = $1", Tuple.of(device.value()))
                .map(found -> found.stream().findFirst());
    }

    // States are as far as the owners have written them.

    Future<Optional<ShelfState>> find(Id<Shelf> id) {
        return all(List.of(id)).map(found -> found.stream().findFirst());
    }

    Future<List<ShelfState>> all(List<Id<Shelf>> ids) {
        Long[] values = ids.stream().map(Id::value).toArray(Long[]::new);
        return rows(SELECT + " WHERE s.id = ANY ($1::bigint[])", Tuple.of((Object) values))
                .compose(this::states);
    }

    Future<List<ShelfState>> ofShard(int shard) {
        return rows(SELECT + " WHERE s.shard = $1", Tuple.of((short) shard)).compose(this::states);
    }

    /** Newest first. */
    Future<List<ShelfState>> list(@Nullable String group, @Nullable Id<Shelf> after, int limit) {
        return rows(SELECT + """
                                 WHERE s.id IN (SELECT id FROM shelf
                                                 WHERE ($1::text IS NULL OR shelf_group = $1) AND id < $2
                                                 ORDER BY id DESC LIMIT $3)
                                 ORDER BY s.id DESC
                                """, Tuple.of(group, after == null ? Long.MAX_VALUE : after.value(), limit))
                .compose(this::states);
    }

    /** Writes twins in the owner's transaction, in one order for all owners. */
    Future<Void> save(SqlConnection transaction, List<ShelfState> shelves, long epoch) {
        if (shelves.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Tuple> rows = shelves.stream()
                .map(shelf -> Tuple.of(
                                shelf.row().id().value(),
                                Json.encode(shelf.twin()).toString(),
                                epoch)
                        .addOffsetDateTime(
                                shelf.restockAskedAt() == null ? null : TelemetryStore.utc(shelf.restockAskedAt())))
                .toList();
        return transaction.preparedQuery("""
                        INSERT INTO shelf_twin (shelf_id, state, epoch, restock_asked_at)
                        VALUES ($1, $2::text::jsonb, $3, $4)
                        ON CONFLICT (shelf_id) DO UPDATE
                           SET state = excluded.state, epoch = excluded.epoch,
                               restock_asked_at = excluded.restock_asked_at
                        """).executeBatch(rows).mapEmpty();
    }

    /** In the order in which the rows come. */
    private Future<List<ShelfRow>> rows(String sql, Tuple parameters) {
        return database.execute(sql, parameters).map(rows -> {
            Map<Id<Shelf>, ShelfRow> shelves = new LinkedHashMap<>();
            for (Row row : rows) {
                ShelfRow.Slot slot = slot(row);
                shelves.computeIfAbsent(Id.of(row.getLong("id")), id -> shelf(id, row))
                        .slots()
                        .put(slot.slot(), slot);
            }
            return List.copyOf(shelves.values());
        });
    }

    private static ShelfRow shelf(Id<Shelf> id, Row row) {
        return new ShelfRow(
                id,
                Id.of(row.getLong("device_id")),
                new LocalText(row.getString("name_zh"), row.getString("name_en")),
                row.getString("shelf_group"),
                new Place(row.getDouble("latitude"), row.getDouble("longitude")),
                row.getDouble("temperature_max_celsius"),
                new TreeMap<>());
    }

    private static ShelfRow.Slot slot(Row row) {
        return new ShelfRow.Slot(
                row.getInteger("slot"),
                Id.of(row.getLong("sku_id")),
                new LocalText(row.getString("sku_zh"), row.getString("sku_en")),
                row.getInteger("capacity"),
                row.getInteger("unit_grams"),
                row.getInteger("low_stock"));
    }

    private Future<List<ShelfState>> states(List<ShelfRow> shelves) {
        Long[] ids = shelves.stream().map(shelf -> shelf.id().value()).toArray(Long[]::new);
        Future<Map<Id<Shelf>, Map<AlertKey, Alert>>> open = alerts.open(ids);
        Future<RowSet<Row>> twins = database.execute(
                "SELECT shelf_id, state::text, restock_asked_at FROM shelf_twin WHERE shelf_id = ANY ($1::bigint[])",
                Tuple.of((Object) ids));
        return Future.all(open, twins).map(both -> {
            Map<Id<Shelf>, Row> written = new HashMap<>();
            twins.result().forEach(row -> written.put(Id.of(row.getLong("shelf_id")), row));
            return shelves.stream()
                    .map(shelf ->
                            state(shelf, written.get(shelf.id()), open.result().getOrDefault(shelf.id(), Map.of())))
                    .toList();
        });
    }

    private static ShelfState state(ShelfRow shelf, @Nullable Row written, Map<AlertKey, Alert> open) {
        if (written == null) {
            return new ShelfState(shelf, TwinState.UNKNOWN, open, null);
        }
        TwinState twin = Json.decode(Buffer.buffer(written.getString("state")), TwinState.class);
        OffsetDateTime asked = written.getOffsetDateTime("restock_asked_at");
        return new ShelfState(shelf, twin, open, asked == null ? null : asked.toInstant());
    }
}
