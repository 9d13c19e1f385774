package io.jishi.dispatch;

import io.jishi.dispatch.ZoneState.Rider;
import io.jishi.dispatch.ZoneState.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What time alone brings about: offers expire, silent couriers lose their work, unwanted deliveries fail. Pure. */
final class Overdue {
    private final Limits limits;

    Overdue(Limits limits) {
        this.limits = limits;
    }

    List<Decision> decisions(ZoneState state, Instant now) {
        List<Decision> decisions = new ArrayList<>();
        for (Task task : state.tasks()) {
            expiry(task, now).ifPresent(decisions::add);
            failure(task, now).ifPresent(decisions::add);
        }
        for (Rider rider : state.riders()) {
            silence(rider, now).forEach(decisions::add);
        }
        return decisions;
    }

    private static Optional<Decision> expiry(Task task, Instant now) {
        ZoneState.OpenOffer offer = task.offer();
        return offer == null || offer.expiresAt().isAfter(now)
                ? Optional.empty()
                : Optional.of(new Decision.ExpireOffer(offer.id(), task.id(), offer.courier()));
    }

    private Optional<Decision> failure(Task task, Instant now) {
        return task.stage() == DeliveryStage.WAITING
                        && !task.createdAt().plus(limits.giveUp()).isAfter(now)
                ? Optional.of(new Decision.GiveUp(task.id()))
                : Optional.empty();
    }

    private List<Decision> silence(Rider rider, Instant now) {
        if (rider.held().isEmpty() && rider.asked().isEmpty()) {
            return rider.seenAt().plus(limits.endShift()).isAfter(now)
                    ? List.of()
                    : List.of(new Decision.EndShift(rider.id()));
        }
        if (rider.seenAt().plus(limits.takeBack()).isAfter(now)) {
            return List.of();
        }
        return rider.held().stream().map(task -> lost(rider, task)).toList();
    }

    private static Decision lost(Rider rider, Task task) {
        return task.stage() == DeliveryStage.PICKED_UP
                ? new Decision.AlertSilence(task.id(), rider.id(), rider.seenAt())
                : new Decision.TakeBack(task.id(), rider.id());
    }
}
