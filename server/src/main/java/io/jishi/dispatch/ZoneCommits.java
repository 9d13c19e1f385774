package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.database.Leases;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Commits an owner's decisions: one transaction a turn, behind the fence of the zone's epoch. */
final class ZoneCommits {
    private final Leases leases;
    private final Leases.Lease lease;
    private final Stores stores;
    private final Changes changes;

    ZoneCommits(Leases leases, Leases.Lease lease, Stores stores, Changes changes) {
        this.leases = leases;
        this.lease = lease;
        this.stores = stores;
        this.changes = changes;
    }

    /** The decisions of one turn, by kind. */
    record Batch(
            List<Decision.ExpireOffer> expiries,
            List<Decision.TakeBack> takeBacks,
            List<Id<Delivery>> giveUps,
            List<Id<Courier>> endShifts,
            List<Decision.MakeOffer> offers) {

        static Batch of(List<Decision> due, List<Decision.MakeOffer> planned) {
            Batch batch = new Batch(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(planned));
            for (Decision decision : due) {
                switch (decision) {
                    case Decision.ExpireOffer expiry -> batch.expiries.add(expiry);
                    case Decision.TakeBack takeBack -> batch.takeBacks.add(takeBack);
                    case Decision.GiveUp giveUp -> batch.giveUps.add(giveUp.delivery());
                    case Decision.EndShift end -> batch.endShifts.add(end.courier());
                    case Decision.MakeOffer offer -> batch.offers.add(offer);
                    case Decision.AlertSilence alert -> {} // nothing to commit
                }
            }
            return batch;
        }

        boolean isEmpty() {
            return expiries.isEmpty()
                    && takeBacks.isEmpty()
                    && giveUps.isEmpty()
                    && endShifts.isEmpty()
                    && offers.isEmpty();
        }

        /** All deliveries that it may change. */
        Set<Id<Delivery>> deliveries() {
            Set<Id<Delivery>> all = new HashSet<>(giveUps);
            expiries.forEach(expiry -> all.add(expiry.delivery()));
            takeBacks.forEach(takeBack -> all.add(takeBack.delivery()));
            offers.forEach(offer -> all.add(offer.delivery()));
            return all;
        }

        /** All couriers whose rows it must hold. */
        Set<Id<Courier>> couriers() {
            Set<Id<Courier>> all = new HashSet<>(endShifts);
            offers.forEach(offer -> all.add(offer.courier()));
            return all;
        }
    }

    /**
     * @return whether anything was still as the decisions thought; fails with {@link Leases.Fenced} where the zone is
     *     another node's
     */
    Future<Boolean> commit(Batch batch, Instant now) {
        return stores.database()
                .transaction(transaction -> leases.fence(transaction, lease)
                        .compose(done -> stores.couriers().lock(transaction, batch.couriers()))
                        .compose(onShift -> commit(transaction, batch, onShift, now)));
    }

    private Future<Boolean> commit(SqlConnection transaction, Batch batch, Set<Id<Courier>> onShift, Instant now) {
        String zone = lease.key();
        Set<Id<Delivery>> changed = new HashSet<>();
        return changes.endOffers(transaction, zone, batch.expiries, OfferStage.EXPIRED, now)
                .onSuccess(changed::addAll)
                .compose(done -> changes.takeBack(transaction, zone, batch.takeBacks, now))
                .onSuccess(changed::addAll)
                .compose(done -> changes.giveUp(transaction, zone, batch.giveUps, now))
                .onSuccess(changed::addAll)
                .compose(done -> changes.makeOffers(transaction, zone, batch.offers, onShift, now))
                .onSuccess(changed::addAll)
                .compose(done -> endShifts(transaction, batch.endShifts, now))
                .map(ended -> ended || !changed.isEmpty());
    }

    private Future<Boolean> endShifts(SqlConnection transaction, List<Id<Courier>> couriers, Instant now) {
        return stores.couriers()
                .endShift(transaction, couriers, now)
                .compose(ended -> stores.events()
                        .add(
                                transaction,
                                ended.stream()
                                        .map(courier -> stores.events().courierChanged(lease.key(), courier))
                                        .toList())
                        .map(!ended.isEmpty()));
    }
}
