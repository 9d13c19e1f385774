package io.jishi.dispatch;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Place;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients ask of dispatch. */
sealed interface DispatchCommand {
    int LIMIT_DEFAULT = 50;
    int LIMIT_MAX = 100;

    /** @param vehicle an e-bike where it is not said */
    record ShiftStart(Place place, @Nullable Vehicle vehicle) implements DispatchCommand {
        public ShiftStart {
            Check.present("place", place);
        }
    }

    record ShiftEnd() implements DispatchCommand {}

    /** @param at by the courier's device */
    record ReportPosition(
            Place place,
            Instant at,
            @Nullable Double speedMetersPerSecond,
            @Nullable Double headingDegrees) implements DispatchCommand {
        private static final double SPEED_METERS_PER_SECOND_MAX = 100;

        public ReportPosition {
            Check.present("place", place);
            Check.present("at", at);
            if (speedMetersPerSecond != null) {
                Check.range("speedMetersPerSecond", speedMetersPerSecond, 0.0, SPEED_METERS_PER_SECOND_MAX);
            }
            if (headingDegrees != null) {
                Check.range("headingDegrees", headingDegrees, 0.0, 360.0);
            }
        }
    }

    record Current() implements DispatchCommand {}

    record Accept(Id<Offer> offerId) implements DispatchCommand {
        public Accept {
            Check.present("offerId", offerId);
        }
    }

    record Reject(Id<Offer> offerId) implements DispatchCommand {
        public Reject {
            Check.present("offerId", offerId);
        }
    }

    record Step(Id<Delivery> deliveryId, DeliveryStage stage) implements DispatchCommand {
        public Step {
            Check.present("deliveryId", deliveryId);
            Check.present("stage", stage);
            if (stage != DeliveryStage.PICKED_UP && stage != DeliveryStage.DELIVERED) {
                throw new Invalid("stage", "The field stage must be picked_up or delivered.");
            }
        }
    }

    record Track(Id<Delivery> deliveryId) implements DispatchCommand {
        public Track {
            Check.present("deliveryId", deliveryId);
        }
    }

    record ListDeliveries(
            @Nullable DeliveryStage stage,
            @Nullable Integer limit,
            @Nullable Id<Delivery> after) implements DispatchCommand {
        public ListDeliveries {
            checkLimit(limit);
        }

        int limitOrDefault() {
            return limit == null ? LIMIT_DEFAULT : limit;
        }
    }

    record ListCouriers(@Nullable Integer limit, @Nullable Id<Courier> after) implements DispatchCommand {
        public ListCouriers {
            checkLimit(limit);
        }

        int limitOrDefault() {
            return limit == null ? LIMIT_DEFAULT : limit;
        }
    }

    /** What a courier's device needs after it (re)started. */
    record Work(Courier courier, List<Offer> offers, List<Delivery> deliveries) {}

    /** One page, newest first; {@code next} is what to send as {@code after}, absent on the last page. */
    record Deliveries(List<Delivery> items, @Nullable Id<Delivery> next) {}

    record Couriers(List<Courier> items, @Nullable Id<Courier> next) {}

    private static void checkLimit(@Nullable Integer limit) {
        if (limit != null) {
            Check.range("limit", limit, 1, LIMIT_MAX);
        }
    }
}
