package io.jishi.bench;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.dispatch.Courier;
import io.jishi.dispatch.Decision;
import io.jishi.dispatch.Delivery;
import io.jishi.dispatch.DeliveryStage;
import io.jishi.dispatch.Planner;
import io.jishi.dispatch.TravelTimes;
import io.jishi.dispatch.Vehicle;
import io.jishi.dispatch.ZoneState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plays a {@link MealDay} in virtual time, minute by minute, under the official rules: an order is unknown before it is
 * placed; a courier on a delivery hears nothing until it is done; a pick-up is never after the end of the shift. A
 * planner may look ahead and keep an order for somebody who is still busy: he hears of it when he is free, if the plan
 * is still the same. An offer that would break the rule of the shift's end is declined for good.
 */
final class MealDayRun {
    /** The places of the day are metres near the equator's start, where degrees are the same both ways. */
    private static final double METERS_PER_DEGREE = 111_195;

    private static final int LAST_MINUTES = 24 * 60;
    private static final int ROUNDS_A_MINUTE_MAX = 1_000;

    private final MealDay day;
    private final Planner planner;
    private final Map<Id<Delivery>, MealDay.Order> waiting = new TreeMap<>();
    private final Map<Id<Delivery>, Map<Id<Courier>, Instant>> declined = new HashMap<>();
    private final Map<Id<Courier>, Ride> riders = new TreeMap<>();
    private final List<Double> clickToDoor = new ArrayList<>();
    private double lowerBounds;
    private long planNanos;

    MealDayRun(MealDay day, Planner planner) {
        this.day = day;
        this.planner = planner;
    }

    /**
     * What came of a day.
     *
     * @param clickToDoor minutes from placement to door, of each delivered order
     * @param lowerBounds the sum of what no plan can beat, over the delivered orders
     * @param planNanos how long the planner thought, in all
     */
    record Result(int orders, List<Double> clickToDoor, double lowerBounds, long planNanos) {
        int undelivered() {
            return orders - clickToDoor.size();
        }
    }

    /** A courier: where he will be free, and when; until then he is on his delivery. */
    private static final class Ride {
        private final MealDay.Rider rider;
        private MealDay.Point place;
        private double freeAt;
        private MealDay.@Nullable Order order;

        Ride(MealDay.Rider rider) {
            this.rider = rider;
            this.place = rider.start();
            this.freeAt = rider.onAt();
        }

        boolean onShift(int minute) {
            return minute >= rider.onAt() && minute <= rider.offAt();
        }
    }

    Result run() {
        day.riders().forEach(rider -> riders.put(Id.of(rider.number()), new Ride(rider)));
        int end = LAST_MINUTES
                + day.riders().stream().mapToInt(MealDay.Rider::offAt).max().orElse(0);
        List<MealDay.Order> coming = new ArrayList<>(day.orders());
        coming.sort((a, b) -> Integer.compare(a.placedAt(), b.placedAt()));
        int next = 0;
        for (int minute = 0; minute <= end && (next < coming.size() || !waiting.isEmpty()); minute++) {
            while (next < coming.size() && coming.get(next).placedAt() <= minute) {
                waiting.put(Id.of(++next), coming.get(next - 1));
            }
            int rounds = 0;
            while (!waiting.isEmpty() && round(minute)) {
                if (++rounds == ROUNDS_A_MINUTE_MAX) {
                    throw new IllegalStateException("the planner never comes to an end");
                }
            }
        }
        return new Result(day.orders().size(), clickToDoor, lowerBounds, planNanos);
    }

    /** @return whether anything happened, so that another plan may differ */
    private boolean round(int minute) {
        ZoneState state = state(minute);
        long start = System.nanoTime();
        List<Decision.MakeOffer> offers = planner.plan(state, at(minute));
        planNanos += System.nanoTime() - start;
        boolean happened = false;
        for (Decision.MakeOffer offer : offers) {
            Ride ride = riders.get(offer.courier());
            MealDay.Order order = waiting.get(offer.delivery());
            if (ride == null || order == null) {
                throw new IllegalStateException("the planner offers what is not there");
            }
            if (ride.freeAt <= minute) {
                answer(offer, ride, order, minute);
                happened = true;
            }
        }
        return happened;
    }

