package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Account;
import io.jishi.ledger.Ledger;
import io.jishi.orders.SandboxProvider.Behaviour;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Json;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Orders over a database of their own, with a sandbox that does as it is told. */
@Timeout(60)
abstract class OrdersWorld {
    final Vertx vertx = Vertx.vertx();
    final TestDatabase testDatabase = TestDatabase.create();
    final Database database = testDatabase.open(vertx);
    final Ids ids = new Ids(InstantSource.system(), 1);
    Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    final RecordingChannels channels = new RecordingChannels();
    final LateTimers timers = new LateTimers();
    Behaviour behaviour = Behaviour.APPROVE;
    final SandboxProvider provider = new SandboxProvider(timers, () -> now, Settings.defaults(), payment -> behaviour);
    final Ledger ledger = new Ledger(database, ids, () -> now);
    final Orders orders = orders(channels);
    final List<Order> released = java.util.Collections.synchronizedList(new ArrayList<>());
    final Id<User> buyer = ids.next();

    /** Notices wait until the test lets them go. */
    static final class LateTimers implements Timers {
        final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Duration> delays = new ConcurrentLinkedQueue<>();

        @Override
        public Timer after(Duration delay, Runnable action) {
            waiting.add(action);
            delays.add(delay);
            return () -> waiting.remove(action);
        }

        @Override
        public Timer every(Duration period, Runnable action) {
            throw new UnsupportedOperationException();
        }
    }

    OrdersWorld() {
        orders.onReleased((transaction, some) -> {
            released.addAll(some);
            return Future.succeededFuture();
        });
    }

    Orders orders(Channels to) {
        return new Orders(database, to, ledger, List.of(provider), ids, () -> now, timers, Settings.defaults());
    }

    @AfterEach
    void close() {
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    /** What was booked for an order's payments, in order, with the amount of the first line. */
    List<String> booked(Order order) {
        List<String> booked = new ArrayList<>();
        database.execute("SELECT id FROM payment WHERE order_id = " + order.id().value())
                .await()
                .forEach(payment -> database.execute("""
                                SELECT kind || ' ' || max(amount_minor) FROM ledger_entry e
                                  JOIN ledger_posting p ON p.entry = e.id WHERE reference = $1 GROUP BY e.id ORDER BY e.id
                                """, Tuple.of("payment:" + Id.of(payment.getLong(0))))
                        .await()
                        .forEach(row -> booked.add(row.getString(0))));
        return booked;
    }

    long held(Account account, String owner) {
        return ledger.balance(account, owner, "CNY").await();
    }

    Order reserve(int quantity, long unitPriceMinor) {
        Id<Order> id = ids.next();
        database.execute(
                        """
                        INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,
                                            currency, stage, created_at, pay_before)
                        VALUES ($1, $2, $1, 1, 'k', 1, '茶', 'tea', $3, $4, 'CNY', 'reserved', $5, $6)
                        """,
                        Tuple.of(
                                id.value(),
                                buyer.value(),
                                quantity,
                                unitPriceMinor,
                                now.atOffset(ZoneOffset.UTC),
                                now.plusSeconds(60).atOffset(ZoneOffset.UTC)))
                .await();
        return orders.order(id).await().orElseThrow();
    }

    static OrderRequest.Pay request(Order order) {
        return new OrderRequest.Pay(
                order.id(), PaymentMethod.SANDBOX, new Place(31.2, 121.4), "Nanjing Road 1", "+86 138 1234 5678");
    }

    Outcome<Order> pay(Order order) {
        return orders.pay(buyer, request(order)).await();
    }

    OrderStage stage(Order order) {
        return orders.order(order.id()).await().orElseThrow().stage();
    }

    /** What the buyer has heard, in order: the type, and the order's stage or the amount. */
    List<String> heard() {
        return channels.on(ChannelName.user(buyer)).stream()
                .map(OrdersWorld::json)
                .map(told -> told.get("type").asText() + " "
                        + (told.has("order")
                                ? told.at("/order/stage").asText()
                                : told.get("amountMinor").asText()))
                .toList();
    }

    static JsonNode json(Object message) {
        return Json.tree(Json.encode(message));
    }

    long count(String sql) {
        return Optional.ofNullable(
                        database.execute(sql).await().iterator().next().getLong(0))
                .orElse(0L);
    }

    static Order done(Outcome<Order> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Order>) outcome).result();
    }
}
