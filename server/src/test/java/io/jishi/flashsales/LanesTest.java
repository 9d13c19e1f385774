package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSaleRefusal.SOLD_OUT;
import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several batches of one sale under way on one node, each from units of its own. */
@Timeout(90)
class LanesTest {
    private static final int ROUNDS = 10;

    /** Every claim that waits fills a batch, so that all lanes work. */
    private final Shop shop = new Shop(Settings.defaults()
            .with(FlashSaleSettings.PATIENCE_MILLIS, 30_000)
            .with(FlashSaleSettings.BATCH_MAX, 1)
            .with(FlashSaleSettings.LANES, 3));

    @AfterEach
    void close() {
        shop.close();
    }

    private static List<Future<Outcome<Order>>> rush(Shop shop, Shop.Node node, Sale sale, int buyers, int quantity) {
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < buyers; i++) {
            claims.add(node.claiming(shop.buyer(), sale.id(), quantity, "k"));
        }
        return claims;
    }

    @Test
    @DisplayName("[FS9][FS54] what is left in two lanes, too little in each for anybody, is sold together")
    void remainders() {
        Shop.Node a = shop.node("a");
        for (int round = 0; round < ROUNDS; round++) {
            Sale sale = shop.sale(16, 3);
            rush(shop, a, sale, 5, 1).forEach(claim -> yes(claim.await()));
            int sold = 5;
            for (Future<Outcome<Order>> claim : rush(shop, a, sale, 6, 3)) {
                Outcome<Order> answer = claim.await();
                assertThat(answer).isIn(answer instanceof Outcome.Done<Order> ? answer : Outcome.refused(SOLD_OUT));
                sold += answer instanceof Outcome.Done<Order> ? 3 : 0;
            }
            assertThat(16 - sold).isLessThan(3);
        }
    }
}
