package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A shop with a host and a counter, and what its people ask of it. */
abstract class CartWorld {
    static final Ids IDS = new Ids(InstantSource.system(), 9);
    static final Caller HOST = caller(Role.HOST);
    static final String DELIVERY = "\"fulfilment\":\"delivery\"";
    static ShopWorld world;
    static String counter;

    @BeforeAll
    static void open() {
        world = new ShopWorld();
        counter = result(caller(Role.OPERATOR), "catalog.add_location", """
                {"kind":"counter","name":{"zh":"前台","en":"Front desk"},"place":{"latitude":31.2,"longitude":121.4}}""")
                .get("id")
                .asText();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    static String pickup() {
        return "\"fulfilment\":\"pickup\",\"locationId\":\"" + counter + "\"";
    }

    static String pay(JsonNode order, boolean somewhere) {
        return "{\"orderId\":" + order.get("id") + ",\"method\":\"sandbox\""
                + (somewhere ? ",\"place\":{\"latitude\":31.23,\"longitude\":121.47}}" : "}");
    }

    static long amountOf(JsonNode order) {
        return count("SELECT amount_minor FROM payment WHERE order_id = "
                + Id.parse(order.get("id").asText()).value());
    }

    static String stage(Caller buyer, JsonNode order) {
        return result(buyer, "orders.get", "{\"orderId\":" + order.get("id") + "}")
                .get("stage")
                .asText();
    }

    static List<String> heard(Caller buyer) {
        return world.channels.on(ChannelName.user(user(buyer))).stream()
                .map(message ->
                        Json.tree(Json.encode(message)).at("/order/stage").asText())
                .toList();
    }

    static JsonNode checkout(Caller buyer, String key, String how) {
        return result(buyer, "carts.checkout", "{\"key\":\"" + key + "\"," + how + "}");
    }

    static void put(Caller buyer, String sku, int quantity) {
        result(buyer, "carts.put", "{\"skuId\":\"" + sku + "\",\"quantity\":" + quantity + "}");
    }

    static String sku(Caller host, long priceMinor, int stock) {
        JsonNode made = result(host, "catalog.create", """
                {"name":{"zh":"茶","en":"tea"},"skus":[{"name":{"zh":"一两","en":"50 g"},"priceMinor":%d,"code":"a"}]}""".formatted(priceMinor));
        String sku = made.at("/skus/0/id").asText();
        result(host, "catalog.receive", "{\"skuId\":\"" + sku + "\",\"quantity\":" + stock + "}");
        return sku;
    }

    static int available(String sku) {
        return Math.toIntExact(
                count("SELECT available FROM sku WHERE id = " + Id.parse(sku).value()));
    }

    static String levels(String sku) {
        return world.database
                .execute("SELECT string_agg(available::text, ',' ORDER BY location) FROM stock_level WHERE sku = "
                        + Id.parse(sku).value())
                .await()
                .iterator()
                .next()
                .getString(0);
    }

    static long count(String sql) {
        return world.database.execute(sql).await().iterator().next().getLong(0);
    }

    static Id<User> user(Caller caller) {
        return Id.parse(caller.user());
    }

    static Caller caller(Role role) {
        return new Caller(IDS.next().toString(), "name", Set.of(role), "c", "en");
    }

    static Methods.Answer call(Caller caller, String method, String params) {
        return world.methods
                .call(method, caller, Json.tree(Buffer.buffer(params)))
                .await();
    }

    static JsonNode result(Caller caller, String method, String params) {
        Methods.Answer answer = call(caller, method, params);
        assertThat(answer).as(method + " " + params).isInstanceOf(Methods.Answer.Result.class);
        return Json.tree(((Methods.Answer.Result) answer).json());
    }

    static Methods.Answer refusal(Refusal refusal) {
        return new Methods.Answer.Error(refusal.code(), refusal.name().toLowerCase(Locale.ROOT), refusal.temporary());
    }
}
