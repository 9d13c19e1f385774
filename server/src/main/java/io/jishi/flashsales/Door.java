package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.LogPace;
import io.jishi.core.Outcome;
import io.jishi.database.Batches;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets those to a sale who may buy in it, and nobody wait whom nothing is asked of. */
final class Door {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    private final LogPace failures;

    Door(InstantSource clock) {
        this.failures = new LogPace(clock);
    }

    /**
     * Who comes.
     *
     * @param device what the client calls its device
     * @param address where it comes from, as limits count it
     */
    record Visitor(Id<User> buyer, @Nullable String device, String address) {}

    /** Does what is behind the door for who may buy. */
    <R> Future<Outcome<R>> through(SaleDesk desk, Visitor visitor, Supplier<Future<Outcome<R>>> behind) {
        if (desk.guests().areAll()) {
            return seated(desk, visitor, behind);
        }
        return desk.guests()
                .mayBuy(visitor.buyer())
                .transform(asked -> asked.succeeded()
                        ? asked.result()
                                ? seated(desk, visitor, behind)
                                : refused(notAGuest(desk.terms().audience()))
                        : busy(desk, asked.cause()));
    }

    private <R> Future<Outcome<R>> seated(SaleDesk desk, Visitor visitor, Supplier<Future<Outcome<R>>> behind) {
        DeviceSeats seats = desk.seats();
        return seats == null
                ? behind.get()
                : seats.take(visitor.buyer(), visitor.device(), visitor.address())
                        .transform(asked -> asked.succeeded()
                                ? asked.result() ? behind.get() : refused(FlashSaleRefusal.DEVICE_LIMIT)
                                : busy(desk, asked.cause()));
    }

    private <R> Future<Outcome<R>> busy(SaleDesk desk, Throwable fault) {
        long times = fault instanceof Batches.Full ? 0 : failures.happened();
        if (times > 0) {
            LOG.warn(
                    "event=door-failed sale={} times={} reason=\"{}\"",
                    desk.terms().id(),
                    times,
                    fault.getMessage());
        }
        return refused(FlashSaleRefusal.BUSY);
    }

    private static <R> Future<Outcome<R>> refused(FlashSaleRefusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }

    private static FlashSaleRefusal notAGuest(Audience audience) {
        return switch (audience) {
            case ALL, LIST -> FlashSaleRefusal.NOT_INVITED;
            case MEMBERS -> FlashSaleRefusal.MEMBERS_ONLY;
            case FOLLOWERS -> FlashSaleRefusal.FOLLOWERS_ONLY;
        };
    }
}
