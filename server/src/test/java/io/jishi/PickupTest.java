package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.orders.OrderRefusal;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orders that their buyers fetch, from the payment to the hand-over, with all capabilities put together. */
@Timeout(60)
class PickupTest extends CartWorld {
    private static final Caller STAFF = caller(Role.STAFF);

    @Test
    @DisplayName(
            "[OR21] a paid order lies ready, its buyer alone has the code, and against it the goods are handed over")
    void handedOver() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = paid(buyer);
        String id = "{\"orderId\":" + order.get("id") + "}";
        assertThat(call(buyer, "orders.pickup_code", id)).isEqualTo(refusal(OrderRefusal.ORDER_NOT_FOUND));
        assertThat(ids(toFetch())).contains(order.get("id").asText());
        assertThat(result(STAFF, "orders.ready", id).get("stage").asText()).isEqualTo("ready");
        String code = code(buyer, id);
        assertThat(code).matches("[0-9]{6}");
        assertThat(call(caller(Role.VIEWER), "orders.pickup_code", id))
                .isEqualTo(refusal(OrderRefusal.ORDER_NOT_FOUND));
        assertThat(call(buyer, "orders.hand_over", handOver(order, code))).isInstanceOf(Methods.Answer.Error.class);
        assertThat(call(STAFF, "orders.hand_over", handOver(order, wrong(code))))
                .isEqualTo(refusal(OrderRefusal.WRONG_CODE));
        assertThat(result(STAFF, "orders.hand_over", handOver(order, code))
                        .get("stage")
                        .asText())
                .isEqualTo("delivered");
        assertThat(call(STAFF, "orders.hand_over", handOver(order, code)))
                .isEqualTo(refusal(OrderRefusal.NOT_TO_FETCH));
        assertThat(call(buyer, "orders.pickup_code", id)).isEqualTo(refusal(OrderRefusal.ORDER_NOT_FOUND));
        assertThat(ids(toFetch())).doesNotContain(order.get("id").asText());
        assertThat(count("SELECT handed_by FROM pickup WHERE order_id = " + number(order)))
                .isEqualTo(user(STAFF).value());
        await().until(() -> heard(buyer).containsAll(List.of("paid", "ready", "delivered")));
    }

    @Test
    @DisplayName(
            "[OR24] who reads the database learns no code; one that was kept plainly still opens; none outlives its use")
    void sealed() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = paid(buyer);
        String id = "{\"orderId\":" + order.get("id") + "}";
        result(STAFF, "orders.ready", id);
        String code = code(buyer, id);
        String where = " FROM pickup WHERE order_id = " + number(order);
        assertThat(count("SELECT position('" + code + "'::bytea IN sealed_code)" + where))
                .isZero();
        assertThat(count("SELECT count(*)" + where + " AND code IS NULL")).isOne();
        count("UPDATE pickup SET code = '" + wrong(code) + "' WHERE order_id = " + number(order) + " RETURNING 1");
        assertThat(code(buyer, id)).isEqualTo(wrong(code));
        result(STAFF, "orders.hand_over", handOver(order, wrong(code)));
        assertThat(count("SELECT count(*)" + where + " AND code IS NULL AND sealed_code IS NULL"))
                .isOne();
    }

    @Test
    @DisplayName(
            "[OR22] five codes are tried at most, also at the same time; a new one opens again, and the old one not")
    void attempts() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = paid(buyer);
        String id = "{\"orderId\":" + order.get("id") + "}";
        result(STAFF, "orders.ready", id);
        String code = code(buyer, id);
        List<Future<Methods.Answer>> tries = IntStream.range(0, 20)
                .mapToObj(i -> world.methods.call(
                        "orders.hand_over", STAFF, Json.tree(Buffer.buffer(handOver(order, wrong(code))))))
                .toList();
        Future.all(tries).await();
        assertThat(tries.stream().map(Future::result).filter(refusal(OrderRefusal.WRONG_CODE)::equals))
                .hasSize(5);
        assertThat(call(STAFF, "orders.hand_over", handOver(order, code)))
                .isEqualTo(refusal(OrderRefusal.TOO_MANY_CODES));
        String renewed;
        do {
            result(STAFF, "orders.ready", id);
            renewed = code(buyer, id);
        } while (renewed.equals(code));
        assertThat(call(STAFF, "orders.hand_over", handOver(order, code))).isEqualTo(refusal(OrderRefusal.WRONG_CODE));
        result(STAFF, "orders.hand_over", handOver(order, renewed));
    }

    @Test
    @DisplayName("[OR23] what lies ready is refunded and back in the stock; what was fetched is refunded and not back")
    void refunded() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode ready = paid(buyer);
        String tea = ready.at("/lines/0/skuId").asText();
        String id = "{\"orderId\":" + ready.get("id") + "}";
        result(STAFF, "orders.ready", id);
        assertThat(levels(tea)).isEqualTo("3,0");
        result(STAFF, "orders.refund", id);
        await().until(() -> stage(buyer, ready).equals("refunded"));
        assertThat(levels(tea)).isEqualTo("3,2");
        JsonNode fetched = paid(buyer);
        String second = "{\"orderId\":" + fetched.get("id") + "}";
        result(STAFF, "orders.ready", second);
        result(STAFF, "orders.hand_over", handOver(fetched, code(buyer, second)));
        result(STAFF, "orders.refund", second);
        await().until(() -> stage(buyer, fetched).equals("refunded"));
        assertThat(levels(fetched.at("/lines/0/skuId").asText())).isEqualTo("3,0");
    }

    @Test
    @DisplayName(
            "[OR25] a flash sale's order that nobody brings is to be fetched where its units were; one that is brought is not")
    void ofFlashSale() {
        String tea = sku(HOST, 1_000, 5);
        String sale = result(HOST, "flashsales.start", """
                        {"skuId":"%s","priceMinor":500,"quantity":2,"perBuyerLimit":1,"durationSeconds":600,
                         "reservationSeconds":60,"locationId":"%s"}""".formatted(stocked(tea), counter))
                .get("id")
                .toString();
        Caller fetching = caller(Role.VIEWER);
        Caller waiting = caller(Role.VIEWER);
        JsonNode fetched = result(fetching, "flashsales.claim", claim(sale));
        JsonNode brought = result(waiting, "flashsales.claim", claim(sale));
        assertThat(ids(toFetch())).doesNotContain(fetched.get("id").asText());
        result(fetching, "orders.pay", pay(fetched, false));
        result(waiting, "orders.pay", pay(brought, true));
        assertThat(ids(toFetch()))
                .contains(fetched.get("id").asText())
                .doesNotContain(brought.get("id").asText());
        String id = "{\"orderId\":" + fetched.get("id") + "}";
        result(STAFF, "orders.ready", id);
        assertThat(ids(toFetch())).contains(fetched.get("id").asText());
        result(STAFF, "orders.hand_over", handOver(fetched, code(fetching, id)));
        assertThat(ids(toFetch())).doesNotContain(fetched.get("id").asText());
    }

    private static String claim(String sale) {
        return "{\"saleId\":" + sale + ",\"quantity\":1,\"key\":\"a\"}";
    }

    /** With two of its units at the counter. */
    private static String stocked(String tea) {
        result(HOST, "catalog.transfer", """
                {"skuId":"%s","fromId":"0000000000001","toId":"%s","quantity":2,"key":"%s"}""".formatted(tea, counter, tea));
        return tea;
    }

    @Test
    @DisplayName("[OR21] an order that is brought, or is not paid, is not made ready")
    void notToFetch() {
        Caller buyer = caller(Role.VIEWER);
        String tea = sku(HOST, 100, 5);
        put(buyer, tea, 1);
        JsonNode order = checkout(buyer, "a", DELIVERY);
        String id = "{\"orderId\":" + order.get("id") + "}";
        assertThat(call(STAFF, "orders.ready", id)).isEqualTo(refusal(OrderRefusal.NOT_TO_FETCH));
        result(buyer, "orders.pay", pay(order, true));
        assertThat(call(STAFF, "orders.ready", id)).isEqualTo(refusal(OrderRefusal.NOT_TO_FETCH));
        assertThat(call(STAFF, "orders.hand_over", handOver(order, "000000")))
                .isEqualTo(refusal(OrderRefusal.NOT_TO_FETCH));
    }

    /** An order of two units, of five of which two were at the counter. */
    private static JsonNode paid(Caller buyer) {
        String tea = stocked(sku(HOST, 1_000, 5));
        put(buyer, tea, 2);
        JsonNode order = checkout(buyer, tea, pickup());
        return result(buyer, "orders.pay", pay(order, false));
    }

    private static JsonNode toFetch() {
        return result(STAFF, "orders.to_fetch", "{\"locationId\":\"" + counter + "\"}");
    }

    private static List<String> ids(JsonNode page) {
        return page.get("items").findValuesAsText("id");
    }

    private static String code(Caller buyer, String id) {
        return result(buyer, "orders.pickup_code", id).get("code").asText();
    }

    private static String handOver(JsonNode order, String code) {
        return "{\"orderId\":" + order.get("id") + ",\"code\":\"" + code + "\"}";
    }

    private static String wrong(String code) {
        return code.equals("123456") ? "654321" : "123456";
    }

    private static long number(JsonNode order) {
        return Id.parse(order.get("id").asText()).value();
    }
}
