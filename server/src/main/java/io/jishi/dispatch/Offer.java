package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Instant;

/**
 * One courier is asked whether he takes one delivery.
 *
 * @param distanceMeters from where he will be free, by the pick-up, to the drop-off
 * @param travelSeconds the same way in time, from now on and with what he holds already
 * @param expiresAt from then on it may go to somebody else
 */
public record Offer(
        Id<Offer> id,
        Id<Delivery> deliveryId,
        Place pickup,
        Place dropoff,
        int distanceMeters,
        int travelSeconds,
        Instant expiresAt) {}
