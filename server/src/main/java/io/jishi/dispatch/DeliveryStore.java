package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deliveries in SQL: how they come in and how they are read. {@link OfferStore} moves them on. */
final class DeliveryStore {
    private static final String SELECT = """
            SELECT d.id, d.zone_id, d.order_id, d.restock_shelf_id, d.buyer_id, d.pickup_latitude, d.pickup_longitude,
                   d.dropoff_latitude, d.dropoff_longitude, d.destination, d.stage, d.courier_id, d.courier_name, d.assigned_at,
                   d.created_at, d.updated_at,
                   o.id AS offer_id, o.courier_id AS offer_courier_id, o.expires_at,
                   no.couriers AS declined_by, no.times AS declined_at
              FROM delivery d
              LEFT JOIN delivery_offer o ON o.delivery_id = d.id AND o.stage = 'open'
              LEFT JOIN LATERAL (
                   SELECT array_agg(courier_id) AS couriers, array_agg(ended_at) AS times
                     FROM (SELECT courier_id, ended_at FROM delivery_offer
                            WHERE delivery_id = d.id AND stage IN ('rejected', 'expired') AND ended_at > $1
                            ORDER BY ended_at DESC LIMIT 500) AS latest) AS no
                ON d.stage = 'waiting'
            """;

    private final Database database;
    private final DestinationStore destinations;
    private final InstantSource clock;
    private final Duration declinesMatterFor;

    DeliveryStore(Database database, DestinationStore destinations, InstantSource clock, Duration declinesMatterFor) {
        this.database = database;
        this.destinations = destinations;
        this.clock = clock;
        this.declinesMatterFor = declinesMatterFor;
    }

    /**
     * Adds a delivery, unless its order has one or its shelf has an open one.
     *
     * @return whether it is new
     */
    Future<Boolean> add(SqlConnection transaction, DeliveryRow row) {
        OffsetDateTime now = time(row.createdAt());
        boolean personal = row.order() != null;
        return transaction
                .preparedQuery("""
                        INSERT INTO delivery (id, zone_id, order_id, restock_shelf_id, buyer_id, pickup_latitude,
                               pickup_longitude, dropoff_latitude, dropoff_longitude, destination, destination_key, stage,
                               created_at, updated_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
                        ON CONFLICT DO NOTHING
                        """)
                .execute(Tuple.from(java.util.Arrays.asList(
                        row.id().value(),
                        row.zone(),
                        value(row.order()),
                        value(row.shelf()),
                        value(row.buyer()),
                        row.pickup().latitude(),
                        row.pickup().longitude(),
                        personal ? null : row.dropoff().latitude(),
                        personal ? null : row.dropoff().longitude(),
                        personal ? destinations.seal(row.id(), row.destination()) : null,
                        personal ? destinations.keyId() : null,
                        row.stage().text(),
                        now)))
                .map(rows -> rows.rowCount() == 1);
    }

    /** The delivery of an order, or the open restock of a shelf. */
    Future<Optional<DeliveryRow>> ofOrderOrShelf(
            SqlConnection transaction, @Nullable Id<?> order, @Nullable Id<?> shelf) {
        return read(
                        transaction,
                        "WHERE d.order_id = $2 OR (d.restock_shelf_id = $3 AND d.stage NOT IN ('delivered', 'failed'))",
                        value(order),
                        value(shelf))
                .map(DeliveryStore::first);
    }

    Future<Optional<DeliveryRow>> one(Id<Delivery> id) {
        return one(database.pool(), id);
    }

    Future<Optional<DeliveryRow>> one(SqlClient client, Id<Delivery> id) {
        return read(client, "WHERE d.id = $2", id.value()).map(DeliveryStore::first);
    }

    /** Holds the row until the transaction ends. */
    Future<Optional<DeliveryRow>> lock(SqlConnection transaction, Id<Delivery> id) {
        return read(transaction, "WHERE d.id = $2 FOR NO KEY UPDATE OF d", id.value())
                .map(DeliveryStore::first);
    }

    Future<List<DeliveryRow>> some(Collection<Id<Delivery>> ids) {
        return some(database.pool(), ids);
    }

