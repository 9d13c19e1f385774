package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way that a courier goes: first what he has in hand, then one delivery after the other in the order in which he
 * accepted them, each to its pick-up and on to its drop-off.
 *
 * @param freeAfterSeconds from now until the last hand-over
 * @param freeAt where that is
 * @param arrivalSeconds from now until each hand-over
 */
record Route(int freeAfterSeconds, Place freeAt, Map<Id<Delivery>, Integer> arrivalSeconds) {

    static Route of(
            Place start,
            Vehicle vehicle,
            List<ZoneState.Task> held,
            Instant now,
            TravelTimes travel,
            Duration handover) {
        Walk walk = new Walk(start, vehicle, now, travel, (int) handover.toSeconds());
        held.stream().filter(task -> task.stage() == DeliveryStage.PICKED_UP).forEach(walk::deliver);
        held.stream().filter(task -> task.stage() != DeliveryStage.PICKED_UP).forEach(walk::fetchAndDeliver);
        return new Route(walk.seconds, walk.place, walk.arrivals);
    }

    /** Seconds from now until the goods can be picked up; 0 where they can. */
    static int secondsUntilReady(ZoneState.Task task, Instant now) {
        return (int) Math.max(0, Duration.between(now, task.readyAt()).toSeconds());
    }

    private static final class Walk {
        private final Vehicle vehicle;
        private final Instant now;
        private final TravelTimes travel;
        private final int handoverSeconds;
        private final Map<Id<Delivery>, Integer> arrivals = new LinkedHashMap<>();
        private Place place;
        private int seconds;

        Walk(Place start, Vehicle vehicle, Instant now, TravelTimes travel, int handoverSeconds) {
            this.place = start;
            this.vehicle = vehicle;
            this.now = now;
            this.travel = travel;
            this.handoverSeconds = handoverSeconds;
        }

        void fetchAndDeliver(ZoneState.Task task) {
            go(task.pickup());
            seconds = Math.max(seconds, secondsUntilReady(task, now)) + handoverSeconds;
            deliver(task);
        }

        void deliver(ZoneState.Task task) {
            go(task.dropoff());
            seconds += handoverSeconds;
            arrivals.put(task.id(), seconds);
        }

        private void go(Place to) {
            seconds += travel.seconds(place, to, vehicle);
            place = to;
        }
    }
}
