package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Who may follow what: a delivery is its buyer's, its courier's and the staff's business, and nobody else's. */
final class Tracking {
    private final DeliveryStore deliveries;
    private final CourierStore couriers;
    private final Views views;

    Tracking(Stores stores, Views views) {
        this.deliveries = stores.deliveries();
        this.couriers = stores.couriers();
        this.views = views;
    }

    void guard(Channels channels) {
        channels.guard("delivery", (caller, key) -> visible(caller, key).map(Optional::isPresent));
        channels.guard("courier", (caller, key) -> Future.succeededFuture(key.equals(caller.user())));
        channels.greet(
                "delivery",
                (caller, key) -> visible(caller, key)
                        .compose(row -> row.isPresent()
                                ? views.of(row.get()).map(view -> (Object) view)
                                : Future.failedFuture(new Invalid("channel", "There is no such delivery."))));
    }

    Future<Outcome<Delivery>> track(Caller caller, DispatchCommand.Track command) {
        return deliveries
                .one(command.deliveryId())
                .compose(row -> row.isPresent() && mayTrack(caller, row.get())
                        ? views.of(row.get(), caller).map(Outcome::done)
                        : Future.succeededFuture(Outcome.refused(DispatchRefusal.DELIVERY_UNKNOWN)));
    }

    Future<Outcome<DispatchCommand.Deliveries>> deliveries(Caller caller, DispatchCommand.ListDeliveries command) {
        int limit = command.limitOrDefault();
        return deliveries.page(command.stage(), command.after(), limit + 1).compose(rows -> {
            List<DeliveryRow> page = rows.subList(0, Math.min(limit, rows.size()));
            Id<Delivery> next = rows.size() > limit ? page.get(limit - 1).id() : null;
            return views.of(page).map(items -> Outcome.done(new DispatchCommand.Deliveries(items, next)));
        });
    }

    Future<Outcome<DispatchCommand.Couriers>> couriers(Caller caller, DispatchCommand.ListCouriers command) {
        int limit = command.limitOrDefault();
        return couriers.page(command.after(), limit + 1).compose(rows -> {
            List<CourierRow> page = rows.subList(0, Math.min(limit, rows.size()));
            Id<Courier> next = rows.size() > limit ? page.get(limit - 1).id() : null;
            return views.couriers(page).map(items -> Outcome.done(new DispatchCommand.Couriers(items, next)));
        });
    }

    /** The delivery, where it exists and the caller may see it. */
    private Future<Optional<DeliveryRow>> visible(Caller caller, String key) {
        Id<Delivery> id;
        try {
            id = Id.parse(key);
        } catch (Invalid e) {
            return Future.succeededFuture(Optional.empty());
        }
        return deliveries.one(id).map(row -> row.filter(found -> mayTrack(caller, found)));
    }

    /** A courier who lost a delivery sees it no more. */
    static boolean mayTrack(Caller caller, DeliveryRow row) {
        return caller.has(Role.STAFF)
                || caller.has(Role.ADMIN)
                || (row.buyer() != null && row.buyer().toString().equals(caller.user()))
                || (row.courier() != null && row.courier().toString().equals(caller.user()));
    }
}
