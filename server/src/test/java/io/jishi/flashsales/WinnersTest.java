package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSaleRefusal.SOLD_OUT;
import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.Winners.Loser;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Crowds at sales that are sold out, and the few among them who have an order. */
@Timeout(90)
class WinnersTest {
    private static final int CROWD = 100;
    private static final int ROUNDS = 20;
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /** Nobody hears pending only because the machine is busy. */
    private final Shop shop = new Shop(Settings.defaults().with(FlashSaleSettings.PATIENCE_MILLIS, 30_000));

    private Shop.Node a;
    private Shop.Node b;

    @BeforeEach
    void open() {
        a = shop.node("a");
        b = shop.node("b");
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    @DisplayName(
            "[FS2][FS55] amid a crowd that hears sold out each retry of a key that won gets its order, on any node, a new one too")
    void retries() {
        Sale sale = shop.sale(40, 2);
        Map<Id<User>, Order> won = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            Id<User> buyer = shop.buyer();
            won.put(buyer, yes((i % 2 == 0 ? a : b).claim(buyer, sale.id(), 1, "k")));
        }
        for (Shop.Node node : List.of(a, b, shop.node("c"))) {
            awaitWinners(node, sale);
            List<Future<Outcome<Order>>> crowd = crowd(node, sale);
            won.forEach((buyer, order) ->
                    assertThat(yes(node.claim(buyer, sale.id(), 1, "k"))).isEqualTo(order));
            won.keySet()
                    .forEach(buyer -> assertThat(node.claim(buyer, sale.id(), 1, "another"))
                            .isEqualTo(Outcome.refused(SOLD_OUT)));
            assertSoldOut(crowd);
            assertThat(node.sales.knowsWinners(sale.id())).isTrue();
        }
        assertThat(shop.liveUnits(sale)).isEqualTo(40);
    }

    @Test
    @DisplayName("[FS22][FS55] whoever buys through another node what came back afterwards gets that order, not a no")
    void soldAfterwards() {
        Sale sale = shop.start(Shop.terms(shop.sku(5 + ROUNDS), 5, 1));
        for (int i = 0; i < 5; i++) {
            yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        }
        for (int round = 0; round < ROUNDS; round++) {
            awaitWinners(b, sale);
            shop.nodes
                    .getFirst()
                    .sales
                    .addStock(shop.host, new AddStock(sale.id(), 1, "more" + round))
                    .await();
            Id<User> buyer = shop.buyer();
            Order order = buy(a, buyer, sale);
            assertThat(yes(b.claim(buyer, sale.id(), 1, "k"))).isEqualTo(order);
        }
    }

    @Test
    @DisplayName("[FS12][FS26][FS55] units that come back while crowds hear no are sold exactly, and no no was wrong")
    void unitsComeBack() throws Exception {
        Sale sale = shop.start(Shop.terms(shop.sku(10 + ROUNDS), 10, 1));
        for (int i = 0; i < 10; i++) {
            yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        }
        awaitWinners(a, sale);
        awaitWinners(b, sale);
        History history = new History();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<java.util.concurrent.Future<?>> buyers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Shop.Node node = i % 2 == 0 ? a : b;
                buyers.add(threads.submit((Callable<Void>) () -> {
                    for (int claim = 0; claim < 15; claim++) {
                        crowdOf(history, node, sale, 40);
                    }
                    return null;
                }));
            }
            for (int i = 0; i < ROUNDS; i++) {
                a.sales
                        .addStock(shop.host, new AddStock(sale.id(), 1, "more" + i))
                        .await();
            }
            for (java.util.concurrent.Future<?> buyer : buyers) {
                buyer.get(60, TimeUnit.SECONDS);
            }
        }
        history.check(shop, sale, "a run");
        assertThat(history.count(SOLD_OUT)).isPositive();
        await().atMost(WAIT_MAX).untilAsserted(() -> {
            crowdOf(history, a, sale, 40);
            assertThat(shop.liveUnits(sale)).isEqualTo(10 + ROUNDS);
        });
        history.check(shop, sale, "a run");
    }

    @Test
    @DisplayName(
            "[FS11][FS24][FS55] those who wait for a look are bounded, wait no longer than others, and are asked for again where it fails")
    void waiting() {
        BuyerFilter buyers = new BuyerFilter(1);
        Id<User> winner = shop.buyer();
        buyers.add(winner.value());
        Winners winners = new Winners(1, buyers, 2);
        assertThat(winners.mayWait(winner)).isFalse();
        Loser first = new Loser(shop.buyer(), "k", 1, 10);
        Loser second = new Loser(shop.buyer(), "k", 1, 20);
        winners.wait(first);
        winners.ask();
        winners.wait(second);
        assertThat(winners.mayWait(Id.of(7))).isFalse();
        winners.askAgain();
        winners.ask();
        assertThat(winners.anyWaits()).isFalse();
        assertThat(winners.takeExpired(10)).containsExactly(first);
        assertThat(winners.mayWait(Id.of(7))).isTrue();
        assertThat(winners.takeAsked()).containsExactly(second);
        assertThat(winners.isEmpty()).isTrue();
        assertThat(winners.areAllOf(1)).isTrue();
        assertThat(winners.areAllOf(2)).isFalse();
    }

    /** Claims until there is a unit: those of a node that has none come to it after a while. */
    private Order buy(Shop.Node node, Id<User> buyer, Sale sale) {
        List<Order> bought = new ArrayList<>();
        await().atMost(WAIT_MAX).until(() -> {
            if (node.claim(buyer, sale.id(), 1, "k") instanceof Outcome.Done<Order>(Order order)) {
                bought.add(order);
            }
            return !bought.isEmpty();
        });
        return bought.getFirst();
    }

    private void crowdOf(History history, Shop.Node node, Sale sale, int size) {
        Map<Id<User>, Future<Outcome<Order>>> claims = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            Id<User> buyer = shop.buyer();
            claims.put(buyer, node.claiming(buyer, sale.id(), 1, "k"));
        }
        claims.forEach((buyer, claim) -> {
            Outcome<Order> answer = claim.await();
            if (!(answer instanceof Outcome.Refused<Order> refused
                    && refused.refusal().temporary())) {
                history.add(new Claim.Key(buyer.value(), "k"), answer);
            }
        });
    }

    private List<Future<Outcome<Order>>> crowd(Shop.Node node, Sale sale) {
        List<Future<Outcome<Order>>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(node.claiming(shop.buyer(), sale.id(), 1, "k"));
        }
        return crowd;
    }

    private static void assertSoldOut(List<Future<Outcome<Order>>> crowd) {
        Future.all(crowd).await();
        crowd.forEach(claim -> assertThat(claim.result()).isEqualTo(Outcome.refused(SOLD_OUT)));
    }

    private void awaitWinners(Shop.Node node, Sale sale) {
        await().atMost(WAIT_MAX).until(() -> {
            assertSoldOut(crowd(node, sale));
            return node.sales.knowsWinners(sale.id());
        });
    }
}
