package io.jishi.dispatch;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A delivery as it is stored, with its open offer and with who declined it. */
record DeliveryRow(
        Id<Delivery> id,
        String zone,
        @Nullable Id<?> order,
        @Nullable Id<?> shelf,
        @Nullable Id<?> buyer,
        Place pickup,
        Destination destination,
        DeliveryStage stage,
        @Nullable Id<Courier> courier,
        @Nullable String courierName,
        @Nullable Instant assignedAt,
        Instant createdAt,
        Instant updatedAt,
        ZoneState.@Nullable OpenOffer offer,
        Map<Id<Courier>, Instant> declined) {

    Place dropoff() {
        return destination.place();
    }

    boolean heldBy(Id<Courier> someone) {
        return someone.equals(courier);
    }

    ZoneState.Task task() {
        return new ZoneState.Task(id, stage, pickup, dropoff(), createdAt, createdAt, courier, offer, declined);
    }

    /**
     * The address and the phone number masked.
     *
     * @param place where its courier is; shown only while he holds it
     */
    Delivery view(@Nullable Place place, @Nullable Instant etaAt) {
        boolean held = stage.held();
        return new Delivery(
                id,
                order,
                shelf,
                stage,
                pickup,
                dropoff(),
                destination.maskedAddress(),
                destination.maskedPhone(),
                courier,
                courierName,
                held ? place : null,
                held ? etaAt : null,
                createdAt,
                updatedAt);
    }

    /** Who may know more than the mask shows: the buyer, staff, and the courier while he holds it. */
    boolean mayReach(Caller caller) {
        return caller.has(Role.STAFF)
                || caller.has(Role.ADMIN)
                || (buyer != null && buyer.toString().equals(caller.user()))
                || (courier != null && stage.held() && courier.toString().equals(caller.user()));
    }

    StageChange change() {
        return new StageChange(id, order, shelf, stage);
    }
}
