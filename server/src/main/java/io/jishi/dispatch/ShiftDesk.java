package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A courier comes, moves about, looks at his work, and goes. Any node serves it. */
final class ShiftDesk {
    /** A device's clock may run ahead by this. */
    private static final Duration AHEAD_MAX = Duration.ofSeconds(60);

    private static final Future<Outcome<Method.Nothing>> NOTHING =
            Future.succeededFuture(Outcome.done(new Method.Nothing()));

    private final Database database;
    private final DeliveryStore deliveries;
    private final OfferStore offers;
    private final CourierStore couriers;
    private final EventStore events;
    private final Changes changes;
    private final Views views;
    private final Zones zones;
    private final Positions positions;
    private final PositionBatches batches;
    private final Nudges nudges;
    private final InstantSource clock;

    ShiftDesk(
            Stores stores,
            Changes changes,
            Views views,
            Zones zones,
            Positions positions,
            PositionBatches batches,
            Nudges nudges,
            InstantSource clock) {
        this.database = stores.database();
        this.deliveries = stores.deliveries();
        this.offers = stores.offers();
        this.couriers = stores.couriers();
        this.events = stores.events();
        this.changes = changes;
        this.views = views;
        this.zones = zones;
        this.positions = positions;
        this.batches = batches;
        this.nudges = nudges;
        this.clock = clock;
    }

    /** The zone of the place is the courier's until the shift ends. Who is on shift stays as he is. */
    Future<Outcome<Courier>> start(Caller caller, DispatchCommand.ShiftStart command) {
        Vehicle vehicle = command.vehicle() == null ? Vehicle.EBIKE : command.vehicle();
        String zone = zones.of(command.place()).id();
        CourierPosition start = CourierPosition.start(caller.userId(), zone, command.place(), clock.instant());
        return database.transaction(transaction -> couriers.lock(transaction, Set.of(start.courier()))
                        .compose(onShift -> onShift.isEmpty()
                                ? couriers.startShift(transaction, caller.name(), vehicle, start)
                                        .compose(done -> events.add(
                                                transaction, List.of(events.courierChanged(zone, start.courier()))))
                                        .map(true)
                                : Future.succeededFuture(false)))
                .compose(started -> started ? positions.enter(start) : Future.succeededFuture())
                .compose(done -> {
                    nudges.changed(zone);
                    return courier(caller);
                })
                .map(Outcome::done);
    }

    Future<Outcome<Courier>> end(Caller caller, DispatchCommand.ShiftEnd command) {
        Id<Courier> courier = caller.userId();
        return couriers.one(courier)
                .compose(known -> known.isEmpty()
                        ? Future.succeededFuture()
                        : database.transaction(transaction ->
                                        end(transaction, courier, known.get().zone()))
                                .compose(done -> positions.forget(courier))
                                .onSuccess(done -> nudges.changed(known.get().zone())))
                .compose(done -> courier(caller))
                .map(Outcome::done)
                .recover(fault -> fault instanceof GoodsInHand
                        ? Future.succeededFuture(Outcome.refused(DispatchRefusal.GOODS_IN_HAND))
                        : Future.failedFuture(fault));
    }

    /** With his row held, nobody offers him anything and he accepts nothing meanwhile. */
    private Future<Void> end(SqlConnection transaction, Id<Courier> courier, String zone) {
        Instant now = clock.instant();
        return couriers.lock(transaction, Set.of(courier))
                .compose(onShift -> onShift.isEmpty()
                        ? Future.succeededFuture()
                        : offers.openOf(transaction, courier)
                                .compose(open -> changes.endOffers(
                                        transaction,
                                        zone,
                                        open.stream()
                                                .map(o -> new Decision.ExpireOffer(o.id(), o.deliveryId(), courier))
                                                .toList(),
                                        OfferStage.WITHDRAWN,
                                        now))
                                .compose(done -> deliveries.heldBy(transaction, Set.of(courier)))
                                .compose(held -> changes.takeBack(
                                        transaction,
                                        zone,
                                        held.stream()
                                                .map(row -> new Decision.TakeBack(row.id(), courier))
                                                .toList(),
                                        now))
                                .compose(done -> couriers.endShift(transaction, Set.of(courier), now))
                                .compose(ended -> ended.isEmpty()
                                        ? Future.failedFuture(new GoodsInHand())
                                        : events.add(transaction, List.of(events.courierChanged(zone, courier)))));
    }

