package io.jishi.aftersales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.carts.Carts;
import io.jishi.catalog.Catalog;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Ledger;
import io.jishi.orders.Order;
import io.jishi.orders.Orders;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A shop whose buyers have got what they ordered, with a clock that jumps when a test says so, and a bank that counts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class AfterSalesWorld {
    static final String MAIN = "0000000000001";
    final Vertx vertx = Vertx.vertx();
    final TestDatabase testDatabase = TestDatabase.create();
    final Database database = testDatabase.open(vertx);
    final JumpingTime time = new JumpingTime();
    final Ids ids = new Ids(time::instant, 1);
    final RecordingChannels channels = new RecordingChannels();
    final Bank bank = new Bank();
    final Methods methods = new Methods(Authorization.shipped());
    final Settings settings = Settings.defaults();
    final Ledger ledger = new Ledger(database, ids, time::instant);
    final Catalog catalog = new Catalog(database, ids, time::instant);
    final Orders orders = new Orders(database, channels, ledger, List.of(bank), ids, time::instant, time, settings);
    final AfterSales afterSales = new AfterSales(database, orders, catalog, ids, time::instant, time, settings);
    final Caller host = caller(Role.HOST);
    final Caller staff = caller(Role.STAFF);
    final Caller admin = caller(Role.ADMIN);

    /** Sweeps run when a test says so. */
    static final class JumpingTime implements Timers {
        private volatile Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        private final List<Runnable> sweeps = new CopyOnWriteArrayList<>();

        Instant instant() {
            return now;
        }

        void jump(Duration duration) {
            now = now.plus(duration);
        }

        void sweep() {
            sweeps.forEach(Runnable::run);
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timer every(Duration period, Runnable action) {
            sweeps.add(action);
            return () -> sweeps.remove(action);
        }
    }

    AfterSalesWorld() {
        catalog.register(methods);
        new Carts(database, catalog, orders, ids, time::instant, settings).register(methods);
        orders.register(methods);
        afterSales.register(methods);
        orders.settlingWith(skus -> catalog.skus(skus).map(found -> {
            Map<Id<io.jishi.catalog.Sku>, Id<User>> hosts = new HashMap<>();
            found.forEach((sku, whose) -> hosts.put(sku, whose.hostId()));
            return hosts;
        }));
        orders.start().await();
        afterSales.start().await();
    }

    @AfterEach
    void closesToTheCent() {
        testDatabase.audit();
        assertThat(count("SELECT coalesce(sum(amount_minor), 0) FROM payment_refund WHERE stage = 'refunded'"))
                .as("what went back for single goods, by the shop and by the bank")
                .isLessThanOrEqualTo(bank.given());
        assertThat(count("""
                        SELECT count(*) FROM (
                            SELECT c.order_id, c.sku FROM aftersales_case c JOIN order_line l
                                ON l.order_id = c.order_id AND l.sku = c.sku
                             WHERE c.stage NOT IN ('closed', 'withdrawn', 'lapsed')
                             GROUP BY c.order_id, c.sku, l.quantity HAVING sum(c.quantity) > l.quantity) t
                        """)).as("units in two cases").isZero();
        assertThat(count("""
                        SELECT count(*) FROM aftersales_case c FULL JOIN order_hold h ON h.reason = c.id
                         WHERE (c.due_at IS NOT NULL) <> (h.reason IS NOT NULL)
                        """))
                .as("orders that are held by what is no open case")
                .isZero();
    }

    @AfterAll
    void close() {
        afterSales.stop().await();
        orders.stop().await();
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    Caller caller(Role role) {
        return new Caller(ids.next().toString(), "name", Set.of(role), "c", "en");
    }

    /** An order that its buyer has, of as many units of one SKU. */
    JsonNode delivered(Caller buyer, String sku, int quantity, boolean brought) {
        result(buyer, "carts.put", "{\"skuId\":\"" + sku + "\",\"quantity\":" + quantity + "}");
        JsonNode order =
                result(buyer, "carts.checkout", "{\"key\":\"" + ids.next() + "\",\"fulfilment\":\"delivery\"}");
        pay(buyer, order);
        bring(order, brought);
        return order;
    }

    void pay(Caller buyer, JsonNode order) {
        result(buyer, "orders.pay", """
                {"orderId":%s,"method":"sandbox","place":{"latitude":31.2,"longitude":121.4},"address":"Gate 3"}""".formatted(order.get("id")));
    }

    void bring(JsonNode order, boolean toTheDoor) {
        Id<Order> id = Id.parse(order.get("id").asText());
        database.transaction(transaction -> orders.delivering(transaction, id, ids.next()))
                .await();
        if (toTheDoor) {
            database.transaction(transaction -> orders.delivered(transaction, id))
                    .await();
        }
    }

    /** Of a product of the host with two variants of one price and one of another. */
    List<String> skus(int stock) {
        JsonNode made = result(host, "catalog.create", """
                {"name":{"zh":"茶","en":"tea"},"skus":[
                 {"name":{"zh":"绿","en":"green"},"priceMinor":1000,"code":"a"},
                 {"name":{"zh":"红","en":"red"},"priceMinor":1000,"code":"b"},
                 {"name":{"zh":"大","en":"large"},"priceMinor":9000,"code":"c"}]}""");
        List<String> all = made.get("skus").findValuesAsText("id");
        all.forEach(sku -> result(host, "catalog.receive", "{\"skuId\":\"" + sku + "\",\"quantity\":" + stock + "}"));
        return all;
    }

    String open(Caller buyer, JsonNode order, String kind, int quantity) {
        return result(
                        buyer,
                        "aftersales.open",
                        opening(order, kind, quantity, ids.next().toString()))
                .get("id")
                .asText();
    }

    static String opening(JsonNode order, String kind, int quantity, String key) {
        return """
                {"orderId":%s,"skuId":%s,"quantity":%d,"kind":"%s","reason":"damaged","text":"a crack","key":"%s"}""".formatted(order.get("id"), order.at("/lines/0/skuId"), quantity, kind, key);
    }

    static String of(String caseId) {
        return "{\"caseId\":\"" + caseId + "\"}";
    }

    static String of(String caseId, String more) {
        return "{\"caseId\":\"" + caseId + "\"," + more + "}";
    }

    JsonNode act(Caller caller, String verb, String caseId) {
        return result(caller, "aftersales." + verb, of(caseId));
    }

    JsonNode act(Caller caller, String verb, String caseId, String more) {
        return result(caller, "aftersales." + verb, of(caseId, more));
    }

    String stage(String caseId) {
        return row("SELECT stage FROM aftersales_case WHERE id = " + number(caseId))
                .getString(0);
    }

    String orderStage(JsonNode order) {
        return row("SELECT stage FROM orders WHERE id = "
                        + number(order.get("id").asText()))
                .getString(0);
    }

    /** Sweeps until something is so. */
    void sweepUntil(Callable<Boolean> isSo) {
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            time.sweep();
            return isSo.call();
        });
    }

    List<String> heard(Caller buyer) {
        return channels.on(ChannelName.user(Id.parse(buyer.user()))).stream()
                .map(message -> Json.tree(Json.encode(message)))
                .filter(message -> message.get("type").asText().equals("case"))
                .map(message -> message.at("/case/stage").asText())
                .toList();
    }

    long available(String sku) {
        return count("SELECT available FROM sku WHERE id = " + number(sku));
    }

    Row row(String sql) {
        return database.execute(sql).await().iterator().next();
    }

    long count(String sql) {
        return row(sql).getLong(0);
    }

    static long number(String id) {
        return Id.parse(id).value();
    }

    Future<Methods.Answer> calling(Caller caller, String method, String params) {
        return methods.call(method, caller, Json.tree(Buffer.buffer(params)));
    }

    Methods.Answer call(Caller caller, String method, String params) {
        return calling(caller, method, params).await();
    }

    JsonNode result(Caller caller, String method, String params) {
        Methods.Answer answer = call(caller, method, params);
        assertThat(answer).as(method + " " + params).isInstanceOf(Methods.Answer.Result.class);
        return Json.tree(((Methods.Answer.Result) answer).json());
    }

    static Methods.Answer refusal(Refusal refusal) {
        return new Methods.Answer.Error(refusal.code(), refusal.name().toLowerCase(Locale.ROOT), refusal.temporary());
    }
}
