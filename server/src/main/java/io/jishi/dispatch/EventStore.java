package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.database.Database;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The zones' event queue in SQL. */
final class EventStore {
    private final Database database;
    private final Ids ids;

    EventStore(Database database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    ZoneEvent deliveryChanged(String zone, Id<Delivery> delivery) {
        return new ZoneEvent(ids.next(), zone, delivery, null, null);
    }

    ZoneEvent courierChanged(String zone, Id<Courier> courier) {
        return new ZoneEvent(ids.next(), zone, null, courier, null);
    }

    ZoneEvent told(String zone, Id<Delivery> delivery, Id<Courier> courier, DispatchNotice.ToCourier notice) {
        return new ZoneEvent(
                ids.next(), zone, delivery, courier, Json.encode(notice).toString());
    }

    /** Adds events in the transaction of the change that they tell of. */
    Future<Void> add(SqlConnection transaction, List<ZoneEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Long> keys = new ArrayList<>();
        List<String> zones = new ArrayList<>();
        List<@Nullable Long> deliveries = new ArrayList<>();
        List<@Nullable Long> couriers = new ArrayList<>();
        List<@Nullable Buffer> messages = new ArrayList<>();
        for (ZoneEvent event : events) {
            keys.add(event.id().value());
            zones.add(event.zone());
            deliveries.add(event.delivery() == null ? null : event.delivery().value());
            couriers.add(event.courier() == null ? null : event.courier().value());
            messages.add(event.message() == null ? null : database.seal().seal(row(event.id()), event.message()));
        }
        return transaction
                .preparedQuery("""
                        INSERT INTO dispatch_event (id, zone_id, delivery_id, courier_id, sealed)
                        SELECT id, zone_id, delivery_id, courier_id, sealed
                          FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[])
                               AS event (id, zone_id, delivery_id, courier_id, sealed)
                        """)
                .execute(Tuple.of(
                        keys.toArray(Long[]::new),
                        zones.toArray(String[]::new),
                        deliveries.toArray(Long[]::new),
                        couriers.toArray(Long[]::new),
                        messages.toArray(Buffer[]::new)))
                .mapEmpty();
    }

    /** The oldest events of a zone, but for those that are in hand already. */
    Future<List<ZoneEvent>> oldest(String zone, Collection<Id<ZoneEvent>> inHand, int limitMax) {
        return database.execute("""
                        SELECT id, delivery_id, courier_id, sealed, message::text AS message FROM dispatch_event
                         WHERE zone_id = $1 AND id <> ALL ($2::bigint[])
                         ORDER BY id LIMIT $3
                        """, Tuple.of(zone, longs(inHand), limitMax)).map(rows -> {
            List<ZoneEvent> events = new ArrayList<>();
            rows.forEach(row -> events.add(event(zone, row)));
            return events;
        });
    }

    Future<Void> delete(SqlConnection transaction, Collection<Id<ZoneEvent>> events) {
        return transaction
                .preparedQuery("DELETE FROM dispatch_event WHERE id = ANY ($1::bigint[])")
                .execute(Tuple.of((Object) longs(events)))
                .mapEmpty();
    }

    static Long[] longs(Collection<? extends Id<?>> ids) {
        return ids.stream().map(Id::value).toArray(Long[]::new);
    }

    static <K> @Nullable Id<K> idOrNull(@Nullable Long value) {
        return value == null ? null : Id.of(value);
    }

    private static String row(Id<ZoneEvent> event) {
        return "dispatch_event:" + event.value();
    }

    private ZoneEvent event(String zone, Row row) {
        Id<ZoneEvent> id = Id.of(row.getLong("id"));
        Buffer sealed = row.getBuffer("sealed");
        return new ZoneEvent(
                id,
                zone,
                idOrNull(row.getLong("delivery_id")),
                idOrNull(row.getLong("courier_id")),
                sealed == null ? row.getString("message") : database.seal().open(row(id), sealed));
    }
}
