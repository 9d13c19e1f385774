package io.jishi.dispatch;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jishi.core.Id;
import java.time.Instant;

/** What dispatch publishes, but for {@link Delivery} on its own channel. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DispatchNotice.Offered.class, name = "offer"),
    @JsonSubTypes.Type(value = DispatchNotice.OfferExpired.class, name = "offer_expired"),
    @JsonSubTypes.Type(value = DispatchNotice.Assigned.class, name = "assigned"),
    @JsonSubTypes.Type(value = DispatchNotice.Cancelled.class, name = "cancelled"),
    @JsonSubTypes.Type(value = DispatchNotice.CourierSeen.class, name = "courier"),
    @JsonSubTypes.Type(value = DispatchNotice.DeliverySeen.class, name = "delivery"),
    @JsonSubTypes.Type(value = DispatchNotice.CourierSilent.class, name = "courier_silent"),
})
sealed interface DispatchNotice {
    /** To a courier. Each may come twice, after a node has died; its id tells. */
    sealed interface ToCourier extends DispatchNotice {}

    record Offered(Offer offer) implements ToCourier {}

    record OfferExpired(Id<Offer> offerId) implements ToCourier {}

    record Assigned(Delivery delivery) implements ToCourier {}

    /** He does not hold it any more. */
    record Cancelled(Id<Delivery> deliveryId) implements ToCourier {}

    /** To staff. */
    sealed interface ToStaff extends DispatchNotice {}

    record CourierSeen(Courier courier) implements ToStaff {}

    record DeliverySeen(Delivery delivery) implements ToStaff {}

    /** A courier who has the goods has not been heard of since {@code seenAt}. */
    record CourierSilent(Courier courier, Delivery delivery, Instant seenAt) implements ToStaff {}
}
