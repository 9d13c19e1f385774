package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a courier on shift is.
 *
 * @param zone the zone of his shift
 * @param at by his device's clock: orders the positions of one courier
 * @param receivedAt by the server's clock: tells how long he has been silent
 */
record CourierPosition(
        Id<Courier> courier,
        String zone,
        Place place,
        Instant at,
        Instant receivedAt,
        @Nullable Double speedMetersPerSecond,
        @Nullable Double headingDegrees) {

    /**
     * Where a shift starts. It comes before any position that the device will send, whatever the device's clock says.
     */
    static CourierPosition start(Id<Courier> courier, String zone, Place place, Instant now) {
        return new CourierPosition(courier, zone, place, Instant.EPOCH, now, null, null);
    }

    boolean newerThan(CourierPosition other) {
        return at.isAfter(other.at);
    }
}
