package io.jishi.dispatch;

import io.jishi.core.Place;
import io.vertx.core.Future;
import java.util.List;

/** The zones as this node last read them. They change by hand and seldom. */
final class Zones {
    private final CourierStore store;
    private volatile List<Zone> known = List.of();

    Zones(CourierStore store) {
        this.store = store;
    }

    Future<Void> load() {
        return store.zones().onSuccess(zones -> known = List.copyOf(zones)).mapEmpty();
    }

    List<Zone> all() {
        return known;
    }

    Zone of(Place place) {
        return Zone.of(known, place);
    }
}
