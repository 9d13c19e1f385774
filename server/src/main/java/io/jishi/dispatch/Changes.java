package io.jishi.dispatch;

import io.jishi.core.Id;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Changes of deliveries that need no courier's word, each with its events, and with those who follow stages, in the
 * caller's transaction.
 */
final class Changes {
    private final DeliveryStore deliveries;
    private final OfferStore offers;
    private final EventStore events;
    private final List<StageChange.Listener> listeners = new CopyOnWriteArrayList<>();

    Changes(Stores stores) {
        this.deliveries = stores.deliveries();
        this.offers = stores.offers();
        this.events = stores.events();
    }

    void listen(StageChange.Listener listener) {
        listeners.add(listener);
    }

    /** Tells those who follow stages, one after the other. */
    Future<Void> tell(SqlConnection transaction, DeliveryRow row) {
        Future<Void> told = Future.succeededFuture();
        for (StageChange.Listener listener : listeners) {
            told = told.compose(done -> listener.onStage(row.change(), transaction));
        }
        return told;
    }

    /** Ends offers that were not accepted. */
    Future<Set<Id<Delivery>>> endOffers(
            SqlConnection transaction, String zone, List<Decision.ExpireOffer> ended, OfferStage stage, Instant now) {
        return offers.end(
                        transaction,
                        ended.stream().map(Decision.ExpireOffer::offer).toList(),
                        stage,
                        now)
                .compose(free -> events.add(
                                transaction,
                                ended.stream()
                                        .filter(offer -> free.contains(offer.delivery()))
                                        .map(offer -> events.told(
                                                zone,
                                                offer.delivery(),
                                                offer.courier(),
                                                new DispatchNotice.OfferExpired(offer.offer())))
                                        .toList())
                        .map(free));
    }

    /** Takes deliveries back from couriers who have not picked them up. */
    Future<Set<Id<Delivery>>> takeBack(
            SqlConnection transaction, String zone, List<Decision.TakeBack> lost, Instant now) {
        Map<Id<Delivery>, Id<Courier>> losers = new HashMap<>();
        lost.forEach(each -> losers.put(each.delivery(), each.courier()));
        return offers.takeBack(transaction, lost, now)
                .compose(free -> settle(
                        transaction,
                        free,
                        id -> events.told(
                                zone, id, Objects.requireNonNull(losers.get(id)), new DispatchNotice.Cancelled(id))));
    }

    /** Lets deliveries fail that nobody took. */
    Future<Set<Id<Delivery>>> giveUp(
            SqlConnection transaction, String zone, Collection<Id<Delivery>> unwanted, Instant now) {
        return offers.giveUp(transaction, unwanted, now)
                .compose(failed -> settle(transaction, failed, id -> events.deliveryChanged(zone, id)));
    }

    /** Makes offers to couriers whose rows the transaction holds. */
    Future<Set<Id<Delivery>>> makeOffers(
            SqlConnection transaction,
            String zone,
            List<Decision.MakeOffer> wanted,
            Set<Id<Courier>> onShift,
            Instant now) {
        return offers.make(transaction, wanted, onShift, now)
                .compose(made -> events.add(
                                transaction,
                                made.stream()
                                        .map(one -> events.told(
                                                zone,
                                                one.offer().deliveryId(),
                                                one.courier(),
                                                new DispatchNotice.Offered(one.offer())))
                                        .toList())
                        .map(done -> Set.copyOf(made.stream()
                                .map(one -> one.offer().deliveryId())
                                .toList())));
    }

    private Future<Set<Id<Delivery>>> settle(
            SqlConnection transaction, Set<Id<Delivery>> changed, Function<Id<Delivery>, ZoneEvent> event) {
        List<ZoneEvent> all = new ArrayList<>();
        changed.forEach(id -> all.add(event.apply(id)));
        return events.add(transaction, all)
                .compose(done -> deliveries.some(transaction, changed))
                .compose(rows -> {
                    Future<Void> told = Future.succeededFuture();
                    for (DeliveryRow row : rows) {
                        told = told.compose(done -> tell(transaction, row));
                    }
                    return told;
                })
                .map(changed);
    }
}
