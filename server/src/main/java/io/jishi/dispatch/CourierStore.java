package io.jishi.dispatch;

import static io.jishi.dispatch.DeliveryStore.time;
import static io.jishi.dispatch.EventStore.longs;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Zones, couriers and their positions in SQL. */
final class CourierStore {
    private static final int ZONES_MAX = 256;
    private static final String SELECT = """
            SELECT c.id, c.name, c.zone_id, c.vehicle, c.on_shift, p.latitude, p.longitude, p.at, p.received_at,
                   p.speed_meters_per_second, p.heading_degrees,
                   (SELECT count(*) FROM delivery_assignment a WHERE a.courier_id = c.id AND a.ended_at IS NULL) AS active
              FROM courier c
              JOIN courier_position p ON p.courier_id = c.id
            """;

    private final Database database;

    CourierStore(Database database) {
        this.database = database;
    }

    Future<List<Zone>> zones() {
        return database.execute(
                        "SELECT id, latitude, longitude FROM dispatch_zone ORDER BY id LIMIT $1", Tuple.of(ZONES_MAX))
                .map(rows -> {
                    List<Zone> zones = new ArrayList<>();
                    rows.forEach(row -> zones.add(new Zone(
                            row.getString("id"), new Place(row.getDouble("latitude"), row.getDouble("longitude")))));
                    return zones;
                });
    }

    /** Puts a courier on shift who is not, at the place where he is. Holds his row until the transaction ends. */
    Future<Void> startShift(SqlConnection transaction, String name, Vehicle vehicle, CourierPosition start) {
        return transaction
                .preparedQuery("""
                        WITH started AS (
                          INSERT INTO courier (id, name, zone_id, vehicle, on_shift, shift_at)
                          VALUES ($1, $2, $3, $4, true, $5)
                          ON CONFLICT (id) DO UPDATE SET name = excluded.name, zone_id = excluded.zone_id,
                            vehicle = excluded.vehicle, on_shift = true, shift_at = excluded.shift_at
                        )
                        INSERT INTO courier_position (courier_id, latitude, longitude, at, received_at)
                        VALUES ($1, $6, $7, $8, $5)
                        ON CONFLICT (courier_id) DO UPDATE SET latitude = excluded.latitude,
                          longitude = excluded.longitude, at = excluded.at, received_at = excluded.received_at,
                          speed_meters_per_second = NULL, heading_degrees = NULL
                        """)
                .execute(Tuple.from(List.<Object>of(
                        start.courier().value(),
                        name,
                        start.zone(),
                        vehicle.text(),
                        time(start.receivedAt()),
                        start.place().latitude(),
                        start.place().longitude(),
                        time(start.at()))))
                .mapEmpty();
    }

