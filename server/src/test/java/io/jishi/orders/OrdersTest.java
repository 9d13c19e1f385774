package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.ledger.Account;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OrdersTest extends OrdersWorld {
    @Test
    @DisplayName("[OR1] only these steps from stage to stage exist")
    void stages() {
        List<String> steps = new ArrayList<>();
        for (OrderStage from : OrderStage.values()) {
            for (OrderStage to : OrderStage.values()) {
                if (from.mayBecome(to)) {
                    steps.add(from.text() + " " + to.text());
                }
            }
        }
        assertThat(steps)
                .containsExactly(
                        "reserved awaiting_payment",
                        "reserved paid",
                        "reserved cancelled",
                        "reserved expired",
                        "awaiting_payment reserved",
                        "awaiting_payment paid",
                        "awaiting_payment cancelled",
                        "awaiting_payment expired",
                        "paid ready",
                        "paid delivering",
                        "paid refunding",
                        "ready delivered",
                        "ready refunding",
                        "delivering delivered",
                        "delivering refunding",
                        "delivered closed",
                        "delivered refunding",
                        "refunding refunded");
        assertThatThrownBy(() ->
                        new OrderStore(database).change(null, Id.of(1), OrderStage.EXPIRED, OrderStage.PAID, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("[OR7] of paying, cancelling and expiring at the same moment exactly one happens")
    void race() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Instant deadline = now.plusSeconds(60);
        int each = 60;
        List<Order> all = new ArrayList<>();
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            all.add(reserve(1, 100));
        }
        Orders late = new Orders(
                database, channels, ledger, List.of(provider), ids, () -> deadline, timers, Settings.defaults());
        late.onReleased((transaction, some) -> {
            released.addAll(some);
            return Future.succeededFuture();
        });
        for (Order order : all) {
            if (random.nextInt(4) == 0) {
                work.add(late.expireDue());
            }
            work.add(orders.pay(buyer, request(order)));
            if (random.nextBoolean()) {
                work.add(orders.cancel(buyer, order.id()));
            }
        }
        Future.join(work).otherwiseEmpty().await();
        late.expireDue().await();
        long paid = count("SELECT count(*) FROM orders WHERE stage = 'paid'");
        assertThat(paid + released.size()).as("seed %d", seed).isEqualTo(each);
        assertThat(released).extracting(Order::id).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(count("SELECT count(*) FROM payment WHERE stage = 'approved'"))
                .as("seed %d", seed)
                .isEqualTo(paid);
        assertThat(count("SELECT count(*) FROM orders o JOIN payment p ON p.order_id = o.id"
                        + " WHERE o.stage <> 'paid' AND p.stage = 'approved'"))
                .as("seed %d", seed)
                .isZero();
        assertThat(heard().stream().filter(text -> text.startsWith("order")))
                .as("seed %d: one event for each step", seed)
                .hasSize(each);
    }

    @Test
    @DisplayName(
            "[OR8] an order expires at its deadline and not before, and lets go of its units in the same transaction")
    void expiry() {
        Order order = reserve(2, 100);
        now = order.payBefore().minusMillis(1);
        assertThat(orders.expireDue().await()).isZero();
        now = order.payBefore();
        orders.onReleased((transaction, some) -> Future.failedFuture("units refused"));
        assertThatThrownBy(() -> orders.expireDue().await()).hasMessage("units refused");
        assertThat(stage(order)).isEqualTo(OrderStage.RESERVED);
        assertThat(heard()).isEmpty();
    }

    @Test
    @DisplayName("[OR9] where a listener of the payment fails the order is not paid, and paying again may succeed")
    void listenerFails() {
        Order order = reserve(1, 100);
        AtomicInteger calls = new AtomicInteger();
        orders.onPaid((transaction, paid, place) -> transaction
                .query("INSERT INTO lease (kind, key, node, epoch) VALUES ('test', '" + calls + "', 'x', 1)")
                .execute()
                .compose(done ->
                        calls.getAndIncrement() == 0 ? Future.failedFuture("no courier") : Future.succeededFuture()));
        assertThatThrownBy(() -> pay(order)).hasMessage("no courier");
        assertThat(stage(order)).isEqualTo(OrderStage.RESERVED);
        assertThat(count("SELECT count(*) FROM lease")).isZero();
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(count("SELECT count(*) FROM lease")).isEqualTo(1);
    }

    @Test
    @DisplayName("[OR10] what could not be published after the commit is published later, with the same event id")
    void outbox() {
        Order order = reserve(1, 100);
        Orders unlucky = orders((Channels) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Channels.class},
                (proxy, method, arguments) -> Future.failedFuture("the channel is away")));
        done(unlucky.pay(buyer, request(order)).await());
        assertThat(heard()).isEmpty();
        assertThat(orders.sweepEvents().await())
                .as("its writer has the first try")
                .isZero();
        now = now.plusSeconds(4);
        assertThat(orders.sweepEvents().await()).isEqualTo(1);
        assertThat(orders.sweepEvents().await()).isZero();
        assertThat(heard()).containsExactly("order paid");
        JsonNode told = json(channels.on(ChannelName.user(buyer)).getFirst());
        assertThat(Id.parse(told.get("eventId").asText()).value()).isEqualTo(count("SELECT id FROM order_event"));
    }

    @Test
    @DisplayName(
            "[OR11] a delivery takes a paid order to the door in the courier's transactions, and the buyer hears of it")
    void delivery() {
        Order order = reserve(1, 100);
        assertThat(change(order, false)).isFalse();
        done(pay(order));
        assertThat(change(order, true)).isFalse();
        assertThat(change(order, false)).isTrue();
        assertThat(change(order, false)).isFalse();
        assertThat(change(order, true)).isTrue();
        Order delivered = orders.order(order.id()).await().orElseThrow();
        assertThat(delivered.stage()).isEqualTo(OrderStage.DELIVERED);
        assertThat(delivered.deliveryId()).isEqualTo(Id.of(77));
        assertThat(orders.sweepEvents().await()).isEqualTo(2);
        assertThat(heard()).containsExactly("order paid", "order delivering", "order delivered");
    }

    @Test
    @DisplayName("[OR12] buyers see their own orders only, newest first, in pages")
    void own() {
        Methods methods = new Methods(Authorization.shipped());
        orders.register(methods);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(reserve(1, 100).id().toString());
        }
        Caller owner = new Caller(buyer.toString(), "b", Set.of(Role.VIEWER), "c", "zh");
        Caller other = new Caller(ids.next().toString(), "o", Set.of(Role.VIEWER), "c", "zh");
        List<String> seen = new ArrayList<>();
        JsonNode page = call(methods, "orders.list", owner, "{\"limit\":2}");
        while (true) {
            page.get("items").forEach(item -> seen.add(item.get("id").asText()));
            if (!page.has("next")) {
                break;
            }
            page = call(methods, "orders.list", owner, "{\"limit\":2,\"after\":" + page.get("next") + "}");
        }
        assertThat(seen).isEqualTo(made);
        String one = "{\"orderId\":\"" + made.getFirst() + "\"}";
        String payment = "{\"orderId\":\"" + made.getFirst() + "\",\"method\":\"sandbox\"}";
        assertThat(call(methods, "orders.get", owner, one).get("stage").asText())
                .isEqualTo("reserved");
        for (String answer : List.of(
                call(methods, "orders.get", other, one).toString(),
                call(methods, "orders.cancel", other, one).toString(),
                call(methods, "orders.pay", other, payment).toString())) {
            assertThat(answer).contains("order_not_found");
        }
        assertThat(call(methods, "orders.pay", owner, payment.replace("}", ",\"amountMinor\":1}"))
                        .get("code")
                        .asInt())
                .as("an amount is not the client's to name")
                .isEqualTo(107);
        assertThat(call(methods, "orders.list", other, "{}").get("items")).isEmpty();
    }

    @Test
    @DisplayName("[OR14] a paid order that nobody brings gives units and money back by itself")
    void undelivered() {
        Order order = reserve(2, 700);
        done(pay(order));
        assertThat(database.transaction(transaction -> orders.undelivered(transaction, order.id()))
                        .await())
                .isTrue();
        assertThat(database.transaction(transaction -> orders.undelivered(transaction, order.id()))
                        .await())
                .as("once")
                .isFalse();
        assertThat(stage(order)).isEqualTo(OrderStage.REFUNDING);
        assertThat(released).extracting(Order::id).containsExactly(order.id());
        assertThat(held(Account.REFUNDS, order.id().toString())).isEqualTo(1_400);
        orders.sweepRefunds().await();
        orders.sweepEvents().await();
        assertThat(stage(order)).isEqualTo(OrderStage.REFUNDED);
        assertThat(booked(order))
                .containsExactly("payment 1400", "fee 8", "refund_due 1400", "refund 1400", "fee_returned 8");
        assertThat(heard()).containsExactlyInAnyOrder("order paid", "order refunding", "order refunded", "refund 1400");
        assertThat(held(Account.PROVIDER, "sandbox")).isZero();
    }

    @Test
    @DisplayName("[OR14] staff refund a delivered order, whose goods stay, or one that is fetched, and no other")
    void refund() {
        Methods methods = new Methods(Authorization.shipped());
        orders.register(methods);
        Caller staff = new Caller(ids.next().toString(), "s", Set.of(Role.STAFF), "c", "zh");
        Caller viewer = new Caller(buyer.toString(), "b", Set.of(Role.VIEWER), "c", "zh");
        Order brought = reserve(1, 700);
        String one = "{\"orderId\":\"" + brought.id() + "\"}";
        assertThat(call(methods, "orders.refund", viewer, one).get("code").asInt())
                .isEqualTo(103);
        assertThat(call(methods, "orders.refund", staff, one).get("code").asInt())
                .isEqualTo(1210);
        done(pay(brought));
        assertThat(call(methods, "orders.refund", staff, one).get("code").asInt())
                .isEqualTo(1210);
        change(brought, false);
        assertThat(call(methods, "orders.refund", staff, one).get("code").asInt())
                .isEqualTo(1210);
        change(brought, true);
        for (int i = 0; i < 2; i++) {
            assertThat(call(methods, "orders.refund", staff, one).get("stage").asText())
                    .isEqualTo("refunding");
        }
        assertThat(released).as("the goods are with the buyer").isEmpty();
        Order fetched = reserve(1, 800);
        done(orders.pay(buyer, new OrderRequest.Pay(fetched.id(), PaymentMethod.SANDBOX, null, null, null))
                .await());
        call(methods, "orders.refund", staff, "{\"orderId\":\"" + fetched.id() + "\"}");
        assertThat(released).extracting(Order::id).containsExactly(fetched.id());
        orders.sweepRefunds().await();
        assertThat(stage(brought)).isEqualTo(OrderStage.REFUNDED);
        assertThat(stage(fetched)).isEqualTo(OrderStage.REFUNDED);
    }

    @Test
    @DisplayName("[OR15] a delivered order is closed after a while; its money is the host's, less the shop's share")
    void closed() {
        Id<User> host = ids.next();
        Order order = reserve(1, 10_010);
        done(pay(order));
        change(order, false);
        change(order, true);
        now = now.plus(Duration.ofHours(169));
        orders.closeDelivered().await();
        assertThat(stage(order)).as("nobody knows whose it is").isEqualTo(OrderStage.DELIVERED);
        orders.settlingWith(
                skus -> Future.succeededFuture(skus.stream().collect(Collectors.toMap(sku -> sku, sku -> host))));
        now = now.minus(Duration.ofHours(2));
        assertThat(orders.closeDelivered().await()).as("too early").isZero();
        now = now.plus(Duration.ofHours(2));
        Future.join(orders.closeDelivered(), orders.closeDelivered()).await();
        assertThat(stage(order)).isEqualTo(OrderStage.CLOSED);
        assertThat(held(Account.ORDERS, order.id().toString())).isZero();
        assertThat(held(Account.HOSTS, host.toString())).isEqualTo(9_509);
        assertThat(held(Account.COMMISSION, host.toString())).isEqualTo(501);
        assertThat(held(Account.PROVIDER, "sandbox")).isEqualTo(10_010 - 60);
        assertThat(orders.closeDelivered().await()).isZero();
    }

    private boolean change(Order order, boolean arrived) {
        return database.transaction(transaction -> arrived
                        ? orders.delivered(transaction, order.id())
                        : orders.delivering(transaction, order.id(), Id.of(77)))
                .await();
    }

    private static JsonNode call(Methods methods, String method, Caller caller, String params) {
        return switch (methods.call(method, caller, Json.tree(Buffer.buffer(params)))
                .await()) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error ->
                Json.tree(Buffer.buffer("{\"code\":" + error.code() + ",\"message\":\"" + error.message() + "\"}"));
        };
    }
}
