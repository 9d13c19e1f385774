package io.jishi.dispatch;

import static io.jishi.dispatch.DeliveryStage.ASSIGNED;
import static io.jishi.dispatch.DeliveryStage.DELIVERED;
import static io.jishi.dispatch.DeliveryStage.FAILED;
import static io.jishi.dispatch.DeliveryStage.OFFERED;
import static io.jishi.dispatch.DeliveryStage.PICKED_UP;
import static io.jishi.dispatch.DeliveryStage.WAITING;

import io.jishi.core.Refusal;
import java.util.Optional;

/**
 * Everything that can happen to a delivery, each from exactly one stage to exactly one other. The stores' statements
 * compare and set by these two, so that the database can make no step that is not listed here.
 */
enum DeliveryChange {
    OFFER(WAITING, OFFERED),
    /** The courier rejected, the offer expired, or the courier went off shift. */
    DECLINE(OFFERED, WAITING),
    ACCEPT(OFFERED, ASSIGNED),
    PICK_UP(ASSIGNED, PICKED_UP),
    DELIVER(PICKED_UP, DELIVERED),
    /** The courier went silent or off shift before the pick-up. */
    TAKE_BACK(ASSIGNED, WAITING),
    GIVE_UP(WAITING, FAILED);

    private final DeliveryStage from;
    private final DeliveryStage to;

    DeliveryChange(DeliveryStage from, DeliveryStage to) {
        this.from = from;
        this.to = to;
    }

    DeliveryStage from() {
        return from;
    }

    DeliveryStage to() {
        return to;
    }

    /** The stage after this change, empty where it cannot happen. */
    Optional<DeliveryStage> after(DeliveryStage stage) {
        return stage == from ? Optional.of(to) : Optional.empty();
    }

    /** What a courier's report of a step means. */
    sealed interface Step {
        /** It happens now. */
        record Move(DeliveryChange change) implements Step {}

        /** It happened before: a retry, answered as the first time. */
        record Already() implements Step {}

        record Refused(Refusal refusal) implements Step {}
    }

    /**
     * Judges a courier's report.
     *
     * @param mine whether the courier who reports holds, or held to the end, the delivery
     * @param reached {@link DeliveryStage#PICKED_UP} or {@link DeliveryStage#DELIVERED}
     */
    static Step step(DeliveryStage now, boolean mine, DeliveryStage reached) {
        if (!mine) {
            return new Step.Refused(DispatchRefusal.DELIVERY_UNKNOWN);
        }
        DeliveryChange change = reached == PICKED_UP ? PICK_UP : DELIVER;
        if (change.after(now).isPresent()) {
            return new Step.Move(change);
        }
        return now == reached || now == DELIVERED ? new Step.Already() : new Step.Refused(DispatchRefusal.WRONG_STAGE);
    }
}
