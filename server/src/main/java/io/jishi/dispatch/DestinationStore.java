package io.jishi.dispatch;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.database.Database;
import io.jishi.database.SealedColumn;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;

/** Where deliveries go: that of an order is sealed, that of a shelf is not, as everybody can see the shelf. */
final class DestinationStore {
    private final SealedColumn sealed;

    DestinationStore(Database database) {
        sealed = new SealedColumn(
                database, "delivery", "id", """
                (CASE WHEN order_id IS NOT NULL THEN json_build_object('place',
                    json_build_object('latitude', dropoff_latitude, 'longitude', dropoff_longitude))::text END)
                """, ", dropoff_latitude = NULL, dropoff_longitude = NULL");
    }

    Buffer seal(Id<Delivery> delivery, Destination destination) {
        return sealed.seal(delivery.value(), Json.encode(destination).toString());
    }

    String keyId() {
        return sealed.keyId();
    }

    /** Reads {@code destination}, {@code dropoff_latitude} and {@code dropoff_longitude}. */
    Destination of(Id<Delivery> delivery, Row row) {
        String opened = sealed.open(delivery.value(), row);
        return opened == null
                ? new Destination(
                        new Place(row.getDouble("dropoff_latitude"), row.getDouble("dropoff_longitude")), null, null)
                : Json.decode(Buffer.buffer(opened), Destination.class);
    }

    Future<Void> prepare() {
        return sealed.prepare();
    }

    Future<Integer> changeKeys() {
        return sealed.changeKeys();
    }
}
