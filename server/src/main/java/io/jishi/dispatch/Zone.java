package io.jishi.dispatch;

import io.jishi.core.Place;
import java.util.Comparator;
import java.util.List;

/**
 * A city.
 *
 * @param centre also where goods leave from, unless a delivery says otherwise
 */
record Zone(String id, Place centre) {
    /** The zone whose centre is nearest; the first by id of equals. */
    static Zone of(List<Zone> zones, Place place) {
        return zones.stream()
                .min(Comparator.<Zone>comparingDouble(zone -> zone.centre().distanceMeters(place))
                        .thenComparing(Zone::id))
                .orElseThrow(() -> new IllegalStateException("there is no dispatch zone"));
    }
}
