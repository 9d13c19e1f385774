package io.jishi.orders;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.database.Database;
import io.jishi.orders.EventStore.Event;
import io.jishi.orders.Orders.EventListener;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells buyers what became of their orders, without loss: an event is a row of the changing transaction, is published
 * after the commit, and what a node leaves unpublished another publishes. So it is published at least once.
 */
final class OrderEvents {
    private static final Logger LOG = LoggerFactory.getLogger(OrderEvents.class);
    private static final Duration FIRST_TRY = Duration.ofSeconds(3);
    private static final int SWEEP_MAX = 500;

    private final EventStore store;
    private final Channels channels;
    private final Ids ids;
    private final InstantSource clock;
    private final List<EventListener> listeners = new ArrayList<>();

    OrderEvents(EventStore store, Channels channels, Ids ids, InstantSource clock) {
        this.store = store;
        this.channels = channels;
        this.ids = ids;
        this.clock = clock;
    }

    void onEvent(EventListener listener) {
        listeners.add(listener);
    }

    /** Writes an event for each order in the transaction; the caller publishes them once it has committed. */
    Future<List<Event>> changed(SqlConnection transaction, List<Order> orders) {
        return insert(transaction, changes(orders), FIRST_TRY);
    }

    /** The same where another capability owns the transaction, so that only a sweep can tell when it has committed. */
    Future<Void> changedElsewhere(SqlConnection transaction, Order order) {
        return insert(transaction, changes(List.of(order)), Duration.ZERO).mapEmpty();
    }

    Future<List<Event>> refunded(SqlConnection transaction, Order order, long amountMinor) {
        Id<OrderMessage> id = ids.next();
        OrderMessage message = new OrderMessage.Refunded(id, clock.instant(), order.id(), amountMinor);
        return insert(transaction, List.of(new Event(id, order.id(), order.buyerId(), message)), FIRST_TRY);
    }

    /** What became of a case of an order, in a transaction of another capability; published as soon as it has committed. */
    Future<Void> caseChanged(SqlConnection transaction, Order order, Record content) {
        Id<OrderMessage> id = ids.next();
        OrderMessage message = new OrderMessage.CaseChanged(id, clock.instant(), order.id(), content);
        return insert(transaction, List.of(new Event(id, order.id(), order.buyerId(), message)), FIRST_TRY)
                .onSuccess(events -> Database.afterCommit(transaction, () -> publish(events)))
                .mapEmpty();
    }

    private List<Event> changes(List<Order> orders) {
        Instant now = clock.instant();
        List<Event> events = new ArrayList<>(orders.size());
        for (Order order : orders) {
            Id<OrderMessage> id = ids.next();
            events.add(new Event(id, order.id(), order.buyerId(), new OrderMessage.Changed(id, now, order)));
        }
        return events;
    }

    private Future<List<Event>> insert(SqlConnection transaction, List<Event> events, Duration firstTry) {
        if (events.isEmpty()) {
            return Future.succeededFuture(events);
        }
        Instant now = clock.instant();
        Future<Void> written = store.insert(transaction, events, now, now.plus(firstTry));
        List<OrderMessage> messages =
                events.stream().map(event -> (OrderMessage) event.message()).toList();
        for (EventListener listener : listeners) {
            written = written.compose(done -> listener.told(transaction, messages));
        }
        return written.map(events);
    }

    /** Publishes committed events in order. Never fails: what could not be published is swept up later. */
    Future<Void> publish(List<Event> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Id<OrderMessage>> published = new ArrayList<>(events.size());
        List<Future<?>> all = new ArrayList<>(events.size());
        for (Event event : events) {
            all.add(channels.publish(ChannelName.user(event.buyer()), event.message())
                    .onSuccess(position -> {
                        synchronized (published) {
                            published.add(event.id());
                        }
                    }));
        }
        return Future.join(all)
                .transform(done -> {
                    List<Id<OrderMessage>> marked;
                    synchronized (published) {
                        marked = List.copyOf(published);
                    }
                    if (done.failed()) {
                        LOG.warn(
                                "event=order-events-unpublished count={} reason=\"{}\"",
                                all.size() - marked.size(),
                                message(done.cause()));
                    }
                    return marked.isEmpty()
                            ? Future.<Void>succeededFuture()
                            : store.markPublished(marked, clock.instant());
                })
                .otherwiseEmpty();
    }

    /** Publishes what is overdue: events of a node that died, of another capability's transaction, of a failed try. */
    Future<Integer> sweep() {
        Instant now = clock.instant();
        return store.takeOverdue(now, now.plus(FIRST_TRY), SWEEP_MAX)
                .compose(events -> publish(events).map(done -> events.size()));
    }

    private static String message(Throwable cause) {
        return String.valueOf(cause.getMessage());
    }
}
