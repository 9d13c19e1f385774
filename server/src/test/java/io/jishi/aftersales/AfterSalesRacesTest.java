package io.jishi.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;

/** What happens at the same time. */
class AfterSalesRacesTest extends AfterSalesWorld {
    private static long done(List<Future<Methods.Answer>> all) {
        Future.join(all).otherwiseEmpty().await();
        return all.stream()
                .filter(each -> each.result() instanceof Methods.Answer.Result)
                .count();
    }

    @RepeatedTest(5)
    @DisplayName("[AS10] of two of the staff, of buyer and staff, of a click and a deadline exactly one takes the step")
    void oneStep() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(9).getFirst(), 3, true);
        String one = open(buyer, order, "return", 1);
        assertThat(done(List.of(
                        calling(staff, "aftersales.approve", of(one)),
                        calling(admin, "aftersales.decline", of(one, "\"text\":\"no\"")),
                        calling(staff, "aftersales.approve", of(one)))))
                .isEqualTo(1);
        String other = open(buyer, order, "exchange", 1);
        assertThat(done(List.of(
                        calling(buyer, "aftersales.withdraw", of(other)),
                        calling(staff, "aftersales.decline", of(other, "\"text\":\"no\"")))))
                .isBetween(1L, 2L);
        String third = open(buyer, order, "return", 1);
        act(staff, "approve", third);
        act(staff, "receive", third, "\"locationId\":\"" + MAIN + "\"");
        time.jump(Duration.ofHours(48));
        List<Future<Methods.Answer>> late = List.of(
                calling(staff, "aftersales.settle", of(third, "\"damaged\":false")),
                calling(staff, "aftersales.reject", of(third, "\"text\":\"no\"")));
        time.sweep();
        assertThat(done(late)).as("the deadline had come").isZero();
        sweepUntil(() -> stage(third).equals("refunded"));
        assertThat(count("SELECT count(*) FROM aftersales_step WHERE deed = 'deadline' AND case_id = " + number(third)))
                .isEqualTo(1);
    }

    @RepeatedTest(5)
    @DisplayName("[AS10] units are in one case, and go back once, however many ask and decide at the same time")
    void oneUnit() {
        Caller buyer = caller(Role.VIEWER);
        String sku = skus(9).getFirst();
        JsonNode order = delivered(buyer, sku, 2, true);
        List<Future<Methods.Answer>> opening = IntStream.range(0, 6)
                .mapToObj(i -> calling(
                        buyer, "aftersales.open", opening(order, i % 2 == 0 ? "return" : "complaint", 1, "k" + i)))
                .toList();
        assertThat(done(opening)).isEqualTo(2);
        List<String> cases = result(buyer, "aftersales.list", "{\"orderId\":" + order.get("id") + "}")
                .get("items")
                .findValuesAsText("id");
        List<Future<Methods.Answer>> all = new ArrayList<>();
        for (String id : cases) {
            for (int i = 0; i < 3; i++) {
                all.add(calling(staff, "aftersales.answer", of(id, "\"text\":\"sorry\",\"percent\":100"))
                        .compose(done -> calling(buyer, "aftersales.accept", of(id))));
                all.add(calling(staff, "aftersales.approve", of(id))
                        .compose(
                                done -> calling(staff, "aftersales.receive", of(id, "\"locationId\":\"" + MAIN + "\"")))
                        .compose(done -> calling(staff, "aftersales.settle", of(id, "\"damaged\":false"))));
            }
        }
        done(all);
        sweepUntil(() -> cases.stream().allMatch(id -> stage(id).equals("refunded")));
        assertThat(count("SELECT sum(amount_minor) FROM payment_refund WHERE order_id = "
                        + number(order.get("id").asText())))
                .isEqualTo(2_000);
        long returned = count("SELECT count(*) FROM aftersales_case WHERE kind = 'return' AND order_id = "
                + number(order.get("id").asText()));
        assertThat(available(sku)).isEqualTo(7 + returned);
    }

    @RepeatedTest(5)
    @DisplayName("[AS10] of a whole refund and a case that is opened one happens, and of closing and opening too")
    void wholeOrCase() {
        Caller buyer = caller(Role.VIEWER);
        JsonNode order = delivered(buyer, skus(9).getFirst(), 2, true);
        assertThat(done(List.of(
                        calling(staff, "orders.refund", "{\"orderId\":" + order.get("id") + "}"),
                        calling(buyer, "aftersales.open", opening(order, "return", 1, "k")))))
                .isEqualTo(1);
        JsonNode closing = delivered(buyer, skus(9).getFirst(), 1, true);
        time.jump(Duration.ofHours(168).minusMillis(1));
        Future<Methods.Answer> opened = calling(buyer, "aftersales.open", opening(closing, "return", 1, "l"));
        time.jump(Duration.ofMillis(1));
        time.sweep();
        boolean isOpen = done(List.of(opened)) == 1;
        if (!isOpen) {
            sweepUntil(() -> orderStage(closing).equals("closed"));
        } else {
            assertThat(orderStage(closing)).isEqualTo("delivered");
        }
    }

    @RepeatedTest(3)
    @DisplayName("[AS8] the last unit is promised once")
    void lastUnit() {
        List<String> cases = new ArrayList<>();
        String sku = skus(4).getFirst();
        for (int i = 0; i < 3; i++) {
            Caller buyer = caller(Role.VIEWER);
            cases.add(open(buyer, delivered(buyer, sku, 1, true), "exchange", 1));
        }
        assertThat(done(cases.stream()
                        .map(id -> calling(staff, "aftersales.approve", of(id)))
                        .toList()))
                .isEqualTo(1);
        assertThat(available(sku)).isZero();
    }
}
