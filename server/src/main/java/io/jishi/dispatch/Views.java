package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deliveries and couriers as clients see them, with places and arrival times, on a node that need not own the zone. */
final class Views {
    private static final Logger LOG = LoggerFactory.getLogger(Views.class);

    private final DeliveryStore deliveries;
    private final CourierStore couriers;
    private final Positions positions;
    private final InstantSource clock;
    private final TravelTimes travel;
    private final Duration handover;

    Views(Stores stores, Positions positions, InstantSource clock, TravelTimes travel, Duration handover) {
        this.deliveries = stores.deliveries();
        this.couriers = stores.couriers();
        this.positions = positions;
        this.clock = clock;
        this.travel = travel;
        this.handover = handover;
    }

    Future<Delivery> of(DeliveryRow row) {
        return of(List.of(row)).map(views -> views.get(0));
    }

    /** One delivery as this caller may see it. */
    Future<Delivery> of(DeliveryRow row, Caller caller) {
        return of(row).map(view -> row.mayReach(caller) ? view.reaching(row.destination()) : view);
    }

    Future<List<Delivery>> of(List<DeliveryRow> rows) {
        Set<Id<Courier>> holders = new HashSet<>();
        for (DeliveryRow row : rows) {
            if (row.courier() != null && row.stage().held()) {
                holders.add(row.courier());
            }
        }
        Future<List<DeliveryRow>> held = deliveries.heldBy(holders);
        Future<List<CourierRow>> known = couriers.some(holders);
        Future<Map<Id<Courier>, CourierPosition>> latest = latest(holders);
        return Future.all(held, known, latest).map(all -> {
            Instant now = clock.instant();
            Map<Id<Courier>, CourierPosition> places = new HashMap<>();
            Map<Id<Delivery>, Integer> arrivals = new HashMap<>();
            for (CourierRow courier : known.result()) {
                CourierPosition place = courier.latest(latest.result().get(courier.id()));
                places.put(courier.id(), place);
                List<ZoneState.Task> tasks = held.result().stream()
                        .filter(row -> row.heldBy(courier.id()))
                        .map(DeliveryRow::task)
                        .toList();
                arrivals.putAll(Route.of(place.place(), courier.vehicle(), tasks, now, travel, handover)
                        .arrivalSeconds());
            }
            return rows.stream().map(row -> view(row, places, arrivals, now)).toList();
        });
    }

    Future<List<Courier>> couriers(List<CourierRow> rows) {
        List<Id<Courier>> onShift =
                rows.stream().filter(CourierRow::onShift).map(CourierRow::id).toList();
        return latest(onShift).map(latest -> {
            List<Courier> views = new ArrayList<>();
            rows.forEach(row -> views.add(row.view(latest.get(row.id()))));
            return views;
        });
    }

    /** Where the shared map does not answer, what was written behind must do. */
    private Future<Map<Id<Courier>, CourierPosition>> latest(Collection<Id<Courier>> of) {
        return positions.latest(of).recover(fault -> {
            LOG.warn("event=positions-not-read reason={}", fault.toString());
            return Future.succeededFuture(Map.of());
        });
    }

    private static Delivery view(
            DeliveryRow row,
            Map<Id<Courier>, CourierPosition> places,
            Map<Id<Delivery>, Integer> arrivals,
            Instant now) {
        CourierPosition place = row.courier() == null ? null : places.get(row.courier());
        Integer seconds = arrivals.get(row.id());
        return row.view(place == null ? null : place.place(), seconds == null ? null : now.plusSeconds(seconds));
    }
}
