package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSaleRefusal.PENDING;
import static io.jishi.flashsales.FlashSaleRefusal.SOLD_OUT;
import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.flashsales.ClaimStore.Segment;
import io.jishi.flashsales.ClaimStore.Sold;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The escrow under the sales: segments, epochs, batches that are sent twice, nodes that go away. */
@Timeout(90)
class EscrowTest {
    private final Shop shop = new Shop(Settings.defaults().with(FlashSaleSettings.PATIENCE_MILLIS, 1_000));
    private final ClaimStore store = new ClaimStore(shop.database);

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    @DisplayName("[FS6] a batch under an old epoch sells nothing, and its units are another's")
    void staleEpoch() {
        shop.node("a").sales.pauseWatch();
        Sale sale = shop.sale(10, 1);
        SaleTerms terms = terms(sale);
        Segment old = refill(terms, "gone", 10);
        assertThat(old).isEqualTo(new Segment(1, 10));
        assertThat(store.takeOver(sale.id(), Set.of("a")).await()).isEqualTo(10);
        Sold sold = store.sell(terms, "gone", old.epoch(), List.of(claim("k")), Instant.now())
                .await();
        assertThat(sold.freeBefore()).isNull();
        assertThat(sold.sold()).isEmpty();
        assertThat(shop.liveUnits(sale)).isZero();
        assertThat(refill(terms, "gone", 4)).isEqualTo(new Segment(2, 4));
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS6] a take-over waits for a batch that is being committed and takes only what that left")
    void takeOverDuringBatch() {
        shop.node("a").sales.pauseWatch();
        Sale sale = shop.sale(10, 1);
        SaleTerms terms = terms(sale);
        Segment segment = refill(terms, "gone", 10);
        Future<Integer> taken = whileLocked(sale, () -> {
            Future<Sold> batch = store.sell(terms, "gone", segment.epoch(), List.of(claim("k")), Instant.now());
            awaitWaiting(1);
            Future<Integer> takeOver = store.takeOver(sale.id(), Set.of("a"));
            awaitWaiting(2);
            return Future.all(batch, takeOver).compose(done -> takeOver);
        });
        assertThat(taken.await()).isEqualTo(10 - (int) shop.liveUnits(sale));
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS7] a batch that is sent twice, also at the same time, sells once and counts once")
    void replay() {
        shop.node("a").sales.pauseWatch();
        Sale sale = shop.sale(10, 2);
        SaleTerms terms = terms(sale);
        Segment segment = refill(terms, "x", 10);
        List<Claim> batch = List.of(claim("k1"), claim("k2"), claim("k3"));
        Future<Sold> both = whileLocked(sale, () -> {
            Future<Sold> first = store.sell(terms, "x", segment.epoch(), batch, Instant.now());
            Future<Sold> second = store.sell(terms, "x", segment.epoch(), batch, Instant.now());
            awaitWaiting(2);
            return Future.all(first, second).compose(done -> {
                assertThat(first.result().sold().size() + second.result().sold().size())
                        .isEqualTo(3);
                return first;
            });
        });
        both.await();
        Sold third =
                store.sell(terms, "x", segment.epoch(), batch, Instant.now()).await();
        assertThat(third.earlier()).hasSize(3);
        assertThat(third.freeBefore()).isEqualTo(7);
        assertThat(shop.count("SELECT sold FROM sale_segment WHERE node = 'x'")).isEqualTo(3);
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS7] two batches of one segment at the same time count both, and not more than it holds")
    void twoBatches() {
        shop.node("a").sales.pauseWatch();
        Sale sale = shop.sale(5, 2);
        SaleTerms terms = terms(sale);
        Segment segment = refill(terms, "x", 5);
        whileLocked(sale, () -> {
                    Future<Sold> first = store.sell(
                            terms, "x", segment.epoch(), List.of(claim("k1"), claim("k2"), claim("k3")), Instant.now());
                    Future<Sold> second = store.sell(
                            terms, "x", segment.epoch(), List.of(claim("k1"), claim("k2"), claim("k3")), Instant.now());
                    awaitWaiting(2);
                    return Future.all(first, second);
                })
                .await();
        assertThat(shop.count("SELECT sold FROM sale_segment WHERE node = 'x'")).isEqualTo(5);
        assertThat(shop.liveUnits(sale)).isEqualTo(5);
    }

