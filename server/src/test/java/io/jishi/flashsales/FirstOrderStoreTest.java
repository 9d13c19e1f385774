package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSaleRefusal.LIMIT_REACHED;
import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.flashsales.ClaimStore.Segment;
import io.jishi.flashsales.ClaimStore.Sold;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sales to buyers without orders, and several batches of one node at a time. */
@Timeout(90)
class FirstOrderStoreTest {
    private static final int BATCH = 10;

    private final Shop shop = new Shop(Settings.defaults()
            .with(FlashSaleSettings.BATCH_MAX, BATCH)
            .with(FlashSaleSettings.PATIENCE_MILLIS, 30_000));
    private final ClaimStore store = new ClaimStore(shop.database);
    private final FirstOrderStore first = new FirstOrderStore(shop.database);

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    @DisplayName(
            "[FS6][FS53] a batch of first orders under an old epoch, or of more units than there are, sells nothing")
    void fenced() {
        SaleTerms terms = terms(10, 2);
        Segment segment = refill(terms, "x", 3);
        List<Claim> batch = List.of(claim("k1"), claim("k2"), claim("k3"));
        Sold old = sell(terms, "x", segment.epoch() - 1, batch, true).await();
        assertThat(old.freeBefore()).isNull();
        assertThat(old.sold()).isEmpty();
        Sold tooMany = sell(terms, "x", segment.epoch(), concat(batch, claim("k4")), true)
                .await();
        assertThat(tooMany.freeBefore()).isEqualTo(3);
        assertThat(tooMany.sold()).isEmpty();
        Sold sold = sell(terms, "x", segment.epoch(), batch, true).await();
        assertThat(sold.sold())
                .containsExactlyInAnyOrderElementsOf(
                        batch.stream().map(claim -> claim.order.value()).toList());
        assertThat(shop.count("SELECT sold FROM sale_segment WHERE node = 'x'")).isEqualTo(3);
        assertConserved(terms);
    }

    @Test
    @DisplayName("[FS53] who has an order gets no first one, and the others of the batch get theirs")
    void knownAmongNew() {
        SaleTerms terms = terms(10, 2);
        Segment segment = refill(terms, "x", 10);
        Claim known = claim("k");
        sell(terms, "x", segment.epoch(), List.of(known), true).await();
        Claim fresh = claim("k");
        for (String key : List.of("k", "other")) {
            Sold sold = sell(terms, "x", segment.epoch(), List.of(again(known, key), fresh), false)
                    .await();
            assertThat(sold.sold()).isSubsetOf(Set.of(fresh.order.value()));
        }
        assertThat(shop.liveUnits(sale(terms))).isEqualTo(2);
        assertThat(shop.count("SELECT sold FROM sale_segment WHERE node = 'x'")).isEqualTo(2);
    }

    @Test
    @DisplayName("[FS53] where somebody is wrongly said to be new the batch sells nothing at all")
    void wronglyNew() {
        SaleTerms terms = terms(10, 2);
        Segment segment = refill(terms, "x", 10);
        Claim known = claim("k");
        sell(terms, "x", segment.epoch(), List.of(known), true).await();
        for (String key : List.of("k", "other")) {
            Future<Sold> wrong = sell(terms, "x", segment.epoch(), List.of(again(known, key), claim("k")), true);
            await().until(wrong::failed);
            assertThat(FirstOrderStore.isSomebodyKnown(wrong.cause())).isTrue();
        }
        assertThat(shop.liveUnits(sale(terms))).isEqualTo(1);
        assertThat(shop.count("SELECT sold FROM sale_segment WHERE node = 'x'")).isEqualTo(1);
        assertConserved(terms);
    }

