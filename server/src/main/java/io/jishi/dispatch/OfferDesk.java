package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A courier's answers to offers, and his steps with what he accepted. Any node serves them. */
final class OfferDesk {
    private final Database database;
    private final DeliveryStore deliveries;
    private final OfferStore offers;
    private final CourierStore couriers;
    private final EventStore events;
    private final Changes changes;
    private final Views views;
    private final Nudges nudges;
    private final InstantSource clock;
    private final int heldMax;

    OfferDesk(Stores stores, Changes changes, Views views, Nudges nudges, InstantSource clock, int heldMax) {
        this.database = stores.database();
        this.deliveries = stores.deliveries();
        this.offers = stores.offers();
        this.couriers = stores.couriers();
        this.events = stores.events();
        this.changes = changes;
        this.views = views;
        this.nudges = nudges;
        this.clock = clock;
        this.heldMax = heldMax;
    }

    Future<Outcome<Delivery>> accept(Caller caller, DispatchCommand.Accept command) {
        Id<Courier> courier = caller.userId();
        return database.transaction(transaction -> couriers.lock(transaction, Set.of(courier))
                        .compose(onShift -> offers.lock(transaction, command.offerId(), courier)
                                .compose(offer -> offer.isEmpty()
                                        ? refused(DispatchRefusal.OFFER_UNKNOWN)
                                        : accept(transaction, caller, offer.get(), onShift.contains(courier)))))
                .compose(outcome -> answer(outcome, caller));
    }

    private Future<Outcome<DeliveryRow>> accept(
            SqlConnection transaction, Caller caller, OfferStore.OfferRow offer, boolean onShift) {
        return offers.held(transaction, offer.courier())
                .compose(held -> required(transaction, offer.delivery()).compose(row -> switch (OfferStage.accept(
                        offer.stage(), row.heldBy(offer.courier()), onShift, held, heldMax)) {
                    case OfferStage.Answer.Counts counts -> assign(transaction, caller.name(), offer);
                    case OfferStage.Answer.Already already -> done(row);
                    case OfferStage.Answer.Refused no -> refused(no.refusal());
                }));
    }

    private Future<Outcome<DeliveryRow>> assign(
            SqlConnection transaction, String courierName, OfferStore.OfferRow offer) {
        return offers.accept(transaction, offer, courierName, clock.instant())
                .compose(OfferDesk::mustHold)
                .compose(done -> required(transaction, offer.delivery()))
                .compose(row -> events.add(
                                transaction,
                                List.of(events.told(
                                        row.zone(),
                                        row.id(),
                                        offer.courier(),
                                        new DispatchNotice.Assigned(
                                                row.view(null, null).reaching(row.destination())))))
                        .compose(done -> changes.tell(transaction, row))
                        .compose(done -> done(row)));
    }

    Future<Outcome<Method.Nothing>> reject(Caller caller, DispatchCommand.Reject command) {
        Id<Courier> courier = caller.userId();
        return database.transaction(transaction -> offers.lock(transaction, command.offerId(), courier)
                        .compose(offer -> offer.isEmpty()
                                ? refused(DispatchRefusal.OFFER_UNKNOWN)
                                : reject(transaction, offer.get())))
                .map(outcome -> {
                    nudge(outcome);
                    return outcome.map(row -> new Method.Nothing());
                });
    }

    private Future<Outcome<DeliveryRow>> reject(SqlConnection transaction, OfferStore.OfferRow offer) {
        return switch (OfferStage.reject(offer.stage())) {
            case OfferStage.Answer.Counts counts ->
                offers.end(transaction, List.of(offer.id()), OfferStage.REJECTED, clock.instant())
                        .compose(free -> mustHold(free.size() == 1))
                        .compose(done -> required(transaction, offer.delivery()))
                        .compose(row -> events.add(transaction, List.of(events.deliveryChanged(row.zone(), row.id())))
                                .compose(done -> done(row)));
            case OfferStage.Answer.Already already ->
                required(transaction, offer.delivery()).compose(OfferDesk::done);
            case OfferStage.Answer.Refused no -> refused(no.refusal());
        };
    }

    Future<Outcome<Delivery>> step(Caller caller, DispatchCommand.Step command) {
        Id<Courier> courier = caller.userId();
        return database.transaction(transaction -> deliveries
                        .lock(transaction, command.deliveryId())
                        .compose(row -> step(transaction, courier, row, command.stage())))
                .compose(outcome -> answer(outcome, caller));
    }

    private Future<Outcome<DeliveryRow>> step(
            SqlConnection transaction, Id<Courier> courier, Optional<DeliveryRow> found, DeliveryStage reached) {
        if (found.isEmpty()) {
            return refused(DispatchRefusal.DELIVERY_UNKNOWN);
        }
        DeliveryRow row = found.get();
        return switch (DeliveryChange.step(row.stage(), row.heldBy(courier), reached)) {
            case DeliveryChange.Step.Move move -> move(transaction, courier, row, move.change());
            case DeliveryChange.Step.Already already -> done(row);
            case DeliveryChange.Step.Refused no -> refused(no.refusal());
        };
    }

    private Future<Outcome<DeliveryRow>> move(
            SqlConnection transaction, Id<Courier> courier, DeliveryRow row, DeliveryChange change) {
        Instant now = clock.instant();
        Future<Boolean> moved = change == DeliveryChange.DELIVER
                ? offers.deliver(transaction, row.id(), courier, now)
                : offers.pickUp(transaction, row.id(), courier, now);
        return moved.compose(OfferDesk::mustHold)
                .compose(done -> required(transaction, row.id()))
                .compose(after -> events.add(transaction, List.of(events.deliveryChanged(after.zone(), after.id())))
                        .compose(done -> changes.tell(transaction, after))
                        .compose(done -> done(after)));
    }

    /** After the commit: the owner hears of it, the courier is answered. */
    private Future<Outcome<Delivery>> answer(Outcome<DeliveryRow> outcome, Caller caller) {
        nudge(outcome);
        return switch (outcome) {
            case Outcome.Done<DeliveryRow> done ->
                views.of(done.result(), caller).map(Outcome::done);
            case Outcome.Refused<DeliveryRow> no -> Future.succeededFuture(Outcome.refused(no.refusal()));
        };
    }

    private void nudge(Outcome<DeliveryRow> outcome) {
        if (outcome instanceof Outcome.Done<DeliveryRow> done) {
            nudges.changed(done.result().zone());
        }
    }

    private Future<DeliveryRow> required(SqlConnection transaction, Id<Delivery> id) {
        return deliveries.one(transaction, id).map(row -> row.orElseThrow());
    }

    private static Future<Void> mustHold(boolean invariant) {
        return invariant
                ? Future.succeededFuture()
                : Future.failedFuture(new IllegalStateException("an offer, its delivery and its lock disagree"));
    }

    private static Future<Outcome<DeliveryRow>> done(DeliveryRow row) {
        return Future.succeededFuture(Outcome.done(row));
    }

    private static Future<Outcome<DeliveryRow>> refused(Refusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }
}