    /**
     * Holds couriers' rows until the transaction ends.
     *
     * @return those of them that are on shift
     */
    Future<Set<Id<Courier>>> lock(SqlConnection transaction, Collection<Id<Courier>> couriers) {
        if (couriers.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return transaction
                .preparedQuery(
                        "SELECT id, on_shift FROM courier WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE")
                .execute(Tuple.of((Object) longs(couriers)))
                .map(rows -> {
                    Set<Id<Courier>> onShift = new HashSet<>();
                    for (Row row : rows) {
                        if (row.getBoolean("on_shift")) {
                            onShift.add(Id.of(row.getLong("id")));
                        }
                    }
                    return onShift;
                });
    }

    /**
     * Ends shifts of couriers whose rows the transaction holds.
     *
     * @return those who were on shift and hold nothing
     */
    Future<Set<Id<Courier>>> endShift(SqlConnection transaction, Collection<Id<Courier>> couriers, Instant now) {
        if (couriers.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return transaction
                .preparedQuery("""
                        UPDATE courier c SET on_shift = false, shift_at = $2
                         WHERE c.id = ANY ($1::bigint[]) AND c.on_shift
                           AND NOT EXISTS (SELECT 1 FROM delivery_assignment a
                                            WHERE a.courier_id = c.id AND a.ended_at IS NULL)
                        RETURNING c.id
                        """)
                .execute(Tuple.of(longs(couriers), time(now)))
                .map(rows -> {
                    Set<Id<Courier>> ended = new HashSet<>();
                    rows.forEach(row -> ended.add(Id.of(row.getLong("id"))));
                    return ended;
                });
    }

    Future<Optional<CourierRow>> one(Id<Courier> courier) {
        return some(List.of(courier)).map(rows -> rows.stream().findFirst());
    }

    Future<List<CourierRow>> some(Collection<Id<Courier>> couriers) {
        return couriers.isEmpty()
                ? Future.succeededFuture(List.of())
                : database.execute(SELECT + "WHERE c.id = ANY ($1::bigint[])", Tuple.of((Object) longs(couriers)))
                        .map(CourierStore::rows);
    }

    Future<List<CourierRow>> onShift(String zone, int limitMax) {
        return database.execute(
                        SELECT + "WHERE c.zone_id = $1 AND c.on_shift ORDER BY c.id LIMIT $2", Tuple.of(zone, limitMax))
                .map(CourierStore::rows);
    }

    /** A page, newest first. */
    Future<List<CourierRow>> page(@Nullable Id<Courier> after, int limit) {
        return database.execute(
                        SELECT + "WHERE ($1::bigint IS NULL OR c.id < $1) ORDER BY c.id DESC LIMIT $2",
                        Tuple.of(DeliveryStore.value(after), limit))
                .map(CourierStore::rows);
    }

    /** @param positions at most one a courier, by courier, so that two nodes lock rows in one order */
    Future<Void> savePositions(List<CourierPosition> positions) {
        return database.execute(
                        """
                        INSERT INTO courier_position AS known
                        SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[], $4::timestamptz[],
                               $5::timestamptz[], $6::float8[], $7::float8[])
                        ON CONFLICT (courier_id) DO UPDATE SET
                          latitude = excluded.latitude,
                          longitude = excluded.longitude,
                          at = excluded.at,
                          received_at = excluded.received_at,
                          speed_meters_per_second = excluded.speed_meters_per_second,
                          heading_degrees = excluded.heading_degrees
                        WHERE excluded.at > known.at
                        """,
                        Tuple.from(List.<Object>of(
                                positions.stream().map(p -> p.courier().value()).toArray(Long[]::new),
                                column(positions, p -> p.place().latitude()),
                                column(positions, p -> p.place().longitude()),
                                positions.stream().map(p -> time(p.at())).toArray(OffsetDateTime[]::new),
                                positions.stream()
                                        .map(p -> time(p.receivedAt()))
                                        .toArray(OffsetDateTime[]::new),
                                column(positions, CourierPosition::speedMetersPerSecond),
                                column(positions, CourierPosition::headingDegrees))))
                .mapEmpty();
    }

    private static Double[] column(List<CourierPosition> positions, Function<CourierPosition, @Nullable Double> value) {
        List<@Nullable Double> column = new ArrayList<>();
        positions.forEach(position -> column.add(value.apply(position)));
        return column.toArray(Double[]::new);
    }

    private static List<CourierRow> rows(RowSet<Row> rows) {
        List<CourierRow> couriers = new ArrayList<>();
        rows.forEach(row -> couriers.add(row(row)));
        return couriers;
    }

    private static CourierRow row(Row row) {
        Id<Courier> id = Id.of(row.getLong("id"));
        String zone = row.getString("zone_id");
        CourierPosition position = new CourierPosition(
                id,
                zone,
                new Place(row.getDouble("latitude"), row.getDouble("longitude")),
                DeliveryStore.instant(row, "at"),
                DeliveryStore.instant(row, "received_at"),
                row.getDouble("speed_meters_per_second"),
                row.getDouble("heading_degrees"));
        return new CourierRow(
                id,
                row.getString("name"),
                zone,
                Vehicle.of(row.getString("vehicle")),
                row.getBoolean("on_shift"),
                position,
                row.getInteger("active"));
    }
}
