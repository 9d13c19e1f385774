package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Money;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Account;
import io.jishi.ledger.Entry;
import io.jishi.ledger.Ledger;
import io.jishi.orders.SandboxProvider.Behaviour;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class OrdersTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase testDatabase = TestDatabase.create();
    private final Database database = testDatabase.open(vertx);
    private final Ids ids = new Ids(InstantSource.system(), 1);
    private Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    private final RecordingChannels channels = new RecordingChannels();
    private final LateTimers timers = new LateTimers();
    private Behaviour behaviour = Behaviour.APPROVE;
    private final SandboxProvider provider =
            new SandboxProvider(timers, () -> now, Settings.defaults(), payment -> behaviour);
    private final Ledger ledger = new Ledger(database, ids, () -> now);
    private final Orders orders = orders(channels);
    private final List<Order> released = java.util.Collections.synchronizedList(new ArrayList<>());
    private final Id<User> buyer = ids.next();

    /** Notices wait until the test lets them go. */
    private static final class LateTimers implements Timers {
        private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Duration> delays = new ConcurrentLinkedQueue<>();

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

    OrdersTest() {
        orders.onReleased((transaction, some) -> {
            released.addAll(some);
            return Future.succeededFuture();
        });
    }

    private Orders orders(Channels to) {
        return new Orders(database, to, ledger, List.of(provider), ids, () -> now, timers, Settings.defaults());
    }

    @AfterEach
    void close() {
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

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
                        "paid delivering",
                        "paid refunding",
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
    @DisplayName("[OR2] a payment takes the order's own amount, makes it paid once, and the buyer hears of it once")
    void pay() {
        Order order = reserve(3, 700);
        AtomicInteger deliveries = new AtomicInteger();
        orders.onPaid((transaction, paid, place) -> {
            assertThat(place).contains(new Place(31.2, 121.4));
            deliveries.incrementAndGet();
            return Future.succeededFuture();
        });
        Order paid = done(pay(order));
        assertThat(paid.stage()).isEqualTo(OrderStage.PAID);
        assertThat(paid.paidAt()).isEqualTo(now);
        assertThat(done(pay(order))).isEqualTo(paid);
        assertThat(count("SELECT amount_minor FROM payment WHERE stage = 'approved'"))
                .isEqualTo(2100);
        assertThat(deliveries).hasValue(1);
        assertThat(heard()).containsExactly("order paid");
        assertThat(orders.cancel(buyer, order.id()).await()).isEqualTo(Outcome.refused(OrderRefusal.ALREADY_PAID));
        assertThat(count("SELECT count(*) FROM order_event WHERE published_at IS NULL"))
                .isZero();
    }

    @Test
    @DisplayName("[OR3] a declined payment leaves the order reserved, and it may be paid again")
    void decline() {
        Order order = reserve(1, 700);
        behaviour = Behaviour.DECLINE;
        assertThat(pay(order)).isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_DECLINED));
        behaviour = Behaviour.APPROVE;
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(heard()).containsExactly("order paid");
    }

    @Test
    @DisplayName("[OR4] an answer that comes late, is lost, or comes twice, pays the order exactly once")
    void awkwardAnswers() {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        for (Behaviour awkward : List.of(Behaviour.DELAY, Behaviour.LOSE_REPLY, Behaviour.REPEAT)) {
            behaviour = awkward;
            Order order = reserve(1, 700);
            OrderStage atOnce = done(pay(order)).stage();
            assertThat(atOnce).isEqualTo(awkward == Behaviour.REPEAT ? OrderStage.PAID : OrderStage.AWAITING_PAYMENT);
            notices();
            await().until(() -> stage(order) == OrderStage.PAID);
            assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        }
        await().until(() -> heard().size() == 5);
        assertThat(count("SELECT count(*) FROM payment WHERE stage = 'approved'"))
                .isEqualTo(3);
        assertThat(count("SELECT count(*) FROM payment")).isEqualTo(3);
    }

    @Test
    @DisplayName("[OR4] asking again after a lost answer asks about the same payment")
    void askAgain() {
        behaviour = Behaviour.LOSE_REPLY;
        Order order = reserve(1, 700);
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.AWAITING_PAYMENT);
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(count("SELECT count(*) FROM payment")).isEqualTo(1);
    }

    @Test
    @DisplayName("[OR5] money that comes after the deadline or after a cancellation goes back by itself")
    void tooLate() {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        behaviour = Behaviour.DELAY;
        Order expired = reserve(1, 700);
        Order cancelled = reserve(1, 800);
        Order late = reserve(1, 900);
        List.of(expired, cancelled, late)
                .forEach(order -> assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.AWAITING_PAYMENT));
        done(orders.cancel(buyer, cancelled.id()).await());
        now = now.plusSeconds(60);
        assertThat(pay(late)).as("the deadline has come").isEqualTo(Outcome.refused(OrderRefusal.ORDER_EXPIRED));
        notices();
        await().until(() -> count("SELECT count(*) FROM payment WHERE stage = 'refunded'") == 3);
        assertThat(orders.expireDue().await()).isEqualTo(2);
        assertThat(pay(expired)).isEqualTo(Outcome.refused(OrderRefusal.ORDER_EXPIRED));
        assertThat(pay(cancelled)).isEqualTo(Outcome.refused(OrderRefusal.ORDER_CANCELLED));
        await().until(() ->
                heard().stream().filter(text -> text.startsWith("refund")).count() == 3);
        assertThat(heard()).contains("refund 700", "refund 800", "refund 900").doesNotContain("order paid");
        assertThat(released).hasSize(3);
    }

    @Test
    @DisplayName("[HT25] notices that nobody signed fill no log, however many come")
    void forgedLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(Payments.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            for (int i = 0; i < 20; i++) {
                orders.settle(PaymentMethod.SANDBOX, new PaymentProvider.Notice("{}", name -> ""))
                        .await();
            }
            now = now.plusSeconds(61);
            orders.settle(PaymentMethod.SANDBOX, new PaymentProvider.Notice("{}", name -> ""))
                    .await();
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "event=payment-notice-not-genuine method=sandbox times=1",
                        "event=payment-notice-not-genuine method=sandbox times=20");
    }

    @Test
    @DisplayName("[OR6] a notice that the provider did not sign, or for another amount, changes nothing")
    void forged() {
        behaviour = Behaviour.DELAY;
        Order order = reserve(1, 700);
        pay(order);
        Id<Payment> payment = Id.of(count("SELECT id FROM payment"));
        PaymentProvider.Notice genuine =
                provider.notice(new PaymentProvider.Verdict(payment, true, Money.yuan(700), null));
        PaymentProvider.Notice altered =
                new PaymentProvider.Notice(genuine.body().replace("true", "true "), genuine.header());
        PaymentProvider.Notice cheap = provider.notice(new PaymentProvider.Verdict(payment, true, Money.yuan(1), null));
        PaymentProvider.Notice unknown =
                provider.notice(new PaymentProvider.Verdict(ids.next(), true, Money.yuan(700), null));
        assertThat(orders.settle(PaymentMethod.SANDBOX, altered).await())
                .isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        assertThat(orders.settle(PaymentMethod.SANDBOX, cheap).await())
                .isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
        assertThat(orders.settle(PaymentMethod.SANDBOX, unknown).await())
                .isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
        assertThat(stage(order)).isEqualTo(OrderStage.AWAITING_PAYMENT);
        for (int i = 0; i < 3; i++) {
            assertThat(orders.settle(PaymentMethod.SANDBOX, genuine).await()).isEqualTo(Outcome.done(true));
        }
        assertThat(stage(order)).isEqualTo(OrderStage.PAID);
        assertThat(heard()).containsExactly("order awaiting_payment", "order paid");
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
    @DisplayName("[LE5] what a provider takes, keeps and gives back is booked in the transaction that it belongs to")
    void booked() {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        Order paid = reserve(3, 10_000);
        done(pay(paid));
        assertThat(booked(paid)).containsExactly("payment 30000", "fee 180");
        behaviour = Behaviour.DELAY;
        Order late = reserve(1, 700);
        done(pay(late));
        now = now.plusSeconds(60);
        notices();
        await().until(() -> booked(late).size() == 4);
        assertThat(booked(late)).containsExactly("late_payment 700", "fee 4", "refund 700", "fee_returned 4");
        assertThat(held(Account.PROVIDER, "sandbox")).isEqualTo(29_820);
        assertThat(held(Account.ORDERS, paid.id().toString())).isEqualTo(30_000);
        assertThat(held(Account.REFUNDS, late.id().toString())).isZero();
        assertThat(held(Account.FEES, "sandbox")).isEqualTo(180);
    }

    @Test
    @DisplayName("[LE5] where a payment cannot be booked the order is not paid")
    void unbooked() {
        Order order = reserve(1, 700);
        behaviour = Behaviour.LOSE_REPLY;
        done(pay(order));
        Id<Payment> payment = Id.of(count("SELECT id FROM payment"));
        database.transaction(transaction -> ledger.book(
                        transaction, List.of(Entry.payment(payment, "sandbox", order.id(), Money.yuan(700)))))
                .await();
        assertThatThrownBy(() -> pay(order)).hasMessageContaining("ledger_entry_once");
        assertThat(stage(order)).isEqualTo(OrderStage.AWAITING_PAYMENT);
        // made good, as the audit would find money that no payment has
        database.transaction(transaction -> ledger.book(
                        transaction,
                        List.of(
                                Entry.refundDue(payment, order.id(), Money.yuan(700)),
                                Entry.refund(payment, "sandbox", order.id(), Money.yuan(700)))))
                .await();
    }

    @ParameterizedTest
    @EnumSource(Behaviour.class)
    @DisplayName("[OR13] whatever the sandbox is set to do ends in the right stage with the right entries")
    void behaviours(Behaviour each) {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        behaviour = each;
        Order order = reserve(1, 10_000);
        pay(order);
        if (each == Behaviour.LATE) {
            assertThat(timers.delays.peek()).isGreaterThan(Duration.ofSeconds(60));
            now = now.plusSeconds(61);
            orders.expireDue().await();
        }
        notices();
        OrderStage end = switch (each) {
            case APPROVE, DELAY, LOSE_REPLY, REPEAT -> OrderStage.PAID;
            case DECLINE -> OrderStage.RESERVED;
            case LATE -> OrderStage.EXPIRED;
        };
        List<String> entries = switch (each) {
            case APPROVE, DELAY, LOSE_REPLY, REPEAT -> List.of("payment 10000", "fee 60");
            case DECLINE -> List.of();
            case LATE -> List.of("late_payment 10000", "fee 60", "refund 10000", "fee_returned 60");
        };
        await().untilAsserted(() -> {
            assertThat(stage(order)).isEqualTo(end);
            assertThat(booked(order)).isEqualTo(entries);
        });
        assertThat(held(Account.PROVIDER, "sandbox")).isEqualTo(end == OrderStage.PAID ? 9_940 : 0);
    }

    @Test
    @DisplayName("[OR13] where the reply and the notice are both lost, the provider is asked until it is known")
    void bothLost() {
        behaviour = Behaviour.LOSE_REPLY;
        Order order = reserve(1, 10_000);
        pay(order);
        now = now.plusSeconds(5);
        orders.sweepPayments().await();
        assertThat(stage(order)).as("too early to ask").isEqualTo(OrderStage.AWAITING_PAYMENT);
        now = now.plusSeconds(11);
        orders.sweepPayments().await();
        assertThat(stage(order)).isEqualTo(OrderStage.PAID);
    }

    @Test
    @DisplayName("[OR13] a declined payment leaves an order that waited for it reserved, and it may be paid again")
    void declinedLater() {
        behaviour = Behaviour.DELAY;
        Order order = reserve(1, 700);
        pay(order);
        Id<Payment> payment = Id.of(count("SELECT id FROM payment"));
        orders.settle(
                        PaymentMethod.SANDBOX,
                        provider.notice(new PaymentProvider.Verdict(payment, false, Money.yuan(700), null)))
                .await();
        assertThat(stage(order)).isEqualTo(OrderStage.RESERVED);
        behaviour = Behaviour.APPROVE;
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(heard()).containsExactly("order awaiting_payment", "order reserved", "order paid");
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
        done(orders.pay(buyer, new OrderRequest.Pay(fetched.id(), PaymentMethod.SANDBOX, null, null))
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
        orders.settlingWith(sku -> Future.succeededFuture(Optional.of(host)));
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

    /** What was booked for an order's payments, in order, with the amount of the first line. */
    private List<String> booked(Order order) {
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

    private long held(Account account, String owner) {
        return ledger.balance(account, owner, "CNY").await();
    }

    private boolean change(Order order, boolean arrived) {
        return database.transaction(transaction -> arrived
                        ? orders.delivered(transaction, order.id())
                        : orders.delivering(transaction, order.id(), Id.of(77)))
                .await();
    }

    private Order reserve(int quantity, long unitPriceMinor) {
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

    private static OrderRequest.Pay request(Order order) {
        return new OrderRequest.Pay(order.id(), PaymentMethod.SANDBOX, new Place(31.2, 121.4), "Nanjing Road 1");
    }

    private Outcome<Order> pay(Order order) {
        return orders.pay(buyer, request(order)).await();
    }

    private void notices() {
        Runnable notice = timers.waiting.poll();
        while (notice != null) {
            notice.run();
            notice = timers.waiting.poll();
        }
    }

    private OrderStage stage(Order order) {
        return orders.order(order.id()).await().orElseThrow().stage();
    }

    /** What the buyer has heard, in order: the type, and the order's stage or the amount. */
    private List<String> heard() {
        return channels.on(ChannelName.user(buyer)).stream()
                .map(OrdersTest::json)
                .map(told -> told.get("type").asText() + " "
                        + (told.has("order")
                                ? told.at("/order/stage").asText()
                                : told.get("amountMinor").asText()))
                .toList();
    }

    private static JsonNode json(Object message) {
        return Json.tree(Json.encode(message));
    }

    private long count(String sql) {
        return Optional.ofNullable(
                        database.execute(sql).await().iterator().next().getLong(0))
                .orElse(0L);
    }

    private static Order done(Outcome<Order> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Order>) outcome).result();
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