    private void answer(Decision.MakeOffer offer, Ride ride, MealDay.Order order, int minute) {
        double arrival = minute + day.travelMinutes(ride.place, order.restaurant());
        double pickup = Math.max(order.readyAt(), arrival + day.pickupService() / 2);
        if (pickup > ride.rider.offAt()) {
            declined.computeIfAbsent(offer.delivery(), id -> new HashMap<>()).put(offer.courier(), at(minute));
            return;
        }
        waiting.remove(offer.delivery());
        double door = pickup
                + day.pickupService() / 2
                + day.travelMinutes(order.restaurant(), order.door())
                + day.dropoffService() / 2;
        ride.order = order;
        ride.place = order.door();
        ride.freeAt = door + day.dropoffService() / 2;
        double took = door - order.placedAt();
        if (took < day.lowerBound(order)) {
            throw new IllegalStateException("sooner than possible: " + day.name() + " order " + order.number());
        }
        clickToDoor.add(took);
        lowerBounds += day.lowerBound(order);
    }

    private ZoneState state(int minute) {
        List<ZoneState.Task> tasks = new ArrayList<>();
        waiting.forEach((id, order) -> tasks.add(task(id, order, DeliveryStage.WAITING, null)));
        List<ZoneState.Rider> on = new ArrayList<>();
        riders.forEach((id, ride) -> {
            if (ride.onShift(minute)) {
                on.add(rider(id, ride, minute));
            }
        });
        return new ZoneState(tasks, on);
    }

    /** A busy courier stands, for the planner, at the door that he is on the way to, and waits there until he is free. */
    private ZoneState.Rider rider(Id<Courier> id, Ride ride, int minute) {
        List<ZoneState.Task> held = List.of();
        MealDay.Order order = ride.order;
        if (order != null && ride.freeAt > minute) {
            Place door = place(order.door());
            Instant readyAt = at(ride.freeAt);
            Id<Delivery> busy = Id.of(1_000_000L + id.value());
            held = List.of(
                    new ZoneState.Task(busy, DeliveryStage.ASSIGNED, door, door, readyAt, readyAt, id, null, Map.of()));
        }
        return new ZoneState.Rider(id, Vehicle.EBIKE, place(ride.place), at(minute), held, List.of());
    }

    private ZoneState.Task task(
            Id<Delivery> id, MealDay.Order order, DeliveryStage stage, @Nullable Id<Courier> courier) {
        return new ZoneState.Task(
                id,
                stage,
                place(order.restaurant()),
                place(order.door()),
                at(order.placedAt()),
                at(order.readyAt() - day.pickupService() / 2),
                courier,
                null,
                declined.getOrDefault(id, Map.of()));
    }

    /** The day's own travel times, behind the seam of dispatch. */
    static TravelTimes travelTimes(MealDay day) {
        return new TravelTimes() {
            @Override
            public int meters(Place from, Place to) {
                MealDay.Point a = point(from);
                MealDay.Point b = point(to);
                return (int) Math.round(Math.hypot(a.x() - b.x(), a.y() - b.y()));
            }

            @Override
            public int seconds(Place from, Place to, Vehicle vehicle) {
                return 60 * day.travelMinutes(point(from), point(to));
            }
        };
    }

    private static Place place(MealDay.Point point) {
        return new Place(point.y() / METERS_PER_DEGREE, point.x() / METERS_PER_DEGREE);
    }

    private static MealDay.Point point(Place place) {
        return new MealDay.Point((int) Math.round(place.longitude() * METERS_PER_DEGREE), (int)
                Math.round(place.latitude() * METERS_PER_DEGREE));
    }

    private static Instant at(double minute) {
        return Instant.ofEpochSecond(Math.round(minute * 60));
    }
}
