package io.jishi.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Invalid;
import io.jishi.core.ManualTime;
import io.jishi.core.Money;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Ledger;
import io.jishi.orders.Order;
import io.jishi.orders.OrderRefusal;
import io.jishi.orders.OrderStage;
import io.jishi.orders.Orders;
import io.jishi.orders.PaymentMethod;
import io.jishi.orders.PaymentProvider.Notice;
import io.jishi.outbound.OutboundHttp;
import io.jishi.payments.FakeProvider.Mood;
import io.jishi.payments.FakeProvider.Trade;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same promises of every real provider, from the call to the order's stage and the ledger. */
@Timeout(60)
class ProvidersTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase testDatabase = TestDatabase.create();
    private final Database database = testDatabase.open(vertx);
    private final ManualTime time = new ManualTime(Instant.parse("2026-01-01T00:00:00Z"));
    private final Ids ids = new Ids(time, 1);
    private final OutboundHttp http = new OutboundHttp(vertx);
    private final Id<User> buyer = ids.next();
    private final Methods methods = new Methods(Authorization.shipped());
    private FakeProvider provider;
    private Orders orders;
    private PaymentMethod method;

    private void use(PaymentMethod chosen) {
        method = chosen;
        provider = switch (chosen) {
            case STRIPE -> new FakeStripe(vertx, time);
            case ALIPAY -> new FakeAlipay(vertx, time);
            case WECHAT -> new FakeWeChat(vertx, time);
            case SANDBOX -> throw new IllegalArgumentException();
        };
        Map<String, String> settings = new HashMap<>(provider.settings());
        settings.put("payments.methods", provider.name());
        settings.put("payments.public-url", "https://shop.example/");
        orders = new Orders(
                database,
                new RecordingChannels(),
                new Ledger(database, ids, time),
                providers(settings).offered(),
                ids,
                time,
                time,
                Settings.defaults());
        orders.register(methods);
        orders.start().await();
    }

    private PaymentProviders providers(Map<String, String> settings) {
        return new PaymentProviders(
                http,
                time,
                time,
                RandomGenerator.getDefault(),
                Settings.read(PaymentProviders.SETTINGS, settings, Map.of()));
    }

    @AfterEach
    void close() {
        if (provider != null) {
            assertThat(provider.wrongs).as("what the provider found wrong").isEmpty();
            orders.stop().await();
            provider.close();
        }
        http.close().await();
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[PA5] a buyer is told what to do, and the provider's notice pays the order once")
    void pays(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        JsonNode answer = pay(order);
        assertThat(answer.path("id").asText()).isEqualTo(order.id().toString());
        assertThat(answer.at("/nextStep/value").asText()).contains(provider.only().id);
        assertThat(answer.at("/nextStep/kind").asText())
                .isEqualTo(chosen == PaymentMethod.STRIPE ? "client_secret" : "qr_code");
        assertThat(pay(order).at("/nextStep/value")).isEqualTo(answer.at("/nextStep/value"));
        assertThat(provider.trades).as("asked twice, one trade").hasSize(1);
        assertThat(provider.only().minor).isEqualTo(2_100);
        Notice notice = paid();
        for (int i = 0; i < 3; i++) {
            assertThat(settle(notice)).isEqualTo(Outcome.done(true));
        }
        assertThat(stage(order)).isEqualTo(OrderStage.PAID);
        assertThat(booked()).containsExactly("payment 2100", "fee " + (chosen == PaymentMethod.STRIPE ? 71 : 13));
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[PA6] where replies and notices get lost, the provider is asked until it is known what happened")
    void lost(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        provider.mood = Mood.LOSES_REPLY;
        assertThat(pay(order).has("nextStep")).isFalse();
        assertThat(provider.trades).hasSize(1);
        provider.mood = Mood.WELL;
        pay(order);
        assertThat(provider.trades).hasSize(1);
        provider.only().state = "paid";
        await().until(() -> {
            time.pass(Duration.ofSeconds(1));
            return stage(order) == OrderStage.PAID;
        });
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[PA7] a payment that comes after the order has expired goes back at the provider and in the ledger")
    void late(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        pay(order);
        time.pass(Duration.ofSeconds(60));
        await().until(() -> {
            time.pass(Duration.ofSeconds(1)); // a sweep skips its turn while its last one is under way
            return stage(order) == OrderStage.EXPIRED;
        });
        provider.mood = Mood.SLOW_REFUNDS;
        assertThat(settle(paid())).isEqualTo(Outcome.done(true));
        assertThat(provider.only().refund).isEqualTo("pending");
        assertThat(booked()).hasSize(2);
        provider.only().refund = "succeeded";
        await().until(() -> {
            time.pass(Duration.ofSeconds(5));
            return booked().contains("refund 2100");
        });
        assertThat(booked().getFirst()).isEqualTo("late_payment 2100");
        assertThat(booked()).hasSize(chosen == PaymentMethod.STRIPE ? 3 : 4);
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[AS7] money goes back for single goods, each part once at the provider, also where its reply is lost")
    void parts(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        pay(order);
        settle(paid());
        Id<?> one = ids.next();
        Id<?> other = ids.next();
        provider.mood = Mood.LOSES_PARTS;
        giveBack(order, 700, one);
        await().until(() -> {
            time.pass(Duration.ofSeconds(5));
            return provider.only().parts.size() == 1;
        });
        provider.mood = Mood.WELL;
        giveBack(order, 600, other);
        await().until(() -> {
            time.pass(Duration.ofSeconds(5));
            return count("SELECT count(*) FROM payment_refund WHERE stage = 'refunded'") == 2;
        });
        assertThat(provider.only().parts).isEqualTo(Map.of(one.toString(), 700L, other.toString(), 600L));
        assertThatThrownBy(() -> giveBack(order, 801, ids.next()))
                .as("more than is left")
                .hasMessageContaining("payment_gives_what_it_has");
        assertThatThrownBy(() -> giveBack(order, 100, one))
                .as("twice for one reason")
                .isNotNull();
    }

    private void giveBack(Order order, long minor, Id<?> reason) {
        database.transaction(transaction -> orders.aftercare()
                        .lock(transaction, order.id())
                        .compose(held -> orders.aftercare()
                                .giveBack(
                                        transaction,
                                        held.order(),
                                        held.order().goods().getFirst().skuId(),
                                        Money.yuan(minor),
                                        reason)))
                .await();
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[PA7] what nobody has paid in time is closed at the provider")
    void closes(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        pay(order);
        await().until(() -> {
            time.pass(Duration.ofSeconds(10));
            return provider.only().state.equals("closed");
        });
        await().until(() -> count("SELECT count(*) FROM payment WHERE stage = 'declined'") == 1);
        assertThat(stage(order)).isEqualTo(OrderStage.EXPIRED);
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[PA8] a notice that is forged, altered, or for another amount changes nothing")
    void forged(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        pay(order);
        provider.only().state = "paid";
        Notice cheap = provider.notice(provider.only(), 1);
        assertThat(settle(cheap)).isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
        Notice genuine = provider.notice(provider.only(), 2_100);
        Notice altered = new Notice(genuine.body().replaceFirst("a", "b"), genuine.header());
        assertThat(settle(altered)).isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        assertThat(settle(new Notice("", name -> null))).isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        Notice unknown = provider.notice(unknownTrade(), 2_100);
        assertThat(settle(unknown)).isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
        if (chosen != PaymentMethod.ALIPAY) {
            time.pass(Duration.ofMillis(1));
            Notice old = genuine;
            Instant then = time.instant();
            assertThat(then).isAfter(order.createdAt());
            time.pass(Duration.ofMinutes(6));
            assertThat(settle(old)).as("kept").isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        }
        assertThat(booked().stream().filter(text -> text.startsWith("payment"))).isEmpty();
    }

    private static Trade unknownTrade() {
        Trade trade = new Trade("0000000000001", 2_100);
        trade.state = "paid";
        return trade;
    }

    @ParameterizedTest
    @EnumSource(value = PaymentMethod.class, mode = EnumSource.Mode.EXCLUDE, names = "SANDBOX")
    @DisplayName("[PA9] an answer that is not the provider's own, or has no end, is no answer")
    void badAnswers(PaymentMethod chosen) {
        use(chosen);
        Order order = reserve();
        for (Mood mood : List.of(Mood.UNSIGNED, Mood.ENDLESS)) {
            provider.mood = mood;
            JsonNode answer = pay(order);
            assertThat(answer.at("/stage").asText()).isEqualTo("awaiting_payment");
            assertThat(answer.has("nextStep")).as(mood.name()).isFalse();
        }
        provider.mood = Mood.WELL;
        assertThat(pay(order).has("nextStep")).isTrue();
    }

    @Test
    @DisplayName("[PA10] a method that is not configured is refused; one that lacks something stops the start")
    void configuration() {
        use(PaymentMethod.STRIPE);
        Order order = reserve();
        assertThat(call("{\"orderId\":\"" + order.id() + "\",\"method\":\"alipay\"}")
                        .get("code")
                        .asInt())
                .isEqualTo(1208);
        assertThat(settle(PaymentMethod.WECHAT, new Notice("", name -> null)))
                .isEqualTo(Outcome.refused(OrderRefusal.METHOD_NOT_OFFERED));
        for (Map<String, String> bad : List.of(
                Map.of("payments.methods", "paypal"),
                Map.of("payments.methods", "stripe"),
                Map.of("payments.methods", "alipay"),
                Map.of("payments.methods", "wechat"),
                Map.of("payments.methods", "sandbox,"))) {
            assertThatThrownBy(() -> providers(bad)).as(bad.toString()).isInstanceOf(Invalid.class);
        }
        assertThat(providers(Map.of()).sandbox()).isPresent();
    }

    private Notice paid() {
        provider.only().state = "paid";
        return provider.notice(provider.only(), provider.only().minor);
    }

    private Outcome<Boolean> settle(Notice notice) {
        return settle(method, notice);
    }

    private Outcome<Boolean> settle(PaymentMethod by, Notice notice) {
        return orders.settle(by, notice).await();
    }

    private JsonNode pay(Order order) {
        return call("{\"orderId\":\"" + order.id() + "\",\"method\":\"" + method.text() + "\"}");
    }

    private JsonNode call(String params) {
        Caller caller = new Caller(buyer.toString(), "b", Set.of(Role.VIEWER), "c", "zh");
        return switch (methods.call("orders.pay", caller, Json.tree(Buffer.buffer(params)))
                .await()) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error -> Json.tree(Buffer.buffer("{\"code\":" + error.code() + "}"));
        };
    }

    private Order reserve() {
        Id<Order> id = ids.next();
        database.execute(
                        """
                        INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,
                                            currency, stage, created_at, pay_before)
                        VALUES ($1, $2, $1, 1, 'k', 1, '茶', 'tea', 3, 700, 'CNY', 'reserved', $3, $4)
                        """,
                        Tuple.of(
                                id.value(),
                                buyer.value(),
                                time.instant().atOffset(ZoneOffset.UTC),
                                time.instant().plusSeconds(60).atOffset(ZoneOffset.UTC)))
                .await();
        return orders.order(id).await().orElseThrow();
    }

    private OrderStage stage(Order order) {
        return orders.order(order.id()).await().orElseThrow().stage();
    }

    private List<String> booked() {
        List<String> booked = new ArrayList<>();
        database.execute("SELECT kind || ' ' || max(amount_minor) FROM ledger_entry e"
                        + " JOIN ledger_posting p ON p.entry = e.id GROUP BY e.id ORDER BY e.id")
                .await()
                .forEach(row -> booked.add(row.getString(0)));
        return booked;
    }

    private long count(String sql) {
        return database.execute(sql).await().iterator().next().getLong(0);
    }
}
