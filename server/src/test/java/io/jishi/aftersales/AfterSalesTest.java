package io.jishi.aftersales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.ledger.Account;
import io.jishi.orders.OrderRefusal;
import io.jishi.realtime.Caller;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Returns, exchanges and complaints, one after the other. */
class AfterSalesTest extends AfterSalesWorld {
    @Test
    @DisplayName(
            "[AS1] a return: the goods go back into the stock, what was paid for them to the buyer, the rest to the host")
    void returned() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(5).getFirst();
        JsonNode order = delivered(buyer, sku, 3, true);
        String id = open(buyer, order, "return", 2);
        act(staff, "approve", id);
        act(buyer, "send_back", id, "\"text\":\"SF 1234\"");
        act(staff, "receive", id, "\"locationId\":\"" + MAIN + "\"");
        assertThat(available(sku)).as("nobody has looked at it").isEqualTo(2);
        assertThat(act(staff, "settle", id, "\"damaged\":false").get("stage").asText())
                .isEqualTo("refunding");
        assertThat(available(sku)).isEqualTo(4);
        sweepUntil(() -> stage(id).equals("refunded"));
        assertThat(bank.back.values())
                .anySatisfy(parts -> assertThat(parts.values()).containsExactly(2_000L));
        assertThat(orderStage(order)).isEqualTo("delivered");
        sweepUntil(() -> heard(buyer)
                .equals(List.of("requested", "approved", "sent_back", "received", "refunding", "refunded")));
        time.jump(Duration.ofDays(7));
        sweepUntil(() -> orderStage(order).equals("closed"));
        assertThat(row("SELECT reason, quantity FROM stock_movement WHERE reference = 'case:" + id + "'")
                        .getInteger(1))
                .isEqualTo(2);
        assertThat(count("SELECT sum(-amount_minor) FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry"
                        + " WHERE e.kind = 'sale' AND e.reference = 'order:"
                        + order.get("id").asText()
                        + "' AND account = 'hosts'"))
                .isEqualTo(1_000);
    }

    @Test
    @DisplayName("[AS6] goods that came back damaged, or that nobody has looked at, are not sold again")
    void damaged() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(5).getFirst();
        JsonNode order = delivered(buyer, sku, 2, true);
        String one = open(buyer, order, "return", 1);
        act(staff, "approve", one);
        act(staff, "receive", one, "\"locationId\":\"" + MAIN + "\"");
        act(staff, "settle", one, "\"damaged\":true");
        assertThat(available(sku)).isEqualTo(3);
        String other = open(buyer, order, "return", 1);
        act(staff, "approve", other);
        act(staff, "receive", other, "\"locationId\":\"" + MAIN + "\"");
        time.jump(Duration.ofHours(48));
        sweepUntil(() -> stage(one).equals("refunded") && stage(other).equals("refunded"));
        assertThat(available(sku)).isEqualTo(3);
        assertThat(count("SELECT count(*) FROM stock_movement WHERE reference LIKE 'case:%' AND sku = " + number(sku)))
                .isEqualTo(4);
    }

    @Test
    @DisplayName(
            "[AS3] where the shop says nothing in time the buyer is right, and where the buyer says nothing it ends")
    void deadlines() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(5).getFirst(), 4, true);
        String silent = open(buyer, order, "return", 1);
        String declined = open(buyer, order, "return", 1);
        act(staff, "decline", declined, "\"text\":\"worn\"");
        String complaint = open(buyer, order, "complaint", 1);
        time.jump(Duration.ofHours(72).minusMillis(1));
        time.sweep();
        assertThat(stage(silent)).isEqualTo("requested");
        time.jump(Duration.ofMillis(1));
        sweepUntil(() -> stage(silent).equals("approved") && stage(complaint).equals("escalated"));
        act(buyer, "send_back", silent);
        time.jump(Duration.ofHours(96));
        sweepUntil(() -> stage(declined).equals("closed"));
        time.jump(Duration.ofHours(72));
        sweepUntil(() -> stage(complaint).equals("refunded"));
        time.jump(Duration.ofHours(72));
        sweepUntil(() -> stage(silent).equals("refunded"));
        assertThat(count("SELECT sum(amount_minor) FROM payment_refund WHERE order_id = "
                        + number(order.get("id").asText())))
                .isEqualTo(2_000);
    }

    @Test
    @DisplayName(
            "[AS3] goods that are not sent back in time stay with the buyer, and a click that comes too late is none")
    void lapses() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(5).getFirst(), 1, true);
        String id = open(buyer, order, "return", 1);
        act(staff, "approve", id);
        time.jump(Duration.ofHours(168));
        assertThat(call(buyer, "aftersales.send_back", of(id))).isEqualTo(refusal(AfterSalesRefusal.NOT_AT_THIS_STAGE));
        assertThat(stage(id)).isEqualTo("lapsed");
        sweepUntil(() -> orderStage(order).equals("closed"));
    }

    @Test
    @DisplayName("[AS4] a case is opened in time, for goods that the buyer has and that are in no other case")
    void opening() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(9).getFirst();
        JsonNode early = delivered(buyer, sku, 1, false);
        assertThat(call(buyer, "aftersales.open", opening(early, "return", 1, "early")))
                .isEqualTo(refusal(AfterSalesRefusal.TOO_LATE_FOR_A_CASE));
        JsonNode order = delivered(buyer, sku, 2, true);
        assertThat(call(caller(Role.VIEWER), "aftersales.open", opening(order, "return", 1, "k")))
                .isEqualTo(refusal(OrderRefusal.ORDER_NOT_FOUND));
        assertThat(call(buyer, "aftersales.open", opening(order, "return", 3, "k")))
                .isEqualTo(refusal(AfterSalesRefusal.NOT_THAT_MANY));
        JsonNode first = result(buyer, "aftersales.open", opening(order, "return", 1, "k"));
        assertThat(result(buyer, "aftersales.open", opening(order, "return", 1, "k")))
                .isEqualTo(first);
        assertThat(call(buyer, "aftersales.open", opening(order, "complaint", 2, "l")))
                .isEqualTo(refusal(AfterSalesRefusal.NOT_THAT_MANY));
        act(buyer, "withdraw", first.get("id").asText());
        open(buyer, order, "return", 2);
        JsonNode late = delivered(buyer, sku, 1, true);
        time.jump(Duration.ofHours(168));
        assertThat(call(buyer, "aftersales.open", opening(late, "return", 1, "late")))
                .isEqualTo(refusal(AfterSalesRefusal.TOO_LATE_FOR_A_CASE));
    }

    @Test
    @DisplayName(
            "[AS5] others do not find a case; nobody acts for the shop in his own; who is not content asks who decides")
    void parties() {
        Caller buyer =
                new Caller(caller(Role.VIEWER).user(), "b", java.util.Set.of(Role.VIEWER, Role.STAFF), "c", "zh");
        JsonNode order = delivered(buyer, skus(5).getFirst(), 1, true);
        String id = open(buyer, order, "return", 1);
        for (String verb : List.of("get", "withdraw", "send_back", "accept")) {
            assertThat(call(caller(Role.VIEWER), "aftersales." + verb, of(id)))
                    .isEqualTo(refusal(AfterSalesRefusal.CASE_NOT_FOUND));
        }
        assertThat(call(caller(Role.HOST), "aftersales.approve", of(id)))
                .isEqualTo(refusal(AfterSalesRefusal.CASE_NOT_FOUND));
        assertThat(call(buyer, "aftersales.approve", of(id))).isEqualTo(refusal(AfterSalesRefusal.OWN_CASE));
        assertThat(call(staff, "aftersales.withdraw", of(id))).isEqualTo(refusal(AfterSalesRefusal.CASE_NOT_FOUND));
        act(host, "decline", id, "\"text\":\"worn\"");
        act(buyer, "escalate", id, "\"text\":\"it was broken\"");
        act(admin, "decide", id, "\"forBuyer\":true,\"text\":\"the photo shows it\"");
        assertThat(stage(id)).as("the goods come back first").isEqualTo("approved");
        JsonNode file = act(staff, "get", id);
        assertThat(file.get("own").asBoolean()).isFalse();
        assertThat(file.get("evidence").findValuesAsText("text"))
                .containsExactly("a crack", "worn", "it was broken", "the photo shows it");
        assertThat(file.get("steps").findValuesAsText("by")).containsExactly("buyer", "shop", "buyer", "judge");
        assertThat(act(buyer, "get", id).get("own").asBoolean()).isTrue();
    }

    @Test
    @DisplayName(
            "[AS5] the shop sees what waits, the most urgent first; a host its own goods alone; buyers their own cases")
    void lists() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(5).getFirst(), 2, true);
        String later = open(buyer, order, "return", 1);
        act(staff, "approve", later);
        String sooner = open(buyer, order, "return", 1);
        assertThat(ids(result(host, "aftersales.to_do", "{}"))).containsSubsequence(sooner, later);
        assertThat(ids(result(caller(Role.HOST), "aftersales.to_do", "{}"))).isEmpty();
        JsonNode first = result(staff, "aftersales.to_do", "{\"limit\":1}");
        JsonNode last = first.at("/items/0");
        JsonNode next = result(
                staff,
                "aftersales.to_do",
                "{\"limit\":100,\"dueAfter\":%s,\"after\":%s}".formatted(last.get("dueAt"), first.get("next")));
        assertThat(ids(next)).doesNotContain(last.get("id").asText()).contains(later);
        assertThat(ids(result(buyer, "aftersales.list", "{\"orderId\":" + order.get("id") + "}")))
                .containsExactly(sooner, later);
        assertThat(ids(result(caller(Role.VIEWER), "aftersales.list", "{}"))).isEmpty();
    }

    private static List<String> ids(JsonNode page) {
        return page.get("items").findValuesAsText("id");
    }

    @Test
    @DisplayName(
            "[AS8] an exchange keeps what it promises from then on, and becomes an order that is brought like any other")
    void exchanged() {
        Caller buyer = caller(Role.VIEWER);
        List<String> skus = skus(3);
        JsonNode order = delivered(buyer, skus.get(0), 1, true);
        String wanting = opening(order, "exchange", 1, "k").replace("\"key\"", "\"wantedSkuId\":\"%s\",\"key\"");
        assertThat(call(buyer, "aftersales.open", wanting.formatted(skus.get(2))))
                .isEqualTo(refusal(AfterSalesRefusal.NO_REPLACEMENT));
        String id = result(buyer, "aftersales.open", wanting.formatted(skus.get(1)))
                .get("id")
                .asText();
        assertThat(available(skus.get(1))).isEqualTo(3);
        act(staff, "approve", id);
        assertThat(available(skus.get(1))).isEqualTo(2);
        act(staff, "receive", id, "\"locationId\":\"" + MAIN + "\"");
        JsonNode settled = act(staff, "settle", id, "\"damaged\":false");
        assertThat(settled.get("stage").asText()).isEqualTo("exchanged");
        assertThat(available(skus.get(0))).isEqualTo(3);
        assertThat(available(skus.get(1))).isEqualTo(2);
        JsonNode other = result(buyer, "orders.get", "{\"orderId\":" + settled.get("replacementId") + "}");
        assertThat(other.get("stage").asText()).isEqualTo("paid");
        assertThat(other.at("/lines/0/skuId").asText()).isEqualTo(skus.get(1));
        assertThat(ledger.balance(Account.ORDERS, other.get("id").asText(), "CNY")
                        .await())
                .isEqualTo(1_000);
        assertThat(ledger.balance(Account.ORDERS, order.get("id").asText(), "CNY")
                        .await())
                .isZero();
        bring(other, true);
        String again = open(buyer, other, "return", 1);
        act(staff, "approve", again);
        act(staff, "receive", again, "\"locationId\":\"" + MAIN + "\"");
        act(staff, "settle", again, "\"damaged\":false");
        sweepUntil(() -> stage(again).equals("refunded"));
        assertThat(available(skus.get(1))).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "[AS8] money of an order given in exchange that nobody brings goes back through the payment that was made")
    void replacementUndelivered() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(3).getFirst(), 1, true);
        String id = open(buyer, order, "exchange", 1);
        act(staff, "approve", id);
        act(staff, "receive", id, "\"locationId\":\"" + MAIN + "\"");
        JsonNode settled = act(staff, "settle", id, "\"damaged\":false");
        JsonNode other = result(buyer, "orders.get", "{\"orderId\":" + settled.get("replacementId") + "}");
        long before = bank.given();
        database.transaction(transaction ->
                        orders.undelivered(transaction, Id.parse(other.get("id").asText())))
                .await();
        sweepUntil(() -> orderStage(other).equals("refunded"));
        assertThat(bank.given() - before).isEqualTo(1_000);
        assertThat(ledger.balance(Account.ORDERS, other.get("id").asText(), "CNY")
                        .await())
                .isZero();
    }

    @Test
    @DisplayName("[AS8] what is not there is not promised; where the deadline approves, it is the money instead")
    void nothingToExchange() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(2).getFirst();
        JsonNode order = delivered(buyer, sku, 2, true);
        String id = open(buyer, order, "exchange", 1);
        assertThat(call(staff, "aftersales.approve", of(id))).isEqualTo(refusal(AfterSalesRefusal.NO_REPLACEMENT));
        assertThat(stage(id)).isEqualTo("requested");
        String other = open(buyer, order, "exchange", 1);
        assertThat(act(staff, "approve", other, "\"refundInstead\":true")
                        .get("remedy")
                        .asText())
                .isEqualTo("refund");
        time.jump(Duration.ofHours(72));
        sweepUntil(() -> stage(id).equals("approved"));
        assertThat(act(buyer, "get", id).at("/case/remedy").asText()).isEqualTo("refund");
    }

    @Test
    @DisplayName("[AS8] what was kept for an exchange that does not happen is in the stock again")
    void givenUp() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(3).getFirst();
        JsonNode order = delivered(buyer, sku, 2, true);
        String withdrawn = open(buyer, order, "exchange", 1);
        act(staff, "approve", withdrawn);
        assertThat(available(sku)).isZero();
        act(buyer, "withdraw", withdrawn);
        assertThat(available(sku)).isEqualTo(1);
        String lapsed = open(buyer, order, "exchange", 1);
        act(staff, "approve", lapsed);
        time.jump(Duration.ofHours(168));
        sweepUntil(() -> stage(lapsed).equals("lapsed"));
        assertThat(available(sku)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "[AS9] a complaint is answered, perhaps with an offer that the server computes; or an administrator decides")
    void complaints() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(9).getFirst(), 3, true);
        String content = open(buyer, order, "complaint", 1);
        assertThat(act(staff, "answer", content, "\"text\":\"sorry\",\"percent\":33")
                        .get("offerMinor")
                        .asLong())
                .isEqualTo(330);
        act(buyer, "accept", content);
        String unheard = open(buyer, order, "complaint", 1);
        act(staff, "answer", unheard, "\"text\":\"no\",\"percent\":0");
        act(buyer, "escalate", unheard, "\"text\":\"look at the photo\"");
        assertThat(call(staff, "aftersales.decide", of(unheard, "\"forBuyer\":true,\"text\":\"x\""))
                        .toString())
                .contains("permission denied");
        act(admin, "decide", unheard, "\"forBuyer\":true,\"percent\":50,\"text\":\"half\"");
        String words = open(buyer, order, "complaint", 1);
        act(staff, "answer", words, "\"text\":\"thank you\",\"percent\":0");
        act(buyer, "accept", words);
        assertThat(stage(words)).isEqualTo("closed");
        sweepUntil(() -> stage(content).equals("refunded") && stage(unheard).equals("refunded"));
        assertThat(count("SELECT sum(amount_minor) FROM payment_refund WHERE order_id = "
                        + number(order.get("id").asText())))
                .isEqualTo(830);
    }

    @Test
    @DisplayName("[AS7] lost replies and repeated sweeps give the money back once")
    void lostReplies() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(9).getFirst(), 1, true);
        String id = settled(buyer, order, 1);
        int before = bank.calls.get();
        bank.losing.set(2);
        sweepUntil(() -> bank.calls.get() == before + 1);
        assertThat(stage(id)).isEqualTo("refunding");
        sweepUntil(() -> {
            time.jump(Duration.ofSeconds(10));
            return stage(id).equals("refunded");
        });
        assertThat(bank.calls.get()).isGreaterThanOrEqualTo(before + 3);
        assertThat(count("SELECT count(*) FROM ledger_entry WHERE kind = 'refund' AND reference = 'case:" + id + "'"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName(
            "[AS7] while a case is open the order is neither closed nor refunded whole; afterwards what is left is")
    void rest() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(9).getFirst(), 3, true);
        String refund = "{\"orderId\":" + order.get("id") + "}";
        String id = settled(buyer, order, 1);
        String open = open(buyer, order, "return", 1);
        assertThat(call(staff, "orders.refund", refund)).isEqualTo(refusal(OrderRefusal.NOT_REFUNDABLE));
        act(buyer, "withdraw", open);
        result(staff, "orders.refund", refund);
        sweepUntil(() -> orderStage(order).equals("refunded") && stage(id).equals("refunded"));
        assertThat(bank.back.values())
                .anySatisfy(parts -> assertThat(parts.values()).containsExactlyInAnyOrder(1_000L, 2_000L));
        assertThatThrownBy(() -> database.execute("UPDATE payment SET given_minor = amount_minor + 1")
                        .await())
                .hasMessageContaining("payment_gives_what_it_has");
    }

    @Test
    @DisplayName("[AS7] an order of which all went back closes with nothing for its host, and is not refunded again")
    void nothingLeft() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(9).getFirst(), 1, true);
        String id = settled(buyer, order, 1);
        assertThat(call(staff, "orders.refund", "{\"orderId\":" + order.get("id") + "}"))
                .isEqualTo(refusal(OrderRefusal.NOT_REFUNDABLE));
        time.jump(Duration.ofDays(7));
        sweepUntil(() -> orderStage(order).equals("closed") && stage(id).equals("refunded"));
        assertThat(count("SELECT count(*) FROM ledger_entry WHERE reference = 'order:"
                        + order.get("id").asText() + "'"))
                .isZero();
    }

    @Test
    @DisplayName("[AS6] a returned unit of a flash sale goes into the stock, and still counts for its buyer's limit")
    void ofFlashSale() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(5).getFirst();
        String id = ids.next().toString();
        database.execute(
                        "INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,"
                                + " currency, stage, created_at, pay_before) SELECT " + number(id) + ", "
                                + number(buyer.user())
                                + ", 17, 1, 'k', " + number(sku) + ", '茶', 'tea', 2, 700, 'CNY', 'reserved', '"
                                + time.instant()
                                + "', '" + time.instant().plusSeconds(60) + "'")
                .await();
        JsonNode order = result(buyer, "orders.get", "{\"orderId\":\"" + id + "\"}");
        pay(buyer, order);
        bring(order, true);
        String opening = opening(order, "return", 1, "k").replace("\"skuId\":", "\"skuId\":\"" + sku + "\"");
        String returned = result(buyer, "aftersales.open", opening).get("id").asText();
        act(staff, "approve", returned);
        act(staff, "receive", returned, "\"locationId\":\"" + MAIN + "\"");
        act(staff, "settle", returned, "\"damaged\":false");
        sweepUntil(() -> stage(returned).equals("refunded"));
        assertThat(available(sku)).isEqualTo(6);
        assertThat(row("SELECT turn, quantity, stage FROM orders WHERE id = " + number(id))
                        .getString("stage"))
                .isEqualTo("delivered");
    }

    private String settled(Caller buyer, JsonNode order, int quantity) {
        String id = open(buyer, order, "return", quantity);
        act(staff, "approve", id);
        act(staff, "receive", id, "\"locationId\":\"" + MAIN + "\"");
        act(staff, "settle", id, "\"damaged\":false");
        return id;
    }
}