    /** Rolls the end of a shift back; it never leaves this class. */
    private static final class GoodsInHand extends RuntimeException {
        private static final long serialVersionUID = 1;

        GoodsInHand() {
            super("goods in hand", null, false, false);
        }
    }

    /** An older position than the known one changes nothing and is no error: networks reorder. */
    Future<Outcome<Method.Nothing>> move(Caller caller, DispatchCommand.ReportPosition report) {
        Instant now = clock.instant();
        if (report.at().isAfter(now.plus(AHEAD_MAX))) {
            return Future.succeededFuture(Outcome.refused(DispatchRefusal.POSITION_IMPLAUSIBLE));
        }
        Id<Courier> courier = caller.userId();
        return positions
                .advance(courier, zone -> position(courier, zone, report, now))
                .compose(moved -> switch (moved) {
                    case Positions.Move.Advanced advanced -> spread(advanced.to());
                    case Positions.Move.Outdated outdated -> NOTHING;
                    case Positions.Move.Absent absent -> enterAgain(courier, report, now);
                });
    }

    private Future<Outcome<Method.Nothing>> enterAgain(
            Id<Courier> courier, DispatchCommand.ReportPosition report, Instant now) {
        return couriers.one(courier).compose(row -> {
            if (row.filter(CourierRow::onShift).isEmpty()) {
                return Future.succeededFuture(Outcome.refused(DispatchRefusal.NOT_ON_SHIFT));
            }
            CourierPosition position = position(courier, row.get().zone(), report, now);
            return positions.enterAgain(position).compose(latest -> latest ? spread(position) : NOTHING);
        });
    }

    private Future<Outcome<Method.Nothing>> spread(CourierPosition position) {
        batches.add(position);
        nudges.moved(position);
        return NOTHING;
    }

    private static CourierPosition position(
            Id<Courier> courier, String zone, DispatchCommand.ReportPosition report, Instant now) {
        return new CourierPosition(
                courier,
                zone,
                report.place(),
                report.at(),
                now,
                report.speedMetersPerSecond(),
                report.headingDegrees());
    }

    Future<Outcome<DispatchCommand.Work>> current(Caller caller, DispatchCommand.Current command) {
        Id<Courier> courier = caller.userId();
        Future<Courier> self = courier(caller);
        Future<List<Offer>> open = offers.openOf(courier);
        Future<List<Delivery>> held = deliveries.heldBy(Set.of(courier)).compose(rows -> reachable(rows, caller));
        return Future.all(self, open, held)
                .map(all -> Outcome.done(new DispatchCommand.Work(self.result(), open.result(), held.result())));
    }

    private Future<List<Delivery>> reachable(List<DeliveryRow> held, Caller caller) {
        return views.of(held)
                .map(seen -> IntStream.range(0, held.size())
                        .mapToObj(i -> held.get(i).mayReach(caller)
                                ? seen.get(i).reaching(held.get(i).destination())
                                : seen.get(i))
                        .toList());
    }

    /** Who was never on shift is a courier all the same. */
    private Future<Courier> courier(Caller caller) {
        Id<Courier> id = caller.userId();
        return couriers.one(id)
                .compose(row -> views.couriers(row.stream().toList()))
                .map(views -> views.isEmpty() ? new Courier(id, caller.name(), false, null, null, 0) : views.get(0));
    }
}