    Future<List<DeliveryRow>> some(SqlClient client, Collection<Id<Delivery>> ids) {
        return ids.isEmpty()
                ? Future.succeededFuture(List.of())
                : read(client, "WHERE d.id = ANY ($2::bigint[]) ORDER BY d.id", (Object) EventStore.longs(ids));
    }

    /** The open deliveries of a zone, the oldest first. */
    Future<List<DeliveryRow>> open(String zone, int limitMax) {
        return read(
                database.pool(),
                "WHERE d.zone_id = $2 AND d.stage NOT IN ('delivered', 'failed') ORDER BY d.id LIMIT $3",
                zone,
                limitMax);
    }

    /** What these couriers hold, in the order in which they accepted it. */
    Future<List<DeliveryRow>> heldBy(Collection<Id<Courier>> couriers) {
        return couriers.isEmpty() ? Future.succeededFuture(List.of()) : heldBy(database.pool(), couriers);
    }

    Future<List<DeliveryRow>> heldBy(SqlClient client, Collection<Id<Courier>> couriers) {
        return read(
                client,
                "WHERE d.courier_id = ANY ($2::bigint[]) AND d.stage IN ('assigned', 'picked_up')"
                        + " ORDER BY d.assigned_at, d.id",
                (Object) EventStore.longs(couriers));
    }

    /** A page, newest first. */
    Future<List<DeliveryRow>> page(@Nullable DeliveryStage stage, @Nullable Id<Delivery> after, int limit) {
        return read(
                database.pool(),
                "WHERE ($2::text IS NULL OR d.stage = $2) AND ($3::bigint IS NULL OR d.id < $3)"
                        + " ORDER BY d.id DESC LIMIT $4",
                stage == null ? null : stage.text(),
                value(after),
                limit);
    }

    private Future<List<DeliveryRow>> read(SqlClient client, String where, @Nullable Object... parameters) {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(time(clock.instant().minus(declinesMatterFor)));
        all.addAll(java.util.Arrays.asList(parameters));
        return client.preparedQuery(SELECT + where).execute(Tuple.from(all)).map(this::rows);
    }

    private static Optional<DeliveryRow> first(List<DeliveryRow> rows) {
        return rows.stream().findFirst();
    }

    private List<DeliveryRow> rows(RowSet<Row> rows) {
        List<DeliveryRow> deliveries = new ArrayList<>();
        rows.forEach(row -> deliveries.add(row(row)));
        return deliveries;
    }

    private DeliveryRow row(Row row) {
        return new DeliveryRow(
                Id.of(row.getLong("id")),
                row.getString("zone_id"),
                EventStore.idOrNull(row.getLong("order_id")),
                EventStore.idOrNull(row.getLong("restock_shelf_id")),
                EventStore.idOrNull(row.getLong("buyer_id")),
                new Place(row.getDouble("pickup_latitude"), row.getDouble("pickup_longitude")),
                destinations.of(Id.of(row.getLong("id")), row),
                DeliveryStage.of(row.getString("stage")),
                EventStore.idOrNull(row.getLong("courier_id")),
                row.getString("courier_name"),
                instantOrNull(row, "assigned_at"),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                offer(row),
                declined(row));
    }

    private static ZoneState.@Nullable OpenOffer offer(Row row) {
        Long id = row.getLong("offer_id");
        return id == null
                ? null
                : new ZoneState.OpenOffer(
                        Id.of(id), Id.of(row.getLong("offer_courier_id")), instant(row, "expires_at"));
    }

    private static Map<Id<Courier>, Instant> declined(Row row) {
        Long[] couriers = row.getArrayOfLongs("declined_by");
        OffsetDateTime[] times = row.getArrayOfOffsetDateTimes("declined_at");
        if (couriers == null || times == null) {
            return Map.of();
        }
        Map<Id<Courier>, Instant> declined = new HashMap<>();
        for (int i = 0; i < couriers.length; i++) {
            Instant at = times[i].toInstant();
            declined.merge(Id.of(couriers[i]), at, (a, b) -> a.isAfter(b) ? a : b);
        }
        return declined;
    }

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant instantOrNull(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static @Nullable Long value(@Nullable Id<?> id) {
        return id == null ? null : id.value();
    }
}