    @Test
    @DisplayName("[FS4] two nodes that decide at the same moment sell a buyer no more than one within the limit")
    void sameMoment() {
        shop.node("a").sales.pauseWatch();
        Sale sale = shop.sale(10, 1);
        SaleTerms terms = terms(sale);
        long x = refill(terms, "x", 5).epoch();
        long y = refill(terms, "y", 5).epoch();
        Id<User> buyer = shop.buyer();
        for (String otherKey : List.of("k1", "k2")) {
            whileLocked(sale, () -> {
                        // both have looked for the buyer's orders, and found none, before either may sell
                        Future<Sold> one = store.sell(terms, "x", x, List.of(claim(buyer, "k1")), Instant.now());
                        Future<Sold> other = store.sell(terms, "y", y, List.of(claim(buyer, otherKey)), Instant.now());
                        awaitWaiting(2);
                        return Future.all(one, other);
                    })
                    .await();
            assertThat(shop.liveUnits(sale)).isEqualTo(1);
            shop.database.execute("DELETE FROM orders").await();
        }
    }

    @Test
    @DisplayName("[FS2] the database itself refuses a second order of a key, and a second one of a buyer's turn")
    void constraints() {
        String insert = """
                INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor, currency,
                                    stage, created_at, pay_before)
                VALUES (%d, 1, 1, %d, '%s', 1, 'a', 'a', 1, 1, 'CNY', 'reserved', now(), now())
                """;
        shop.database.execute(insert.formatted(1, 1, "k1")).await();
        assertThatThrownBy(() ->
                        shop.database.execute(insert.formatted(2, 2, "k1")).await())
                .hasMessageContaining("orders_one_per_key");
        assertThatThrownBy(() ->
                        shop.database.execute(insert.formatted(2, 1, "k2")).await())
                .hasMessageContaining("orders_one_per_turn");
        shop.database.execute(insert.formatted(2, 2, "k2")).await();
    }

