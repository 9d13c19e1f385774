package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.User;
import io.jishi.catalog.CatalogRefusal;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.orders.Order;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SaleLifeTest {
    private final Shop shop = new Shop();
    private final List<Object> announced = new ArrayList<>();
    private final Id<Object> room = shop.ids.next();
    private final Shop.Node a = shop.node("a", new Rooms() {
        @Override
        public Future<Optional<Id<User>>> hostOf(Id<?> asked) {
            return Future.succeededFuture(asked.equals(room) ? Optional.of(shop.host.userId()) : Optional.empty());
        }

        @Override
        public Future<?> announce(Id<?> in, Object publication) {
            announced.add(publication);
            return Future.succeededFuture();
        }
    });

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    @DisplayName("[FS15] a sale takes its units out of the SKU when it starts and returns what is left when it ends")
    void unitsComeAndGo() {
        Id<Sku> sku = shop.sku(100);
        Sale sale = shop.start(Shop.terms(sku, 30, 5));
        assertThat(available(sku)).isEqualTo(70);
        yes(a.claim(shop.buyer(), sale.id(), 4, "k"));
        shop.clock.forward(Duration.ofHours(2));
        await().until(() -> available(sku) == 96);
        Sale ended = a.sales.sale(sale.id()).await().orElseThrow();
        assertThat(ended.stage()).isEqualTo(SaleStage.ENDED);
        assertThat(ended.left()).isEqualTo(26);
        assertThat(shop.count("SELECT sum(quantity) FROM stock_movement WHERE sku = " + sku.value()))
                .isEqualTo(96);
    }

    @Test
    @DisplayName(
            "[FS16] a host stops its own sale once, whoever else asks is refused; repeated it is answered the same")
    void stop() {
        Sale sale = shop.sale(10, 1);
        Caller other = Shop.caller(shop.buyer(), Role.HOST);
        FlashSaleRequest.Stop stop = new FlashSaleRequest.Stop(sale.id());
        assertThat(a.sales.stop(other, stop).await()).isEqualTo(Outcome.refused(FlashSaleRefusal.NOT_YOUR_SALE));
        for (int i = 0; i < 2; i++) {
            Outcome<Sale> stopped = a.sales.stop(shop.host, stop).await();
            assertThat(((Outcome.Done<Sale>) stopped).result().stage()).isEqualTo(SaleStage.ENDED);
        }
        assertThat(available(sale.skuId())).isEqualTo(10);
        FlashSaleRequest.Stop none = new FlashSaleRequest.Stop(shop.ids.next());
        assertThat(a.sales.stop(shop.host, none).await()).isEqualTo(Outcome.refused(FlashSaleRefusal.SALE_NOT_FOUND));
    }

    @Test
    @DisplayName(
            "[FS17] only the host of product and room starts a sale, of units that there are; the room hears of it")
    void start() {
        Id<Sku> sku = shop.sku(10);
        Caller other = Shop.caller(shop.buyer(), Role.HOST);
        assertThat(a.sales.start(other, Shop.terms(sku, 5, 1)).await())
                .isEqualTo(Outcome.refused(CatalogRefusal.NOT_YOUR_PRODUCT));
        assertThat(a.sales.start(shop.host, Shop.terms(sku, 11, 1)).await())
                .isEqualTo(Outcome.refused(CatalogRefusal.NOT_ENOUGH_STOCK));
        assertThat(a.sales.start(shop.host, Shop.terms(shop.ids.next(), 1, 1)).await())
                .isEqualTo(Outcome.refused(CatalogRefusal.SKU_NOT_FOUND));
        assertThat(a.sales.start(shop.host, inRoom(shop.ids.next(), sku)).await())
                .isEqualTo(Outcome.refused(FlashSaleRefusal.NOT_YOUR_ROOM));
        assertThat(shop.count("SELECT count(*) FROM sale")).isZero();
        assertThat(announced).isEmpty();
        Sale sale = shop.start(inRoom(room, sku));
        assertThat(announced).containsExactly(new FlashSaleRequest.Announcement(sale));
        assertThat(a.sales.salesOfRoom(room).await()).extracting(Sale::id).containsExactly(sale.id());
        a.sales.stop(shop.host, new FlashSaleRequest.Stop(sale.id())).await();
        assertThat(a.sales.salesOfRoom(room).await()).isEmpty();
    }

    @Test
    @DisplayName("[FS18] units of unpaid orders are offered again while the sale runs, and go to the SKU afterwards")
    void unpaid() {
        Id<Sku> sku = shop.sku(2);
        FlashSaleRequest.Start terms = new FlashSaleRequest.Start(null, sku, 100, 2, 1, 0, 60, 10);
        Sale sale = shop.start(terms);
        Id<User> first = shop.buyer();
        Order cancelled = yes(a.claim(first, sale.id(), 1, "k"));
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        assertThat(stage(sale)).isEqualTo(SaleStage.SOLD_OUT);
        shop.orders.start().await();
        shop.orders.cancel(first, cancelled.id()).await();
        assertThat(stage(sale)).isEqualTo(SaleStage.OPEN);
        yes(a.claim(first, sale.id(), 1, "again"));
        shop.clock.forward(Duration.ofSeconds(10));
        await().until(() -> a.sales.sale(sale.id()).await().orElseThrow().left() == 2);
        yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(2);
        a.sales.stop(shop.host, new FlashSaleRequest.Stop(sale.id())).await();
        assertThat(available(sku)).isEqualTo(1);
        shop.clock.forward(Duration.ofSeconds(10));
        await().until(() -> available(sku) == 2);
        shop.orders.stop().await();
    }

    @Test
    @DisplayName("[FS19] everybody hears the stock, in order, at most ten times a second, and right at the end")
    void stream() {
        Shop.Node b = shop.node("b");
        a.sales.register(new Methods(Authorization.shipped()));
        Sale sale = shop.sale(300, 1);
        long startedAt = System.nanoTime();
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 320; i++) {
            claims.add((i % 2 == 0 ? a : b).claiming(shop.buyer(), sale.id(), 1, "k"));
        }
        Future.all(claims).await();
        ChannelName channel = ChannelName.sale(sale.id());
        await().until(() -> last(channel).stage() == SaleStage.SOLD_OUT);
        a.sales.stop(shop.host, new FlashSaleRequest.Stop(sale.id())).await();
        await().until(() -> last(channel).stage() == SaleStage.ENDED);
        long millis = (System.nanoTime() - startedAt) / 1_000_000;
        List<Sale> told =
                shop.channels.on(channel).stream().map(Sale.class::cast).toList();
        assertThat(told).extracting(Sale::left).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThat(told).extracting(Sale::left).allMatch(left -> left >= 0).endsWith(0);
        assertThat(told.size()).isLessThanOrEqualTo((int) (millis / 100) + 2);
        assertThat(shop.channels.greeting(Caller.guest("c"), channel).await())
                .isInstanceOfSatisfying(
                        Sale.class,
                        now -> assertThat(now.saysTheSame(last(channel))).isTrue());
    }

    @Test
    @DisplayName("[FS20] the wire's parameters are checked, and answers have the declared shape")
    void wire() {
        Methods methods = new Methods(Authorization.shipped());
        a.sales.register(methods);
        Id<Sku> sku = shop.sku(10);
        String terms = "\"skuId\":\"" + sku + "\",\"priceMinor\":100,\"perBuyerLimit\":2,"
                + "\"durationSeconds\":60,\"reservationSeconds\":60";
        assertThat(call(methods, "flashsales.start", shop.host, "{" + terms + ",\"quantity\":0}")
                        .get("code")
                        .asInt())
                .isEqualTo(107);
        JsonNode sale = call(methods, "flashsales.start", shop.host, "{" + terms + ",\"quantity\":10}");
        assertThat(sale.get("stage").asText()).isEqualTo("open");
        assertThat(sale.has("roomId")).isFalse();
        Caller buyer = Shop.caller(shop.buyer(), Role.VIEWER);
        String claim = "{\"saleId\":" + sale.get("id") + ",\"quantity\":1,\"key\":\"k\"}";
        assertThat(call(methods, "flashsales.claim", Caller.guest("c"), claim)
                        .get("code")
                        .asInt())
                .isEqualTo(103);
        JsonNode order = call(methods, "flashsales.claim", buyer, claim);
        assertThat(order.get("stage").asText()).isEqualTo("reserved");
        assertThat(order.get("totalMinor").asLong()).isEqualTo(100);
        assertThat(order.has("buyerId")).isFalse();
        assertThat(order.get("payBefore").isIntegralNumber()).isTrue();
        assertThat(call(methods, "flashsales.claim", buyer, claim.replace("\"k\"", "\"k\u00e9\""))
                        .get("code")
                        .asInt())
                .isEqualTo(107);
        JsonNode page = call(methods, "flashsales.list", buyer, "{\"limit\":1}");
        assertThat(page.at("/items/0/left").asInt()).isEqualTo(9);
        assertThat(call(methods, "flashsales.get", buyer, "{\"saleId\":\"0000000000000\"}")
                        .get("message")
                        .asText())
                .isEqualTo("sale_not_found");
        assertThat(shop.channels.maySubscribe(buyer, ChannelName.sale(Id.of(5))).await())
                .isFalse();
    }

    @Test
    @DisplayName("[FS21] a node that stops answers the claims it has, refuses others as busy, and returns its units")
    void stopNode() {
        Shop.Node b = shop.node("b");
        Sale sale = shop.sale(50, 1);
        yes(b.claim(shop.buyer(), sale.id(), 1, "k"));
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            claims.add(b.claiming(shop.buyer(), sale.id(), 1, "k"));
        }
        Future<Void> stopped = b.sales.stop();
        assertThat(b.claim(shop.buyer(), sale.id(), 1, "late")).isEqualTo(Outcome.refused(FlashSaleRefusal.BUSY));
        stopped.await();
        claims.forEach(claim -> yes(claim.result()));
        assertThat(shop.count("SELECT coalesce(sum(granted - sold), 0) FROM sale_segment WHERE node = 'b'"))
                .isZero();
    }

    private SaleStage stage(Sale sale) {
        return a.sales.sale(sale.id()).await().orElseThrow().stage();
    }

    private Sale last(ChannelName channel) {
        List<Object> told = shop.channels.on(channel);
        return told.isEmpty() ? a.sales.sale(Id.parse(channel.key())).await().orElseThrow() : (Sale) told.getLast();
    }

    private FlashSaleRequest.Start inRoom(Id<?> in, Id<Sku> sku) {
        return new FlashSaleRequest.Start(in, sku, 100, 5, 1, 0, 60, 60);
    }

    private int available(Id<Sku> sku) {
        return shop.catalog.sku(sku).await().orElseThrow().sku().available();
    }

    /** The result, or the error as an object with code and message. */
    private static JsonNode call(Methods methods, String method, Caller caller, String params) {
        return switch (methods.call(method, caller, Json.tree(Buffer.buffer(params)))
                .await()) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error ->
                Json.tree(Buffer.buffer("{\"code\":" + error.code() + ",\"message\":\"" + error.message() + "\"}"));
        };
    }
}
