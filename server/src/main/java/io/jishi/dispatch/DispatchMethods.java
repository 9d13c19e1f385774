package io.jishi.dispatch;

import static io.jishi.dispatch.DispatchRefusal.DELIVERY_UNKNOWN;
import static io.jishi.dispatch.DispatchRefusal.GOODS_IN_HAND;
import static io.jishi.dispatch.DispatchRefusal.NOT_ON_SHIFT;
import static io.jishi.dispatch.DispatchRefusal.OFFER_OVER;
import static io.jishi.dispatch.DispatchRefusal.OFFER_UNKNOWN;
import static io.jishi.dispatch.DispatchRefusal.POSITION_IMPLAUSIBLE;
import static io.jishi.dispatch.DispatchRefusal.TOO_MANY_DELIVERIES;
import static io.jishi.dispatch.DispatchRefusal.WRONG_STAGE;

import io.jishi.realtime.Method;

/** The remote procedures of dispatch. */
final class DispatchMethods {
    static final Method<DispatchCommand.ShiftStart, Courier> SHIFT_START = Method.of(
            "dispatch.shift_start",
            DispatchCommand.ShiftStart.class,
            Courier.class,
            "Goes on shift, in the zone of the place.");
    static final Method<DispatchCommand.ShiftEnd, Courier> SHIFT_END = Method.of(
            "dispatch.shift_end",
            DispatchCommand.ShiftEnd.class,
            Courier.class,
            "Goes off shift; what was not picked up goes to somebody else.",
            GOODS_IN_HAND);
    static final Method<DispatchCommand.ReportPosition, Method.Nothing> POSITION = Method.of(
            "dispatch.position",
            DispatchCommand.ReportPosition.class,
            Method.Nothing.class,
            "Reports where the courier is; an older position than the known one changes nothing.",
            NOT_ON_SHIFT,
            POSITION_IMPLAUSIBLE);
    static final Method<DispatchCommand.Current, DispatchCommand.Work> CURRENT = Method.of(
            "dispatch.current",
            DispatchCommand.Current.class,
            DispatchCommand.Work.class,
            "The courier, the offers before him, and what he holds.");
    static final Method<DispatchCommand.Accept, Delivery> ACCEPT = Method.of(
            "dispatch.accept",
            DispatchCommand.Accept.class,
            Delivery.class,
            "Accepts an offer; asked again, it answers the same.",
            OFFER_UNKNOWN,
            OFFER_OVER,
            NOT_ON_SHIFT,
            TOO_MANY_DELIVERIES);
    static final Method<DispatchCommand.Reject, Method.Nothing> REJECT = Method.of(
            "dispatch.reject",
            DispatchCommand.Reject.class,
            Method.Nothing.class,
            "Rejects an offer; one that is over already is no error.",
            OFFER_UNKNOWN,
            OFFER_OVER);
    static final Method<DispatchCommand.Step, Delivery> STEP = Method.of(
            "dispatch.step",
            DispatchCommand.Step.class,
            Delivery.class,
            "Reports that the goods were picked up, or delivered; reported again, it answers the same.",
            DELIVERY_UNKNOWN,
            WRONG_STAGE);
    static final Method<DispatchCommand.Track, Delivery> TRACK = Method.of(
            "dispatch.track",
            DispatchCommand.Track.class,
            Delivery.class,
            "A delivery, for its buyer, its courier and staff.",
            DELIVERY_UNKNOWN);
    static final Method<DispatchCommand.ListDeliveries, DispatchCommand.Deliveries> DELIVERIES = Method.of(
            "dispatch.deliveries",
            DispatchCommand.ListDeliveries.class,
            DispatchCommand.Deliveries.class,
            "Deliveries, newest first.");
    static final Method<DispatchCommand.ListCouriers, DispatchCommand.Couriers> COURIERS = Method.of(
            "dispatch.couriers",
            DispatchCommand.ListCouriers.class,
            DispatchCommand.Couriers.class,
            "Couriers, newest first.");

    private DispatchMethods() {}
}