    @Test
    @DisplayName("[FS8] a node that is gone loses its units to the others, which sell them")
    void nodeGone() {
        Shop.Node a = shop.node("a");
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(40, 1);
        yes(b.claim(shop.buyer(), sale.id(), 1, "k"));
        assertThat(shop.count("SELECT granted - sold FROM sale_segment WHERE node = 'b'"))
                .isPositive();
        b.die();
        int sold = 1;
        while (a.claim(shop.buyer(), sale.id(), 1, "k") instanceof Outcome.Done) {
            sold++;
        }
        assertThat(sold).isEqualTo(40);
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS8] a node that was only thought to be gone goes on under a new epoch")
    void nodeBack() {
        Shop.Node a = shop.node("a");
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(40, 1);
        yes(b.claim(shop.buyer(), sale.id(), 1, "k"));
        shop.leave("b");
        await().until(() -> shop.count("SELECT epoch FROM sale_segment WHERE node = 'b'") == 2);
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 39; i++) {
            claims.add((i % 2 == 0 ? a : b).claiming(shop.buyer(), sale.id(), 1, "k"));
        }
        Future.all(claims).await();
        claims.forEach(claim -> yes(claim.result()));
        assertThat(a.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(SOLD_OUT));
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS9] units that one node has and does not sell reach buyers of another")
    void surplus() {
        Shop.Node a = shop.node("a");
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(8, 8);
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        yes(b.claim(shop.buyer(), sale.id(), 7, "k"));
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS10] a lost reply is no lost yes: the batch is sent again and the buyer hears of the one order")
    void lostReply() {
        CuttableProxy proxy = new CuttableProxy(shop.vertx, shop.testDatabase.url());
        shop.node("a");
        Shop.Node b = shop.node("b", proxy);
        Sale sale = shop.sale(100, 1);
        yes(b.claim(shop.buyer(), sale.id(), 1, "first"));
        for (int round = 1; round <= 5; round++) {
            b.sales.pauseWatch();
            proxy.loseReplies(1);
            List<Future<Outcome<Order>>> claims = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                claims.add(b.claiming(shop.buyer(), sale.id(), 1, "k"));
            }
            Future.all(claims).await();
            claims.forEach(claim -> yes(claim.result()));
            assertThat(proxy.lost()).isEqualTo(round);
            assertThat(shop.liveUnits(sale)).isEqualTo(1 + 10L * round);
        }
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS27] a batch that was sent again sells nothing more when the first one arrives after all")
    void lateStatement() {
        CuttableProxy proxy = new CuttableProxy(shop.vertx, shop.testDatabase.url());
        Shop.Node a = shop.node("a", proxy);
        Sale sale = shop.sale(10, 1);
        Id<User> buyer = shop.buyer();
        yes(a.claim(buyer, sale.id(), 1, "first"));
        long before = shop.count("SELECT epoch FROM sale_segment WHERE node = 'a'");
        a.sales.pauseWatch();
        proxy.loseReplies(1);
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        assertThat(proxy.lost()).isEqualTo(1);
        Sold late = store.sell(terms(sale), "a", before, List.of(claim("late")), Instant.now())
                .await();
        assertThat(late.freeBefore()).isNull();
        assertThat(late.sold()).isEmpty();
        assertConserved(sale);
    }

    @Test
    @DisplayName("[FS11] whoever waits too long hears pending, and with the same key later the outcome of that claim")
    void pending() {
        Shop.Node a = shop.node("a");
        Sale sale = shop.sale(10, 1);
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        Id<User> buyer = shop.buyer();
        Outcome<Order> first = whileLocked(sale, () -> Future.succeededFuture(a.claim(buyer, sale.id(), 1, "k")))
                .await();
        assertThat(first).isEqualTo(Outcome.refused(PENDING));
        Order order = yes(a.claim(buyer, sale.id(), 1, "k"));
        assertThat(shop.count("SELECT count(*) FROM orders WHERE buyer = " + buyer.value()))
                .isEqualTo(1);
        assertThat(shop.orders.order(order.id()).await()).contains(order);
    }

    /** Keeps the sale's segments locked, as a slow commit would, while the action runs. */
    private <T> Future<T> whileLocked(Sale sale, java.util.function.Supplier<Future<T>> action) {
        SqlConnection connection = shop.database.pool().getConnection().await();
        Transaction transaction = connection.begin().await();
        connection
                .query("SELECT 1 FROM sale_segment WHERE sale = " + sale.id().value() + " FOR UPDATE")
                .execute()
                .await();
        Future<T> result = action.get();
        transaction.rollback().await();
        connection.close().await();
        return result;
    }

    private void awaitWaiting(int statements) {
        await().until(() -> shop.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND wait_event_type = 'Lock'")
                >= statements);
    }

    private Segment refill(SaleTerms terms, String node, int demand) {
        return store.refill(terms, node, demand, 1, 1, Instant.now()).await();
    }

    private Claim claim(String key) {
        return claim(shop.buyer(), key);
    }

    private Claim claim(Id<User> buyer, String key) {
        return new Claim(shop.ids.next(), buyer, key, 1);
    }

    private SaleTerms terms(Sale sale) {
        return new SaleStore(shop.database)
                .state(sale.id())
                .await()
                .orElseThrow()
                .terms();
    }

    private void assertConserved(Sale sale) {
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(sale.quantity());
    }
}
