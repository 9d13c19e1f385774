package io.jishi.dispatch;

import io.jishi.core.Id;
import org.jspecify.annotations.Nullable;

/**
 * A courier as he is stored.
 *
 * @param position the one written behind, so maybe some seconds old
 * @param active how many deliveries he holds
 */
record CourierRow(
        Id<Courier> id,
        String name,
        String zone,
        Vehicle vehicle,
        boolean onShift,
        CourierPosition position,
        int active) {

    /**
     * The newer of the stored position and the one in the shared map.
     *
     * @param shared null where the map has none
     */
    CourierPosition latest(@Nullable CourierPosition shared) {
        return shared == null || position.newerThan(shared) ? position : shared;
    }

    /** As clients see him. */
    Courier view(@Nullable CourierPosition shared) {
        CourierPosition latest = latest(shared);
        return new Courier(
                id, name, onShift, onShift ? latest.place() : null, onShift ? latest.receivedAt() : null, active);
    }
}
