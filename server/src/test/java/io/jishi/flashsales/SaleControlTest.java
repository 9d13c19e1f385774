package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.catalog.CatalogRefusal;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.flashsales.FlashSaleRequest.ActsPage;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.FlashSaleRequest.Extend;
import io.jishi.flashsales.FlashSaleRequest.ListActs;
import io.jishi.flashsales.FlashSaleRequest.Stop;
import io.jishi.flashsales.SaleAct.Facts;
import io.jishi.orders.Order;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SaleControlTest {
    private final Shop shop = new Shop();
    private final Shop.Node a = shop.node("a");
    private final SaleControl control = new SaleControl(
            shop.database,
            new SaleStore(shop.database),
            new Waitlist(
                    shop.database,
                    new SaleStore(shop.database),
                    shop.ids,
                    shop.clock,
                    FlashSaleSettings.of(shop.settings)),
            shop.catalog,
            Rooms.none(),
            new Ids(InstantSource.system(), 99),
            shop.clock);

    @AfterEach
    void close() {
        shop.close();
    }

    private static Sale done(Outcome<Sale> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Sale>) outcome).result();
    }

    private static void refused(Refusal refusal, Outcome<Sale> outcome) {
        assertThat(outcome).isEqualTo(Outcome.refused(refusal));
    }

    private Outcome<Sale> extend(Caller caller, Sale sale, int seconds, String key) {
        return a.sales.extend(caller, new Extend(sale.id(), seconds, key)).await();
    }

    private Outcome<Sale> add(Caller caller, Sale sale, int quantity, String key) {
        return a.sales.addStock(caller, new AddStock(sale.id(), quantity, key)).await();
    }

    private Sale now(Sale sale) {
        return a.sales.sale(sale.id()).await().orElseThrow();
    }

    private int available(Id<Sku> sku) {
        return shop.catalog.sku(sku).await().orElseThrow().sku().available();
    }

    private Sale shortSale(int quantity, int seconds) {
        Id<Sku> sku = shop.sku(quantity + 100);
        return shop.start(new FlashSaleRequest.Start(null, sku, 100, quantity, 1, 0, seconds, 60));
    }

    @Test
    @DisplayName("[FS30] an extended sale sells past its old end, on every node, and ends at the new one")
    void extend() {
        Shop.Node b = shop.node("b");
        Sale sale = shortSale(10, 30);
        yes(b.claim(shop.buyer(), sale.id(), 1, "k"));
        Sale longer = done(extend(shop.host, sale, 60, "e1"));
        assertThat(longer.endsAt()).isEqualTo(sale.endsAt().plusSeconds(60));
        assertThat(done(extend(shop.host, sale, 60, "e1")).endsAt()).isEqualTo(longer.endsAt());
        shop.clock.forward(Duration.ofSeconds(40));
        yes(b.claim(shop.buyer(), sale.id(), 1, "k"));
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        refused(FlashSaleRefusal.BEYOND_BOUNDS, extend(shop.host, sale, 86_400, "e2"));
        shop.clock.forward(Duration.ofSeconds(51));
        assertThat(b.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(FlashSaleRefusal.ENDED));
        refused(FlashSaleRefusal.ENDED, extend(shop.host, sale, 60, "e3"));
        await().until(() -> available(sale.skuId()) == 107);
    }

    @Test
    @DisplayName("[FS31] a sale whose end passes while it is being extended stays open")
    void extendWhileClosing() {
        a.sales.pauseWatch();
        Sale sale = shortSale(10, 30);
        shop.clock.forward(Duration.ofSeconds(30));
        Future<Void> closing = shop.database
                .transaction(transaction -> new SaleStore(shop.database)
                        .lock(transaction, sale.id())
                        .map(held -> control.close(sale.id()))
                        .compose(started -> waitUntilSomebodyWaits(transaction)
                                .compose(waits -> new SaleStore(shop.database)
                                        .change(
                                                transaction,
                                                sale.id(),
                                                new Facts(10, sale.endsAt().plusSeconds(60))))
                                .map(changed -> started)))
                .await();
        closing.await();
        assertThat(now(sale).stage()).isEqualTo(SaleStage.OPEN);
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(10);
    }

    private Future<Void> waitUntilSomebodyWaits(io.vertx.sqlclient.SqlConnection transaction) {
        return transaction
                .query("SELECT count(*) FROM pg_locks WHERE NOT granted")
                .execute()
                .compose(rows -> rows.iterator().next().getLong(0) > 0
                        ? Future.succeededFuture()
                        : waitUntilSomebodyWaits(transaction));
    }

    @Test
    @DisplayName("[FS31] extending and ending at the same moment, one of the two happens and no unit is lost")
    void extendAtTheEnd() {
        a.sales.pauseWatch();
        int extended = 0;
        for (int i = 0; i < 40; i++) {
            Sale sale = shortSale(5, 10);
            shop.clock.forward(
                    Duration.between(shop.clock.instant(), sale.endsAt()).minusMillis(4));
            Future<Outcome<Sale>> extending = a.sales.extend(shop.host, new Extend(sale.id(), 60, "e"));
            List<Future<Void>> closing = new ArrayList<>();
            while (shop.clock.instant().isBefore(sale.endsAt().plusMillis(2))) {
                closing.add(control.close(sale.id()));
                closing.getLast().await();
            }
            control.close(sale.id()).await();
            boolean longer = extending.await() instanceof Outcome.Done<Sale>;
            extended += longer ? 1 : 0;
            assertThat(now(sale).stage()).isEqualTo(longer ? SaleStage.OPEN : SaleStage.ENDED);
            assertThat(available(sale.skuId())).isEqualTo(longer ? 100 : 105);
            assertThat(shop.count("SELECT count(*) FROM sale_act WHERE act = 'extend' AND sale = "
                            + sale.id().value()))
                    .isEqualTo(longer ? 1 : 0);
        }
        assertThat(extended).isPositive();
    }

    @Test
    @DisplayName(
            "[FS32] stock added while buyers rush is sold exactly with the rest; no snapshot shows a unit too many")
    void addStock() {
        Shop.Node b = shop.node("b");
        Id<Sku> sku = shop.sku(100);
        Sale sale = shop.start(Shop.terms(sku, 40, 1));
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        List<Future<Outcome<Sale>>> additions = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            claims.add((i % 2 == 0 ? a : b).claiming(shop.buyer(), sale.id(), 1, "k"));
            if (i % 50 == 25) {
                String key = "a" + i;
                additions.add((i % 4 == 1 ? a : b).sales.addStock(shop.host, new AddStock(sale.id(), 10, key)));
                additions.add((i % 4 == 1 ? b : a).sales.addStock(shop.host, new AddStock(sale.id(), 10, key)));
            }
            if (i % 20 == 0) {
                assertThat(shop.count(missing(sale))).isZero();
            }
        }
        Future.all(additions).await();
        Future.all(claims).await();
        additions.forEach(addition -> done(addition.result()));
        long early = claims.stream()
                .filter(claim -> claim.result() instanceof Outcome.Done)
                .count();
        assertThat(shop.count(missing(sale))).isZero();
        assertThat(early).isEqualTo(shop.liveUnits(sale));
        for (int i = 0; i < 100; i++) {
            Outcome<Order> claim = (i % 2 == 0 ? a : b).claim(shop.buyer(), sale.id(), 1, "k");
            assertThat(claim instanceof Outcome.Done || claim.equals(Outcome.refused(FlashSaleRefusal.SOLD_OUT)))
                    .isTrue();
        }
        assertThat(shop.liveUnits(sale)).isEqualTo(100);
        assertThat(now(sale).quantity()).isEqualTo(100);
        assertThat(available(sku)).isZero();
        refused(CatalogRefusal.NOT_ENOUGH_STOCK, add(shop.host, sale, 1, "more"));
        assertThat(shop.count(missing(sale))).isZero();
    }

    /** What a snapshot lacks of a sale's quantity. */
    private static String missing(Sale sale) {
        return "SELECT s.quantity - (" + Shop.whereabouts(sale) + ") FROM sale s WHERE s.id = "
                + sale.id().value();
    }

    @Test
    @DisplayName("[FS32] a sold-out sale sells again when stock is added; one that is over takes none")
    void addAfterSoldOut() {
        Sale sale = shortSale(1, 60);
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        assertThat(a.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(FlashSaleRefusal.SOLD_OUT));
        assertThat(done(add(shop.host, sale, 2, "a1")).left()).isEqualTo(2);
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        refused(FlashSaleRefusal.BEYOND_BOUNDS, add(shop.host, sale, 1_000_000, "a2"));
        shop.clock.forward(Duration.ofSeconds(61));
        refused(FlashSaleRefusal.ENDED, add(shop.host, sale, 1, "a3"));
        await().until(() -> available(sale.skuId()) == 99);
    }

    @Test
    @DisplayName(
            "[FS33] a sale that is stopped while claims are in flight keeps every yes and returns every other unit")
    void stopInFlight() {
        Shop.Node b = shop.node("b");
        for (int round = 0; round < 10; round++) {
            Id<Sku> sku = shop.sku(200);
            Sale sale = shop.start(Shop.terms(sku, 200, 1));
            List<Future<Outcome<Order>>> claims = new ArrayList<>();
            List<Future<Outcome<Sale>>> stops = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                claims.add((i % 2 == 0 ? a : b).claiming(shop.buyer(), sale.id(), 1, "k"));
                if (i == 20 + 10 * round) {
                    stops.add(a.sales.stop(shop.host, new Stop(sale.id())));
                    stops.add(b.sales.stop(shop.host, new Stop(sale.id())));
                }
            }
            stops.forEach(stop -> assertThat(done(stop.await()).stage()).isEqualTo(SaleStage.ENDED));
            Future.all(claims).await();
            long yes = claims.stream()
                    .filter(claim -> claim.result() instanceof Outcome.Done)
                    .count();
            claims.stream()
                    .filter(claim -> !(claim.result() instanceof Outcome.Done))
                    .forEach(claim -> assertThat(claim.result()).isEqualTo(Outcome.refused(FlashSaleRefusal.ENDED)));
            assertThat(shop.liveUnits(sale)).isEqualTo(yes);
            assertThat(available(sku)).isEqualTo(200 - (int) yes);
            assertThat(shop.count("SELECT count(*) FROM sale_act WHERE act = 'stop' AND sale = "
                            + sale.id().value()))
                    .isOne();
        }
    }

    @Test
    @DisplayName(
            "[FS34] each act is kept with who, when, before and after; its host and operators read it, nobody alters it")
    void acts() {
        Sale sale = shortSale(10, 60);
        Caller admin = Shop.caller(shop.buyer(), Role.ADMIN);
        done(extend(admin, sale, 30, "e"));
        done(add(shop.host, sale, 5, "a"));
        done(a.sales.stop(shop.host, new Stop(sale.id())).await());
        done(a.sales.stop(shop.host, new Stop(sale.id())).await());
        Caller other = Shop.caller(shop.buyer(), Role.HOST);
        refused(FlashSaleRefusal.NOT_YOUR_SALE, extend(other, sale, 30, "x"));
        refused(FlashSaleRefusal.NOT_YOUR_SALE, add(other, sale, 5, "x"));
        ListActs list = new ListActs(sale.id(), null, null);
        assertThat(control.acts(other, list).await()).isEqualTo(Outcome.refused(FlashSaleRefusal.NOT_YOUR_SALE));
        for (Caller reader : List.of(shop.host, admin, Shop.caller(shop.buyer(), Role.OPERATOR))) {
            List<SaleAct> acts = ((Outcome.Done<ActsPage>)
                            control.acts(reader, list).await())
                    .result()
                    .items();
            assertThat(acts)
                    .extracting(SaleAct::act)
                    .containsExactly(
                            SaleAct.Kind.STOP, SaleAct.Kind.ADD_STOCK, SaleAct.Kind.EXTEND, SaleAct.Kind.START);
            assertThat(acts)
                    .extracting(SaleAct::who)
                    .containsExactly(shop.host.userId(), shop.host.userId(), admin.userId(), shop.host.userId());
            SaleAct added = acts.get(1);
            assertThat(added.before()).isEqualTo(new Facts(10, sale.endsAt().plusSeconds(30)));
            assertThat(added.after()).isEqualTo(new Facts(15, sale.endsAt().plusSeconds(30)));
            assertThat(acts.get(0).after().endsAt()).isEqualTo(acts.get(0).at());
            assertThat(acts.get(3).before()).isNull();
        }
        assertThatThrownBy(() -> shop.count("UPDATE sale_act SET who = 1")).hasMessageContaining("only ever added to");
    }

    @Test
    @DisplayName("[FS35] a sale may open by the clock; one that would open too late or in the past is refused")
    void byClock() {
        Id<Sku> sku = shop.sku(10);
        Instant opensAt = shop.clock.instant().plusSeconds(100).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        Sale sale = shop.start(byClock(sku, opensAt));
        assertThat(sale.opensAt()).isEqualTo(opensAt);
        assertThat(sale.stage()).isEqualTo(SaleStage.COUNTDOWN);
        assertThat(a.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(FlashSaleRefusal.NOT_OPEN));
        shop.clock.forward(Duration.ofSeconds(100));
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        for (Instant wrong : List.of(
                shop.clock.instant().minusSeconds(1), shop.clock.instant().plus(Duration.ofDays(31)))) {
            refused(
                    FlashSaleRefusal.BEYOND_BOUNDS,
                    a.sales.start(shop.host, byClock(sku, wrong)).await());
        }
        assertThatThrownBy(() -> new FlashSaleRequest.Start(
                        null, sku, 1, 1, 1, 5, opensAt, 60, 60, null, null, null, null, null))
                .hasMessageContaining("not both");
        for (int seconds : new int[] {9, 301}) {
            assertThatThrownBy(() -> new FlashSaleRequest.Start(null, sku, 1, 1, 1, seconds, 60, 60))
                    .hasMessageContaining("from 10 to 300");
        }
    }

    private static FlashSaleRequest.Start byClock(Id<Sku> sku, Instant opensAt) {
        return new FlashSaleRequest.Start(null, sku, 100, 5, 1, null, opensAt, 60, 60, null, null, null, null, null);
    }

    @Test
    @DisplayName(
            "[FS56] a sale that is started ten times with one key, on two nodes at a time and later, is started once")
    void startedOnce() {
        Shop.Node b = shop.node("b");
        Id<Sku> sku = shop.sku(20);
        List<Future<Outcome<Sale>>> tries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tries.add(a.sales.start(shop.host, keyed(sku, "s1")));
            tries.add(b.sales.start(shop.host, keyed(sku, "s1")));
        }
        Sale sale = done(tries.getFirst().await());
        tries.forEach(each -> assertThat(done(each.await()).id()).isEqualTo(sale.id()));
        shop.clock.forward(Duration.ofSeconds(61));
        assertThat(done(b.sales.start(shop.host, keyed(sku, "s1")).await()).id())
                .isEqualTo(sale.id());
        await().until(() -> available(sku) == 20);
        assertThat(done(a.sales.start(shop.host, keyed(sku, "s2")).await()).id())
                .isNotEqualTo(sale.id());
        assertThat(available(sku)).isEqualTo(15);
    }

    private static FlashSaleRequest.Start keyed(Id<Sku> sku, String key) {
        return new FlashSaleRequest.Start(null, sku, 100, 5, 1, null, null, 60, 60, null, null, null, null, key);
    }

    @Test
    @DisplayName("[FS36] in a sale for a list those on it buy, and nobody else does")
    void list() {
        Id<Sku> sku = shop.sku(10);
        Id<User> invited = shop.buyer();
        Sale sale = shop.start(new FlashSaleRequest.Start(
                null, sku, 100, 5, 1, null, null, 60, 60, Audience.LIST, List.of(invited, invited), null, null, null));
        assertThat(sale.audience()).isEqualTo(Audience.LIST);
        assertThat(a.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(FlashSaleRefusal.NOT_INVITED));
        Order order = yes(a.claim(invited, sale.id(), 1, "k"));
        assertThat(yes(a.claim(invited, sale.id(), 1, "k")).id()).isEqualTo(order.id());
        assertThatThrownBy(() -> new FlashSaleRequest.Start(
                        null, sku, 1, 1, 1, null, null, 60, 60, Audience.LIST, null, null, null, null))
                .hasMessageContaining("invited");
    }

    @Test
    @DisplayName("[FS37] what is heard of a sale grows in revision, then in time; within a revision nothing is added")
    void stream() {
        Sale sale = shortSale(20, 600);
        ChannelName channel = ChannelName.sale(sale.id());
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 5; j++) {
                yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
            }
            if (i % 2 == 0) {
                int quantity = done(add(shop.host, sale, 5, "a" + i)).quantity();
                await().until(() -> heard(channel).getLast().quantity() == quantity);
            } else {
                Instant endsAt = done(extend(shop.host, sale, 5, "e" + i)).endsAt();
                await().until(() -> heard(channel).getLast().endsAt().equals(endsAt));
            }
        }
        List<Sale> heard = heard(channel);
        assertThat(heard)
                .isSortedAccordingTo(Comparator.comparingInt(Sale::revision).thenComparing(Sale::at));
        assertThat(heard.getLast().revision()).isEqualTo(5);
        for (int i = 1; i < heard.size(); i++) {
            Sale before = heard.get(i - 1);
            Sale after = heard.get(i);
            if (before.revision() == after.revision()) {
                assertThat(after.quantity()).isEqualTo(before.quantity());
                assertThat(after.left()).isLessThanOrEqualTo(before.left());
            }
            assertThat(after.left()).isBetween(0, after.quantity());
        }
    }

    private List<Sale> heard(ChannelName channel) {
        List<Object> told = shop.channels.on(channel);
        return told.isEmpty()
                ? List.of(a.sales.sale(Id.parse(channel.key())).await().orElseThrow())
                : told.stream().map(Sale.class::cast).toList();
    }
}
