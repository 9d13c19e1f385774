package io.jishi.dispatch;

import io.jishi.core.Place;

/** How far and how long it is from one place to another. Pure and quick: a planner asks it millions of times. */
public interface TravelTimes {
    /** Metres along the way, not as the crow flies. */
    int meters(Place from, Place to);

    /** Seconds that the vehicle needs, rounded up. */
    int seconds(Place from, Place to, Vehicle vehicle);

    /**
     * The great-circle distance times a detour factor, at the vehicle's speed. Streets are longer than straight lines by
     * 1.2 to 1.4 in most cities (Boscoe, Henry and Zdeb, 2012, "A nationwide comparison of driving distance versus
     * straight-line distance to hospitals", found 1.417 for the United States).
     *
     * @param detourFactor at least 1
     */
    record StraightLine(double detourFactor) implements TravelTimes {
        public StraightLine {
            if (!(detourFactor >= 1)) {
                throw new IllegalArgumentException("the detour factor is below 1: " + detourFactor);
            }
        }

        @Override
        public int meters(Place from, Place to) {
            return (int) Math.ceil(from.distanceMeters(to) * detourFactor);
        }

        @Override
        public int seconds(Place from, Place to, Vehicle vehicle) {
            return (int) Math.ceil(from.distanceMeters(to) * detourFactor / vehicle.metersPerSecond());
        }
    }
}
