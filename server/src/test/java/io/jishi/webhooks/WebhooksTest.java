package io.jishi.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Invalid;
import io.jishi.core.ManualTime;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Ledger;
import io.jishi.orders.Order;
import io.jishi.orders.OrderMessage;
import io.jishi.orders.Orders;
import io.jishi.outbound.OutboundHttp;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.sqlclient.Tuple;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WebhooksTest {
    private static final String SECRET = "a secret for subscribers";

    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase testDatabase = TestDatabase.create();
    private final Database database = testDatabase.open(vertx);
    private final ManualTime time = new ManualTime(Instant.parse("2026-01-01T00:00:00Z"));
    private final Ids ids = new Ids(time, 1);
    private final OutboundHttp http = new OutboundHttp(vertx);
    private volatile int status = 200;
    private final List<Got> got = new CopyOnWriteArrayList<>();
    private final HttpServer subscriber = vertx.createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> {
                got.add(new Got(request.headers(), body.toString()));
                request.response()
                        .setStatusCode(status)
                        .putHeader("Location", "/elsewhere")
                        .end();
            }))
            .listen(0, "127.0.0.1")
            .await();
    private final String url = "http://127.0.0.1:" + subscriber.actualPort() + "/hook";
    private final Webhooks webhooks = webhooks(url, true);
    private final Id<User> buyer = ids.next();

    private record Got(MultiMap headers, String body) {}

    private Webhooks webhooks(String urls, boolean mayBePrivate) {
        return webhooks(urls, SECRET, mayBePrivate);
    }

    private Webhooks webhooks(String urls, String secret, boolean mayBePrivate) {
        Settings settings = Settings.defaults()
                .with(Webhooks.URLS, urls)
                .with(Webhooks.SECRET, secret)
                .with(Webhooks.TRIES_MAX, 3)
                .with(Webhooks.PRIVATE, mayBePrivate);
        return new Webhooks(database, http, ids, time, time, new Random(1), settings);
    }

    @AfterEach
    void close() {
        subscriber.close().await();
        http.close().await();
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    @Test
    @DisplayName("[WH1] an order's step reaches the subscriber signed, with the id that the buyer's channel has")
    void signed() throws Exception {
        Orders orders = new Orders(
                database,
                new RecordingChannels(),
                new Ledger(database, ids, time),
                List.of(),
                ids,
                time,
                time,
                Settings.defaults());
        orders.onEvent(webhooks::told);
        Order order = reserve();
        orders.cancel(buyer, order.id()).await();
        assertThat(webhooks.send().await()).isEqualTo(1);
        assertThat(webhooks.send().await()).as("once taken").isZero();
        Got one = got.getFirst();
        JsonNode told = Json.tree(Buffer.buffer(one.body()));
        assertThat(told.at("/order/stage").asText()).isEqualTo("cancelled");
        assertThat(told.at("/eventId").asText()).isEqualTo(one.headers().get("Jishi-Event-Id"));
        assertThat(one.body()).doesNotContain(buyer.toString());
        assertThat(one.headers().get("Jishi-Signature")).isEqualTo(signature(SECRET, one));
    }

    private static String signature(String secret, Got got) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] sum = mac.doFinal(("1767225600." + got.body()).getBytes(StandardCharsets.UTF_8));
        return "t=1767225600,v1=" + "%064x".formatted(new BigInteger(1, sum));
    }

    @Test
    @DisplayName("[WH6] each subscriber has a secret of its own, where as many are configured")
    void ownSecret() throws Exception {
        Webhooks both = webhooks(url + "," + url + "2", "the secret of one, the secret of two", true);
        tell(both);
        both.send().await();
        assertThat(got)
                .extracting(each -> each.headers().get("Jishi-Signature"))
                .containsExactlyInAnyOrder(
                        signature("the secret of one", got.getFirst()), signature("the secret of two", got.getLast()));
        assertThatThrownBy(() -> webhooks(url + "," + url + "2", "the secret of one, short", true))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(
                        () -> webhooks(url + "," + url + "2", "the secret of one,the secret of two,a third one", true))
                .isInstanceOf(Invalid.class);
        String withComma = "one secret, with a comma";
        tell(webhooks(url, withComma, true));
        webhooks(url, withComma, true).send().await();
        assertThat(got.getLast().headers().get("Jishi-Signature")).isEqualTo(signature(withComma, got.getLast()));
    }

    @Test
    @DisplayName("[WH7] one who does not answer holds up nobody else; what has piled up is sent without a pause")
    void oneHangs() {
        CountDownLatch asked = new CountDownLatch(1);
        HttpServer silent = vertx.createHttpServer()
                .requestHandler(request -> asked.countDown())
                .listen(0, "127.0.0.1")
                .await();
        Webhooks both = webhooks("http://127.0.0.1:" + silent.actualPort() + "/," + url, true);
        int count = 3 * Subscriber.SENT_AT_ONCE_MAX + 1;
        for (int i = 0; i < count; i++) {
            tell(both);
        }
        both.start().await();
        time.pass(Duration.ofSeconds(1));
        await().until(() -> asked.getCount() == 0 && got.size() == count);
        both.stop().await();
        silent.close().await();
    }

    @Test
    @DisplayName("[WH1] an event that is rolled back is told to nobody; every subscriber is told of one that is not")
    void transactional() {
        Webhooks both = webhooks(url + "," + url + "2", true);
        Future<Void> failed = database.transaction(
                transaction -> both.told(transaction, List.of(message())).compose(done -> Future.failedFuture("no")));
        assertThatThrownBy(failed::await).hasMessage("no");
        assertThat(both.send().await()).isZero();
        tell(both);
        assertThat(both.send().await()).isEqualTo(2);
        assertThat(got).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 404, 302})
    @DisplayName("[WH2] what is not taken comes again, each time later, and stops when it is taken")
    void again(int refusing) {
        tell(webhooks);
        status = refusing;
        webhooks.send().await();
        assertThat(webhooks.send().await()).as("not at once").isZero();
        time.pass(Duration.ofSeconds(5));
        assertThat(webhooks.send().await()).isEqualTo(1);
        time.pass(Duration.ofMillis(4_900));
        assertThat(webhooks.send().await()).as("waits longer now").isZero();
        status = 204;
        time.pass(Duration.ofSeconds(6));
        assertThat(webhooks.send().await()).isEqualTo(1);
        time.pass(Duration.ofDays(1));
        assertThat(webhooks.send().await()).isZero();
        assertThat(got).hasSize(3);
        assertThat(got.stream()
                        .map(each -> each.headers().get("Jishi-Event-Id"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    @DisplayName("[WH2] waits double up to a bound and are not the same for all")
    void waits() {
        Random random = new Random(7);
        Set<Duration> seen = new HashSet<>();
        for (int tries = 1; tries <= 40; tries++) {
            long whole = Math.min(5_000L << Math.min(tries - 1, 30), 21_600_000L);
            Duration wait = Delivery.waitAfter(tries, random);
            assertThat(wait.toMillis()).isBetween(whole / 2, whole);
            seen.add(wait);
        }
        assertThat(seen).hasSizeGreaterThan(35);
    }

    @Test
    @DisplayName("[WH2] two nodes that send at the same time send a delivery once")
    void twoNodes() {
        for (int i = 0; i < 10; i++) {
            tell(webhooks);
        }
        Webhooks other = webhooks(url, true);
        Future.join(webhooks.send(), other.send()).await();
        assertThat(got).hasSize(10);
    }

    @Test
    @DisplayName("[WH3] what is never taken is dead, visible to staff, and can be sent again")
    void dead() {
        Methods methods = new Methods(Authorization.shipped());
        webhooks.register(methods);
        tell(webhooks);
        status = 500;
        for (int i = 0; i < 3; i++) {
            assertThat(webhooks.send().await()).isEqualTo(1);
            time.pass(Duration.ofMinutes(1));
        }
        assertThat(webhooks.send().await()).isZero();
        JsonNode list = call(methods, "webhooks.deliveries", Role.STAFF, "{\"dead\":true}")
                .get("items");
        assertThat(list).hasSize(1);
        assertThat(list.at("/0/tries").asInt()).isEqualTo(3);
        assertThat(list.at("/0/error").asText()).isEqualTo("status 500");
        String id = "{\"deliveryId\":" + list.at("/0/id") + "}";
        assertThat(call(methods, "webhooks.resend", Role.VIEWER, id).get("code").asInt())
                .isEqualTo(103);
        status = 200;
        call(methods, "webhooks.resend", Role.ADMIN, id);
        assertThat(call(methods, "webhooks.resend", Role.ADMIN, id).get("code").asInt())
                .isEqualTo(1350);
        assertThat(webhooks.send().await()).isEqualTo(1);
        assertThat(got).hasSize(4);
        assertThat(call(methods, "webhooks.deliveries", Role.STAFF, "{}").get("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:PORT/",
                "https://localhost:PORT/",
                "https://[::1]:PORT/",
                "https://10.0.0.1/",
                "https://192.168.1.1/",
                "https://172.16.0.1/",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://[::ffff:10.0.0.1]/",
                "https://[fd00::1]/",
                "https://[64:ff9b::a00:1]/",
                "https://[2002:a00:1::]/"
            })
    @DisplayName("[WH4] nothing goes to an address that leads into the own network")
    void guard(String address) {
        Webhooks guarded = webhooks(address.replace("PORT", Integer.toString(subscriber.actualPort())), false);
        tell(guarded);
        assertThat(guarded.send().await()).isEqualTo(1);
        assertThat(got).isEmpty();
        assertThat(database.execute("SELECT error FROM webhook_delivery")
                        .await()
                        .iterator()
                        .next()
                        .getString(0))
                .contains("is not on the public network");
    }

    @Test
    @DisplayName("[WH5] subscribers that are no https addresses, or no secret, stop the start")
    void configuration() {
        for (String bad :
                List.of("http://example.com/", "ftp://example.com/", "https://", "x", "https://a@b.c/", ",")) {
            assertThatThrownBy(() -> webhooks(bad, false)).as(bad).isInstanceOf(Invalid.class);
        }
        assertThatThrownBy(() -> new Webhooks(
                        database,
                        http,
                        ids,
                        time,
                        time,
                        new Random(1),
                        Settings.defaults().with(Webhooks.URLS, "https://example.com/")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("webhooks.secret");
    }

    private OrderMessage message() {
        return new OrderMessage.Refunded("refund", ids.next(), time.instant(), ids.next(), 700);
    }

    private void tell(Webhooks to) {
        database.transaction(transaction -> to.told(transaction, List.of(message())))
                .await();
    }

    private Order reserve() {
        Id<Order> id = ids.next();
        List<Object> values = new ArrayList<>();
        values.add(id.value());
        values.add(buyer.value());
        values.add(time.instant().atOffset(ZoneOffset.UTC));
        values.add(time.instant().plusSeconds(60).atOffset(ZoneOffset.UTC));
        database.execute("""
                        INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,
                                            currency, stage, created_at, pay_before)
                        VALUES ($1, $2, $1, 1, 'k', 1, '茶', 'tea', 3, 700, 'CNY', 'reserved', $3, $4)
                        """, Tuple.from(values)).await();
        return new Order(
                id,
                buyer,
                id,
                Id.of(1),
                new io.jishi.core.LocalText("茶", "tea"),
                3,
                700,
                "CNY",
                io.jishi.orders.OrderStage.RESERVED,
                time.instant(),
                time.instant(),
                null,
                null);
    }

    private JsonNode call(Methods methods, String method, Role role, String params) {
        Caller caller = new Caller(buyer.toString(), "s", Set.of(role), "c", "zh");
        return switch (methods.call(method, caller, Json.tree(Buffer.buffer(params)))
                .await()) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error -> Json.tree(Json.encode(Map.of("code", error.code())));
        };
    }
}
