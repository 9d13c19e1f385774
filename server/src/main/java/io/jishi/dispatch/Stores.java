package io.jishi.dispatch;

import io.jishi.core.Ids;
import io.jishi.database.Database;
import java.time.Duration;
import java.time.InstantSource;

/** The tables of dispatch. */
record Stores(
        Database database,
        DestinationStore destinations,
        DeliveryStore deliveries,
        OfferStore offers,
        CourierStore couriers,
        EventStore events) {

    /** @param declinesMatterFor how far back deliveries are read with who declined them */
    static Stores of(Database database, InstantSource clock, Ids ids, Duration declinesMatterFor) {
        DestinationStore destinations = new DestinationStore(database);
        return new Stores(
                database,
                destinations,
                new DeliveryStore(database, destinations, clock, declinesMatterFor),
                new OfferStore(database, destinations, ids),
                new CourierStore(database),
                new EventStore(database, ids));
    }
}
