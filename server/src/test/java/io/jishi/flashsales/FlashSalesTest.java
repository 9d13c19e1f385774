package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSaleRefusal.ENDED;
import static io.jishi.flashsales.FlashSaleRefusal.LIMIT_REACHED;
import static io.jishi.flashsales.FlashSaleRefusal.NOT_OPEN;
import static io.jishi.flashsales.FlashSaleRefusal.SOLD_OUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class FlashSalesTest {
    private final Shop shop = new Shop();
    private final Shop.Node a = shop.node("a");

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    @DisplayName(
            "[FS1] a claim becomes a durable order with the sale's price and a deadline, before it is answered yes")
    void claim() {
        Sale sale = shop.sale(10, 2);
        Id<User> buyer = shop.buyer();
        Order order = yes(a.claim(buyer, sale.id(), 2, "k1"));
        assertThat(order.totalMinor()).isEqualTo(3800);
        assertThat(order.payBefore()).isEqualTo(order.createdAt().plusSeconds(600));
        assertThat(shop.orders.order(order.id()).await()).contains(order);
        assertThat(a.sales.sale(sale.id()).await().orElseThrow().left()).isEqualTo(8);
    }

    @Test
    @DisplayName("[HT25] while the database is away a line in the log says so once, not ten times a second")
    void databaseAway() {
        Logger logger = (Logger) LoggerFactory.getLogger(SaleWatch.class);
        List<String> lines = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent line) {
                lines.add(line.getFormattedMessage());
            }
        };
        appender.start();
        logger.addAppender(appender);
        try {
            a.own.close().await();
            await().until(() -> !lines.isEmpty());
            await().during(Duration.ofSeconds(1)).until(() -> lines.size() == 1);
            shop.clock.forward(Duration.ofSeconds(61));
            await().until(() -> lines.size() == 2);
        } finally {
            logger.detachAppender(appender);
        }
        assertThat(lines.getFirst()).startsWith("event=sale-watch-failed times=1 ");
        assertThat(lines.getLast()).doesNotContain("times=1 ");
    }

    @Test
    @DisplayName("[FS2] the same key is answered with the same order, on any node, also when nothing is left")
    void retry() {
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(1, 1);
        Id<User> buyer = shop.buyer();
        Order order = yes(a.claim(buyer, sale.id(), 1, "k1"));
        assertThat(b.claim(shop.buyer(), sale.id(), 1, "k1")).isEqualTo(Outcome.refused(SOLD_OUT));
        assertThat(a.claim(buyer, sale.id(), 1, "k1")).isEqualTo(Outcome.done(order));
        assertThat(b.claim(buyer, sale.id(), 1, "k1")).isEqualTo(Outcome.done(order));
        assertThat(b.claim(buyer, sale.id(), 1, "k2")).isEqualTo(Outcome.refused(SOLD_OUT));
        a.sales.stop(shop.host, new FlashSaleRequest.Stop(sale.id())).await();
        assertThat(b.claim(buyer, sale.id(), 1, "k1")).isEqualTo(Outcome.done(order));
        assertThat(b.claim(buyer, sale.id(), 1, "k2")).isEqualTo(Outcome.refused(ENDED));
    }

    @Test
    @DisplayName("[FS3] the last unit is sold once")
    void lastUnit() {
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(1, 1);
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            claims.add((i % 2 == 0 ? a : b).claiming(shop.buyer(), sale.id(), 1, "k"));
        }
        Future.all(claims).await();
        assertThat(claims.stream().filter(claim -> claim.result() instanceof Outcome.Done))
                .hasSize(1);
        assertThat(claims.stream().filter(claim -> claim.result().equals(Outcome.refused(SOLD_OUT))))
                .hasSize(99);
        assertThat(shop.liveUnits(sale)).isEqualTo(1);
    }

    @Test
    @DisplayName("[FS4] a buyer gets no more than the limit, whatever the number of claims, keys and nodes")
    void limit() {
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(100, 3);
        Id<User> buyer = shop.buyer();
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            claims.add((i % 2 == 0 ? a : b).claiming(buyer, sale.id(), 1 + i % 2, "k" + i));
        }
        Future.all(claims).await();
        assertThat(shop.liveUnits(sale)).isBetween(2L, 3L);
        assertThat(a.claim(buyer, sale.id(), 3, "k9")).isEqualTo(Outcome.refused(LIMIT_REACHED));
        assertThat(a.claim(shop.buyer(), sale.id(), 4, "k")).isEqualTo(Outcome.refused(LIMIT_REACHED));
    }

    @Test
    @DisplayName("[FS5] nothing is sold before the sale opens or after it has ended, by the clock alone")
    void clock() {
        FlashSaleRequest.Start terms = new FlashSaleRequest.Start(null, shop.sku(5), 100, 5, 5, 30, 60, 600);
        Sale sale = shop.start(terms);
        assertThat(sale.stage()).isEqualTo(SaleStage.COUNTDOWN);
        assertThat(a.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(NOT_OPEN));
        shop.clock.forward(Duration.ofSeconds(30));
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        shop.clock.forward(Duration.ofSeconds(60));
        assertThat(a.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(ENDED));
    }

    static Order yes(Outcome<Order> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Order>) outcome).result();
    }
}
