package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.database.Leases;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what happens in a zone, from its owner alone, so that every channel has one order. An event leaves its table
 * only after it was published, under the owner's epoch: whoever takes over publishes what is left, maybe twice, never
 * not at all. At most {@value #IN_HAND_MAX} events are under way; the rest waits in the table.
 */
final class ZoneFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ZoneFeed.class);
    private static final int READ_MAX = 500;
    private static final int IN_HAND_MAX = 2_000;
    private static final long PUBLISH_SECONDS_MAX = 10;
    private static final ChannelName OPERATIONS = ChannelName.operations("dispatch");

    private final Leases leases;
    private final Leases.Lease lease;
    private final Stores stores;
    private final Channels channels;
    private final ZonePicture picture;
    private final Runnable onRoom;
    private final Consumer<Throwable> onFault;
    private final Executor own;
    private final Set<Id<ZoneEvent>> inHand = new HashSet<>();
    private final List<Id<ZoneEvent>> failed = new ArrayList<>();
    private boolean leftSome;
    private final Throttle<Id<Delivery>> deliveryThrottle = new Throttle<>(Duration.ofSeconds(1));
    private final Throttle<Id<Courier>> courierThrottle = new Throttle<>(Duration.ofSeconds(1));

    /**
     * @param onRoom called when there may be more to read
     * @param onFault told why events could not be deleted
     * @param own runs what follows a publication where everything else here runs; channels answer from other threads
     */
    ZoneFeed(
            Leases leases,
            Leases.Lease lease,
            Stores stores,
            Channels channels,
            ZonePicture picture,
            Runnable onRoom,
            Consumer<Throwable> onFault,
            Executor own) {
        this.leases = leases;
        this.lease = lease;
        this.stores = stores;
        this.channels = channels;
        this.picture = picture;
        this.onRoom = onRoom;
        this.onFault = onFault;
        this.own = own;
    }

    /** The events that are next. Where that leaves some, {@code onRoom} is called once these are out. */
    Future<List<ZoneEvent>> next() {
        int room = Math.min(READ_MAX, IN_HAND_MAX - inHand.size());
        if (room <= 0) {
            leftSome = true;
            return Future.succeededFuture(List.of());
        }
        return stores.events().oldest(lease.key(), inHand, room).onSuccess(events -> leftSome = events.size() == room);
    }

    /**
     * Publishes events, in the order of each channel, and deletes them when that is done. Does not wait for it.
     *
     * @param deliveries the rows of all deliveries that the events name
     * @param couriers the rows of all couriers that the events name
     */
    void publish(
            List<ZoneEvent> events,
            Map<Id<Delivery>, DeliveryRow> deliveries,
            Map<Id<Courier>, CourierRow> couriers,
            Instant now) {
        if (events.isEmpty()) {
            return;
        }
        Map<Id<Delivery>, Future<?>> deliveriesSent = new LinkedHashMap<>();
        Map<Id<Courier>, Future<?>> couriersSent = new LinkedHashMap<>();
        List<Future<?>> sent = new ArrayList<>();
        for (ZoneEvent event : events) {
            inHand.add(event.id());
            List<Future<?>> parts = new ArrayList<>();
            if (event.message() != null && event.courier() != null) {
                parts.add(channels.publish(
                        ChannelName.courier(event.courier()), Json.tree(Buffer.buffer(event.message()))));
            }
            DeliveryRow delivery = event.delivery() == null ? null : deliveries.get(event.delivery());
            if (delivery != null) {
                parts.add(deliveriesSent.computeIfAbsent(delivery.id(), id -> send(delivery, now)));
            }
            CourierRow courier = event.courier() == null ? null : couriers.get(event.courier());
            if (courier != null) {
                parts.add(couriersSent.computeIfAbsent(courier.id(), id -> send(picture.view(courier))));
            }
            sent.add(Future.join(parts));
        }
        Future.join(sent)
                .timeout(PUBLISH_SECONDS_MAX, TimeUnit.SECONDS)
                .onComplete(done -> own.execute(() -> settle(events, sent)));
    }

    private void settle(List<ZoneEvent> events, List<Future<?>> sent) {
        List<Id<ZoneEvent>> published = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            (sent.get(i).succeeded() ? published : failed).add(events.get(i).id());
        }
        if (published.size() < events.size()) {
            LOG.warn("event=dispatch-not-published zone={} events={}", lease.key(), events.size() - published.size());
        }
        if (published.isEmpty()) {
            return;
        }
        stores.database()
                .transaction(transaction -> leases.fence(transaction, lease)
                        .compose(done -> stores.events().delete(transaction, published)))
                .onSuccess(done -> {
                    inHand.removeAll(Set.copyOf(published));
                    if (leftSome) {
                        onRoom.run();
                    }
                })
                .onFailure(fault -> {
                    failed.addAll(published);
                    onFault.accept(fault);
                });
    }

    /** A courier has moved: those who follow him or his deliveries hear of it, each at most once a second. */
    void moved(Id<Courier> courier, Instant now) {
        CourierRow rider = picture.rider(courier);
        if (rider == null) {
            return;
        }
        if (courierThrottle.pass(courier, now)) {
            quietly(send(picture.view(rider)));
        }
        for (DeliveryRow held : picture.heldBy(courier)) {
            if (deliveryThrottle.pass(held.id(), now)) {
                quietly(send(held, now));
            }
        }
    }

    /** Each second: sends what was held up, and lets events that could not be published be read again. */
    void poll(Instant now) {
        inHand.removeAll(Set.copyOf(failed));
        failed.clear();
        deliveryThrottle.retain(picture::knows);
        courierThrottle.retain(courier -> picture.rider(courier) != null);
        for (Id<Courier> courier : courierThrottle.due(now)) {
            CourierRow rider = picture.rider(courier);
            if (rider != null) {
                quietly(send(picture.view(rider)));
            }
        }
        for (Id<Delivery> id : deliveryThrottle.due(now)) {
            DeliveryRow row = picture.delivery(id);
            if (row != null) {
                quietly(send(row, now));
            }
        }
    }

    void alert(DispatchNotice.CourierSilent alert) {
        quietly(channels.publishKeyed(OPERATIONS, "silent:" + alert.delivery().id(), alert));
    }

    private Future<?> send(DeliveryRow row, Instant now) {
        Delivery view = picture.view(row, now);
        return Future.join(
                channels.publishKeyed(ChannelName.delivery(row.id()), row.id().toString(), view),
                channels.publishKeyed(OPERATIONS, "delivery:" + row.id(), new DispatchNotice.DeliverySeen(view)));
    }

    private Future<?> send(Courier view) {
        return channels.publishKeyed(OPERATIONS, "courier:" + view.id(), new DispatchNotice.CourierSeen(view));
    }

    /** A position that is not heard is made up for by the next. */
    private void quietly(Future<?> sent) {
        sent.onFailure(
                fault -> LOG.debug("event=position-not-published zone={} reason={}", lease.key(), fault.toString()));
    }
}
