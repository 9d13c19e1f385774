package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.core.Place;
import java.util.random.RandomGenerator;

/**
 * The made-up quarter in which the demo's couriers ride: a square around the depot in Shanghai, so small that one trip is
 * a matter of a minute.
 */
final class Neighbourhood {
    private static final Place CENTRE = new Place(31.2304, 121.4737);
    private static final double HALF_WIDTH_DEGREES = 0.005;
    private static final double METERS_PER_DEGREE = 111_195;

    private Neighbourhood() {}

    static Place centre() {
        return CENTRE;
    }

    static Place somewhere(RandomGenerator random) {
        return new Place(
                CENTRE.latitude() + random.nextDouble(-HALF_WIDTH_DEGREES, HALF_WIDTH_DEGREES),
                CENTRE.longitude() + random.nextDouble(-HALF_WIDTH_DEGREES, HALF_WIDTH_DEGREES));
    }

    /** So many meters nearer to the destination in a straight line, or there. */
    static Place nearer(Place from, Place to, double meters) {
        double left = from.distanceMeters(to);
        if (left <= meters) {
            return to;
        }
        double share = meters / left;
        return new Place(
                from.latitude() + (to.latitude() - from.latitude()) * share,
                from.longitude() + (to.longitude() - from.longitude()) * share);
    }

    /** Clockwise from north, 0 to 360. */
    static double headingDegrees(Place from, Place to) {
        double north = (to.latitude() - from.latitude()) * METERS_PER_DEGREE;
        double east =
                (to.longitude() - from.longitude()) * METERS_PER_DEGREE * Math.cos(Math.toRadians(from.latitude()));
        return (Math.toDegrees(Math.atan2(east, north)) + 360) % 360;
    }

    static ObjectNode json(Place place) {
        return Wire.object().put("latitude", place.latitude()).put("longitude", place.longitude());
    }

    static Place place(JsonNode json) {
        return new Place(
                json.path("latitude").asDouble(), json.path("longitude").asDouble());
    }
}
