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
        return keepsOut(desk, visitor)
                .compose(refusal -> refusal == null ? behind.get() : Future.succeededFuture(Outcome.refused(refusal)));
    }

    /** Why somebody may not buy; {@code BUSY} where that cannot be known now, and null where he may. */
    Future<@Nullable FlashSaleRefusal> keepsOut(SaleDesk desk, Visitor visitor) {
        return desk.guests()
                .mayBuy(visitor.buyer())
                .compose(may -> may
                        ? seated(desk, visitor)
                        : Future.succeededFuture(notAGuest(desk.terms().audience())))
                .otherwise(fault -> busy(desk, fault));
    }

    private static Future<@Nullable FlashSaleRefusal> seated(SaleDesk desk, Visitor visitor) {
        DeviceSeats seats = desk.seats();
        return seats == null
                ? Future.succeededFuture(null)
                : seats.take(visitor.buyer(), visitor.device(), visitor.address())
                        .map(seated -> seated ? null : FlashSaleRefusal.DEVICE_LIMIT);
    }

    private FlashSaleRefusal busy(SaleDesk desk, Throwable fault) {
        long times = fault instanceof Batches.Full ? 0 : failures.happened();
        if (times > 0) {
            LOG.warn(
                    "event=door-failed sale={} times={} reason=\"{}\"",
                    desk.terms().id(),
                    times,
                    fault.getMessage());
        }
        return FlashSaleRefusal.BUSY;
    }

    private static FlashSaleRefusal notAGuest(Audience audience) {
        return switch (audience) {
            case ALL, LIST -> FlashSaleRefusal.NOT_INVITED;
            case MEMBERS -> FlashSaleRefusal.MEMBERS_ONLY;
            case FOLLOWERS -> FlashSaleRefusal.FOLLOWERS_ONLY;
        };
    }
}
