package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.carts.CartRefusal;
import io.jishi.carts.CartRequest;
import io.jishi.carts.Carts;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.orders.Fulfilment;
import io.jishi.orders.Order;
import io.jishi.orders.OrderRefusal;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Carts and what becomes of them, with all capabilities put together. */
@Timeout(60)
class CartsTest extends CartWorld {
    private static Database other;
    private static Carts otherNode;

    @BeforeAll
    static void openOther() {
        other = world.testDatabase.open(world.vertx);
        otherNode = new Carts(
                other,
                world.shop.catalog,
                world.shop.orders,
                new Ids(InstantSource.system(), 8),
                InstantSource.system(),
                Settings.defaults());
    }

    @AfterAll
    static void closeOther() {
        other.close().await();
    }

    @Test
    @DisplayName("[CT1] a cart is kept on the server, is bounded, and shows prices and what is there")
    void cart() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 1_000, 5);
        String cup = sku(HOST, 250, 1);
        put(buyer, tea, 2);
        put(buyer, cup, 3);
        put(buyer, tea, 4);
        JsonNode cart = result(buyer, "carts.get", "{}");
        assertThat(cart.at("/items/0/skuId").asText()).isEqualTo(tea);
        assertThat(cart.at("/items/0/quantity").asInt()).isEqualTo(4);
        assertThat(cart.at("/items/1/available").asInt()).isEqualTo(1);
        assertThat(cart.get("totalMinor").asLong()).isEqualTo(4_750);
        assertThat(result(caller(Role.VIEWER), "carts.get", "{}").get("items")).isEmpty();
        put(buyer, cup, 0);
        assertThat(result(buyer, "carts.get", "{}").get("items")).hasSize(1);
        assertThat(call(buyer, "carts.put", "{\"skuId\":\"" + tea + "\",\"quantity\":100}"))
                .isInstanceOf(Methods.Answer.Error.class);
        for (int i = 1; i < Carts.LINES_MAX; i++) {
            put(buyer, sku(HOST, 100, 1), 1);
        }
        assertThat(call(buyer, "carts.put", "{\"skuId\":\"" + cup + "\",\"quantity\":1}"))
                .isEqualTo(refusal(CartRefusal.CART_FULL));
        put(buyer, tea, 1);
    }

    @Test
    @DisplayName("[CT2] a checkout is an order of all lines at the shop's prices, and takes the units out, once a key")
    void checkout() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 1_000, 5);
        String cup = sku(HOST, 250, 3);
        put(buyer, tea, 2);
        put(buyer, cup, 3);
        JsonNode order = checkout(buyer, "k", DELIVERY);
        assertThat(order.get("totalMinor").asLong()).isEqualTo(2_750);
        assertThat(order.get("stage").asText()).isEqualTo("reserved");
        assertThat(order.at("/lines/1/quantity").asInt()).isEqualTo(3);
        assertThat(order.at("/lines/1/unitPriceMinor").asLong()).isEqualTo(250);
        assertThat(order.has("saleId")).isFalse();
        assertThat(order.at("/name/en").asText()).endsWith("and 1 more");
        assertThat(available(tea)).isEqualTo(3);
        assertThat(available(cup)).isZero();
        assertThat(result(buyer, "carts.get", "{}").get("items")).isEmpty();
        put(buyer, tea, 1);
        assertThat(checkout(buyer, "k", DELIVERY)).isEqualTo(order);
        assertThat(result(buyer, "orders.get", "{\"orderId\":" + order.get("id") + "}"))
                .isEqualTo(order);
        assertThat(available(tea)).isEqualTo(3);
        JsonNode moved =
                result(HOST, "catalog.movements", "{\"skuId\":\"" + tea + "\"}").at("/items/0");
        assertThat(moved.get("reason").asText()).isEqualTo("order_reserved");
        assertThat(moved.get("reference").asText())
                .isEqualTo("order:" + order.get("id").asText());
        await().until(() -> heard(buyer).contains("reserved"));
    }

    @Test
    @DisplayName("[CT2] the same key on two nodes at the same time makes one order, and both hear of it")
    void sameKeyTwice() {
        String tea = sku(HOST, 1_000, 50);
        for (int round = 0; round < 10; round++) {
            Caller buyer = caller(Role.VIEWER);
            put(buyer, tea, 2);
            CartRequest.Checkout request = new CartRequest.Checkout("same", Fulfilment.DELIVERY, null, null);
            Future<Outcome<Order>> here = world.shop.carts.checkout(user(buyer), request);
            Future<Outcome<Order>> there = otherNode.checkout(user(buyer), request);
            Future.all(here, there).await();
            assertThat(here.result()).isEqualTo(there.result()).isInstanceOf(Outcome.Done.class);
        }
        assertThat(available(tea)).isEqualTo(30);
    }

    @Test
    @DisplayName(
            "[CT3] many buyers whose carts overlap in opposite order sell the last units exactly, and all are answered")
    void lastUnits() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> skus = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            skus.add(sku(HOST, 100, 20));
        }
        List<Caller> buyers = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Caller buyer = caller(Role.VIEWER);
            List<String> chosen = new ArrayList<>(skus);
            Collections.shuffle(chosen, random);
            chosen.subList(0, 3).forEach(sku -> put(buyer, sku, 1 + random.nextInt(2)));
            buyers.add(buyer);
        }
        List<Future<Outcome<Order>>> all = new ArrayList<>();
        for (Caller buyer : buyers) {
            Carts node = all.size() % 2 == 0 ? world.shop.carts : otherNode;
            all.add(node.checkout(user(buyer), new CartRequest.Checkout("k", Fulfilment.DELIVERY, null, null)));
        }
        Future.join(all).await();
        int[] sold = new int[skus.size()];
        for (Future<Outcome<Order>> each : all) {
            switch (each.result()) {
                case Outcome.Done<Order> done ->
                    done.result()
                            .goods()
                            .forEach(line -> sold[skus.indexOf(line.skuId().toString())] += line.quantity());
                case Outcome.Refused<Order> refused ->
                    assertThat(refused.refusal()).as("seed %d", seed).isEqualTo(CartRefusal.NOT_ALL_THERE);
            }
        }
        assertThat(all).as("seed %d", seed).anyMatch(each -> each.result() instanceof Outcome.Refused);
        for (int i = 0; i < sold.length; i++) {
            assertThat(available(skus.get(i))).as("seed %d", seed).isEqualTo(20 - sold[i]);
        }
    }

    @Test
    @DisplayName("[CT4] what is cancelled or not paid in time is in the stock again, in the location that it came from")
    void released() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 1_000, 5);
        String cup = sku(HOST, 250, 3);
        result(HOST, "catalog.transfer", """
                {"skuId":"%s","fromId":"0000000000001","toId":"%s","quantity":2,"key":"t"}""".formatted(tea, counter));
        put(buyer, tea, 2);
        JsonNode first = checkout(buyer, "a", "\"fulfilment\":\"pickup\",\"locationId\":\"" + counter + "\"");
        assertThat(available(tea)).isEqualTo(3);
        put(buyer, tea, 1);
        put(buyer, cup, 1);
        JsonNode second = checkout(buyer, "b", DELIVERY);
        result(buyer, "orders.cancel", "{\"orderId\":" + first.get("id") + "}");
        assertThat(levels(tea)).isEqualTo("2,2");
        world.database
                .execute("UPDATE orders SET pay_before = now() WHERE id = "
                        + Id.parse(second.get("id").asText()).value())
                .await();
        await().until(() -> available(tea) == 5 && available(cup) == 3);
        assertThat(levels(tea)).isEqualTo("3,2");
        assertThat(call(buyer, "orders.pay", pay(second, true))).isEqualTo(refusal(OrderRefusal.ORDER_EXPIRED));
        assertThat(heard(buyer)).contains("cancelled");
    }

    @Test
    @DisplayName(
            "[CT5] the buyer pays the order's own amount; staff give it back, and the units are in the stock again")
    void paid() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 1_000, 5);
        String cup = sku(caller(Role.HOST), 250, 3);
        result(HOST, "catalog.transfer", """
                {"skuId":"%s","fromId":"0000000000001","toId":"%s","quantity":2,"key":"u"}""".formatted(tea, counter));
        put(buyer, tea, 2);
        JsonNode fetched = checkout(buyer, "a", "\"fulfilment\":\"pickup\",\"locationId\":\"" + counter + "\"");
        assertThat(call(buyer, "orders.pay", pay(fetched, true))).isEqualTo(refusal(OrderRefusal.FETCHED_BY_BUYER));
        JsonNode paid = result(buyer, "orders.pay", pay(fetched, false));
        assertThat(paid.get("stage").asText()).isEqualTo("paid");
        assertThat(amountOf(paid)).isEqualTo(2_000);
        result(caller(Role.STAFF), "orders.refund", "{\"orderId\":" + paid.get("id") + "}");
        await().until(() -> stage(buyer, paid).equals("refunded"));
        assertThat(levels(tea)).isEqualTo("3,2");
        put(buyer, tea, 1);
        put(buyer, cup, 3);
        JsonNode brought = checkout(buyer, "b", DELIVERY);
        assertThat(call(buyer, "orders.pay", pay(brought, false))).isEqualTo(refusal(OrderRefusal.DESTINATION_NEEDED));
        assertThat(result(buyer, "orders.pay", pay(brought, true)).get("stage").asText())
                .isEqualTo("paid");
        assertThat(amountOf(brought)).isEqualTo(1_750);
        assertThat(count("SELECT count(*) FROM delivery WHERE order_id = "
                        + Id.parse(brought.get("id").asText()).value()))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("[CT6] a coupon that nobody knows, a place that is no counter, an empty cart, too many unpaid orders")
    void refusals() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 1_000, 50);
        assertThat(call(buyer, "carts.checkout", "{\"key\":\"a\"," + DELIVERY + "}"))
                .isEqualTo(refusal(CartRefusal.CART_EMPTY));
        put(buyer, tea, 1);
        assertThat(call(buyer, "carts.checkout", "{\"key\":\"a\",\"coupon\":\"FREE\"," + DELIVERY + "}"))
                .isEqualTo(refusal(CartRefusal.UNKNOWN_COUPON));
        assertThat(call(
                        buyer,
                        "carts.checkout",
                        "{\"key\":\"a\",\"fulfilment\":\"pickup\",\"locationId\":\"0000000000001\"}"))
                .isEqualTo(refusal(CartRefusal.NOT_A_COUNTER));
        assertThat(call(buyer, "carts.checkout", "{\"key\":\"a\",\"fulfilment\":\"pickup\"}"))
                .isInstanceOf(Methods.Answer.Error.class);
        for (int i = 0; i < 5; i++) {
            put(buyer, tea, 1);
            checkout(buyer, "k" + i, DELIVERY);
        }
        put(buyer, tea, 1);
        assertThat(call(buyer, "carts.checkout", "{\"key\":\"z\"," + DELIVERY + "}"))
                .isEqualTo(refusal(CartRefusal.UNPAID_ORDERS));
        assertThat(available(tea)).isEqualTo(45);
    }

    @Test
    @DisplayName(
            "[CT7] flash sales and carts draw on the same stock: what a sale holds no cart gets, and the other way")
    void sameStock() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 1_000, 5);
        String sale = """
                {"skuId":"%s","priceMinor":500,"quantity":%d,"perBuyerLimit":5,"durationSeconds":600,
                 "reservationSeconds":60}""";
        JsonNode started = result(HOST, "flashsales.start", sale.formatted(tea, 4));
        put(buyer, tea, 2);
        assertThat(call(buyer, "carts.checkout", "{\"key\":\"a\"," + DELIVERY + "}"))
                .isEqualTo(refusal(CartRefusal.NOT_ALL_THERE));
        put(buyer, tea, 1);
        checkout(buyer, "a", DELIVERY);
        assertThat(call(HOST, "flashsales.start", sale.formatted(tea, 1))).isInstanceOf(Methods.Answer.Error.class);
        result(buyer, "flashsales.claim", """
                {"saleId":%s,"quantity":3,"key":"a"}""".formatted(started.get("id")));
        result(HOST, "flashsales.stop", "{\"saleId\":" + started.get("id") + "}");
        assertThat(available(tea)).isEqualTo(1);
    }
}
