package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.dispatch.ZoneState.Rider;
import io.jishi.dispatch.ZoneState.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Greedy: each waiting delivery, the oldest first, goes to the courier who can be at its pick-up soonest after all that
 * he holds and is asked about. Ties go to the lower id. Looks at every courier for at most {@value #OFFERS_MAX}
 * deliveries a call, so that one call stays short; the next call goes on.
 */
public final class Dispatching implements Planner {
    static final int OFFERS_MAX = 200;

    private final TravelTimes travel;
    private final Limits limits;

    public Dispatching(TravelTimes travel, Limits limits) {
        this.travel = travel;
        this.limits = limits;
    }

    @Override
    public List<Decision.MakeOffer> plan(ZoneState state, Instant now) {
        List<Task> waiting = state.tasks().stream()
                .filter(task -> task.stage() == DeliveryStage.WAITING)
                .toList();
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Bidder> bidders = new ArrayList<>();
        state.riders().stream()
                .filter(rider -> mayBeAsked(rider, now))
                .forEach(rider -> bidders.add(new Bidder(rider, now)));
        List<Decision.MakeOffer> offers = new ArrayList<>();
        for (Task task : waiting) {
            if (bidders.isEmpty() || offers.size() == OFFERS_MAX) {
                break;
            }
            soonest(bidders, task, now)
                    .filter(bidder -> timely(bidder, task, now))
                    .ifPresent(bidder -> {
                        offers.add(bidder.take(task, now));
                        if (bidder.room == 0) {
                            bidders.remove(bidder);
                        }
                    });
        }
        return offers;
    }

    /** Hard rule: not silent, and room for one more. */
    private boolean mayBeAsked(Rider rider, Instant now) {
        return !rider.seenAt().plus(limits.silent()).isBefore(now) && room(rider) > 0;
    }

    /** Hard rule: an offer counts as a delivery, for it may become one. */
    private int room(Rider rider) {
        int taken = rider.held().size() + rider.asked().size();
        return Math.min(limits.offersPerCourierMax() - rider.asked().size(), limits.deliveriesPerCourierMax() - taken);
    }

    /** Hard rule: who said no, or nothing, is left alone for a while. */
    private boolean declinedLately(Task task, Id<Courier> courier, Instant now) {
        Instant declined = task.declined().get(courier);
        return declined != null && declined.plus(limits.reoffer()).isAfter(now);
    }

    /** Soft rule: at the pick-up soonest. The list is ordered by id, so the first of equals is the lowest. */
    private Optional<Bidder> soonest(List<Bidder> bidders, Task task, Instant now) {
        Bidder best = null;
        int bestSeconds = Integer.MAX_VALUE;
        for (Bidder bidder : bidders) {
            if (bidder.freeAfterSeconds >= bestSeconds) {
                continue;
            }
            int seconds = bidder.secondsToPickup(task);
            if (seconds < bestSeconds && !declinedLately(task, bidder.rider.id(), now)) {
                best = bidder;
                bestSeconds = seconds;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * Soft rule: nobody is asked before he would have to leave to be there when the goods are ready. Until then a better
     * one may come free, and nobody waits at a counter.
     */
    private boolean timely(Bidder bidder, Task task, Instant now) {
        return bidder.secondsToPickup(task) + limits.offer().toSeconds() >= Route.secondsUntilReady(task, now);
    }

    /** A courier while a plan is made: where and when he will be free grows with each delivery that he is given. */
    private final class Bidder {
        private final Rider rider;
        private Place freeAt;
        private int freeAfterSeconds;
        private int room;

        Bidder(Rider rider, Instant now) {
            List<Task> load = new ArrayList<>(rider.held());
            load.addAll(rider.asked());
            Route route = Route.of(rider.place(), rider.vehicle(), load, now, travel, limits.handover());
            this.rider = rider;
            this.freeAt = route.freeAt();
            this.freeAfterSeconds = route.freeAfterSeconds();
            this.room = room(rider);
        }

        int secondsToPickup(Task task) {
            return freeAfterSeconds + travel.seconds(freeAt, task.pickup(), rider.vehicle());
        }

        Decision.MakeOffer take(Task task, Instant now) {
            int handover = (int) limits.handover().toSeconds();
            int atPickup = Math.max(secondsToPickup(task), Route.secondsUntilReady(task, now)) + handover;
            int atDropoff = atPickup + travel.seconds(task.pickup(), task.dropoff(), rider.vehicle());
            int meters = travel.meters(freeAt, task.pickup()) + travel.meters(task.pickup(), task.dropoff());
            freeAt = task.dropoff();
            freeAfterSeconds = atDropoff + handover;
            room--;
            return new Decision.MakeOffer(task.id(), rider.id(), meters, atDropoff, now.plus(limits.offer()));
        }
    }
}