    @Test
    @DisplayName(
            "[FS2][FS4][FS53] whoever bought through another node finds the order, buys up to the limit, and harms nobody")
    void throughAnotherNode() {
        Shop.Node a = shop.node("a");
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(100, 2);
        Id<User> buyer = shop.buyer();
        Order order = yes(a.claim(buyer, sale.id(), 1, "k"));
        for (String key : List.of("k", "second", "third")) {
            List<Future<Outcome<Order>>> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(b.claiming(shop.buyer(), sale.id(), 1, "k"));
            }
            Future<Outcome<Order>> mine = b.claiming(buyer, sale.id(), 1, key);
            others.add(b.claiming(shop.buyer(), sale.id(), 1, "k"));
            Future.all(others).await();
            others.forEach(other -> yes(other.result()));
            Outcome<Order> answer = mine.await();
            switch (key) {
                case "k" -> assertThat(yes(answer)).isEqualTo(order);
                case "second" -> assertThat(yes(answer).id()).isNotEqualTo(order.id());
                default -> assertThat(answer).isEqualTo(Outcome.refused(LIMIT_REACHED));
            }
        }
        assertThat(shop.liveUnits(sale)).isEqualTo(1 + 3 * 4 + 1);
        assertConserved(terms(sale));
    }

    @Test
    @DisplayName("[FS54] a rush is sold from several segments of one node, which are its own, exactly")
    void lanes() {
        Shop.Node a = shop.node("a");
        Sale sale = shop.sale(60 * BATCH, 1);
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 80 * BATCH; i++) {
            claims.add(a.claiming(shop.buyer(), sale.id(), 1, "k"));
        }
        Future.all(claims).await();
        long sold = claims.stream()
                .filter(claim -> claim.result() instanceof Outcome.Done)
                .count();
        assertThat(sold).isEqualTo(60 * BATCH);
        assertThat(shop.count("SELECT count(*) FROM sale_segment WHERE sold > 0 AND node IN ('a', 'a/1')"))
                .isEqualTo(2);
        assertThat(shop.liveUnits(sale)).isEqualTo(60 * BATCH);
        assertConserved(terms(sale));
    }

    @Test
    @DisplayName(
            "[FS54] the second segment of a node stays the node's while it lives, and goes to the others when it is gone")
    void lanesOfTheLiving() {
        SaleTerms terms = terms(10, 1);
        Segment segment = refill(terms, Lanes.name("x", 1), 10);
        assertThat(store.takeOver(terms.id(), Set.of("x", "a")).await()).isZero();
        assertThat(sell(terms, Lanes.name("x", 1), segment.epoch(), List.of(claim("k")), true)
                        .await()
                        .sold())
                .hasSize(1);
        assertThat(store.takeOver(terms.id(), Set.of("a")).await()).isEqualTo(9);
        assertThat(sell(terms, Lanes.name("x", 1), segment.epoch(), List.of(claim("k")), true)
                        .await()
                        .freeBefore())
                .isNull();
        assertConserved(terms);
    }

    private Future<Sold> sell(SaleTerms terms, String node, long epoch, List<Claim> batch, boolean isNew) {
        return first.sell(terms, node, epoch, batch, claim -> isNew, Instant.now());
    }

    /** Of a sale that nothing else works on. */
    private SaleTerms terms(int quantity, int limit) {
        shop.node("a").sales.pauseWatch();
        return terms(shop.sale(quantity, limit));
    }

    private SaleTerms terms(Sale sale) {
        return new SaleStore(shop.database)
                .state(sale.id())
                .await()
                .orElseThrow()
                .terms();
    }

    private Sale sale(SaleTerms terms) {
        return shop.nodes.getFirst().sales.sale(terms.id()).await().orElseThrow();
    }

    private Segment refill(SaleTerms terms, String node, int demand) {
        return store.refill(terms, node, demand, 1, 1, Instant.now()).await();
    }

    private Claim claim(String key) {
        return new Claim(shop.ids.next(), shop.buyer(), key, 1);
    }

    private Claim again(Claim claim, String key) {
        return new Claim(shop.ids.next(), claim.buyer, key, 1);
    }

    private static List<Claim> concat(List<Claim> claims, Claim another) {
        List<Claim> all = new ArrayList<>(claims);
        all.add(another);
        return all;
    }

    private void assertConserved(SaleTerms terms) {
        Sale sale = sale(terms);
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(sale.quantity());
    }
}
