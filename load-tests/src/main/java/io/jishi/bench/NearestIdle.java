package io.jishi.bench;

import io.jishi.core.Id;
import io.jishi.dispatch.Courier;
import io.jishi.dispatch.Decision;
import io.jishi.dispatch.DeliveryStage;
import io.jishi.dispatch.Planner;
import io.jishi.dispatch.TravelTimes;
import io.jishi.dispatch.ZoneState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The textbook dispatcher, for comparison: first come first served, at once, by the nearest courier who is idle. */
final class NearestIdle implements Planner {
    private final TravelTimes travel;

    NearestIdle(TravelTimes travel) {
        this.travel = travel;
    }

    @Override
    public List<Decision.MakeOffer> plan(ZoneState state, Instant now) {
        List<Decision.MakeOffer> offers = new ArrayList<>();
        Set<Id<Courier>> taken = new HashSet<>();
        for (ZoneState.Task task : state.tasks()) {
            ZoneState.Rider nearest = task.stage() == DeliveryStage.WAITING ? nearest(state, task, taken) : null;
            if (nearest != null) {
                taken.add(nearest.id());
                offers.add(new Decision.MakeOffer(task.id(), nearest.id(), 0, 0, now));
            }
        }
        return offers;
    }

    private ZoneState.@Nullable Rider nearest(ZoneState state, ZoneState.Task task, Set<Id<Courier>> taken) {
        ZoneState.Rider best = null;
        int bestMeters = Integer.MAX_VALUE;
        for (ZoneState.Rider rider : state.riders()) {
            boolean idle = rider.held().isEmpty()
                    && rider.asked().isEmpty()
                    && !taken.contains(rider.id())
                    && !task.declined().containsKey(rider.id());
            int meters = idle ? travel.meters(rider.place(), task.pickup()) : Integer.MAX_VALUE;
            if (meters < bestMeters) {
                best = rider;
                bestMeters = meters;
            }
        }
        return best;
    }
}
