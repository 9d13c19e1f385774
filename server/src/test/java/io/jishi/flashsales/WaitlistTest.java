package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.FlashSaleRequest.Stop;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.flashsales.WaitlistStore.Waiter;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStage;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitlistTest {
    private final Shop shop = new Shop(Settings.defaults().with(FlashSaleSettings.WAITERS_MAX, 40));
    private final Shop.Node a = shop.node("a");
    private final Shop.Node b = shop.node("b");

    @AfterEach
    void close() {
        shop.orders.stop().await();
        shop.close();
    }

    private Outcome<Waiting> join(Shop.Node node, Id<User> buyer, Sale sale, int quantity, String key) {
        return node.sales.join(buyer, new Wait(sale.id(), quantity, key)).await();
    }

    private static Waiting place(Outcome<Waiting> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Waiting>) outcome).result();
    }

    /** All of whose units are reserved for the given time, each for a buyer of its own. */
    private Sale soldOut(int quantity, int reservationSeconds, List<Order> orders, List<Id<User>> buyers) {
        Sale sale = shop.start(new FlashSaleRequest.Start(
                null, shop.sku(quantity + 10), 100, quantity, 2, 0, 3600, reservationSeconds));
        for (int i = 0; i < quantity; i++) {
            buyers.add(shop.buyer());
            orders.add(yes(a.claim(buyers.getLast(), sale.id(), 1, "k")));
        }
        return sale;
    }

    private Sale soldOut(int quantity, int reservationSeconds) {
        return soldOut(quantity, reservationSeconds, new ArrayList<>(), new ArrayList<>());
    }

    /** The order that a place has become, if it has. */
    private Order order(Sale sale, Id<User> buyer, String key) {
        Waiting waiting = place(join(b, buyer, sale, 1, key));
        return waiting.order();
    }

    @Test
    @DisplayName(
            "[FS38] a sold-out sale has a waiting list, with one place a buyer and a bound; one that is not has none")
    void join() {
        Sale sale = shop.sale(2, 2);
        Id<User> first = shop.buyer();
        assertThat(join(a, first, sale, 1, "w")).isEqualTo(Outcome.refused(FlashSaleRefusal.NOT_SOLD_OUT));
        Id<User> owner = shop.buyer();
        yes(a.claim(owner, sale.id(), 2, "k"));
        assertThat(join(a, owner, sale, 1, "w")).isEqualTo(Outcome.refused(FlashSaleRefusal.LIMIT_REACHED));
        assertThat(place(join(a, first, sale, 1, "w")).ahead()).isZero();
        assertThat(place(join(b, first, sale, 2, "other"))).isEqualTo(new Waiting(sale.id(), 1, 0, null));
        for (int i = 1; i < 40; i++) {
            assertThat(place(join(b, shop.buyer(), sale, 1, "w")).ahead()).isEqualTo(i);
        }
        Id<User> late = shop.buyer();
        assertThat(join(a, late, sale, 1, "w")).isEqualTo(Outcome.refused(FlashSaleRefusal.WAITLIST_FULL));
        a.sales.leave(first, sale.id()).await();
        a.sales.leave(first, sale.id()).await();
        assertThat(place(join(a, late, sale, 1, "w")).ahead()).isEqualTo(39);
        assertThat(shop.count("SELECT waiting FROM sale_pool")).isEqualTo(40);
        a.sales.stop(shop.host, new Stop(sale.id())).await();
        assertThat(join(a, shop.buyer(), sale, 1, "w")).isEqualTo(Outcome.refused(FlashSaleRefusal.ENDED));
    }

    @Test
    @DisplayName(
            "[FS39] unpaid units go to those who wait, in order, at the moment they expire, for a short while; they hear of it")
    void inOrder() {
        Sale sale = soldOut(2, 300);
        List<Id<User>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(shop.buyer());
            place(join(i % 2 == 0 ? a : b, waiters.get(i), sale, 1, "w"));
        }
        shop.clock.forward(Duration.ofSeconds(301));
        shop.orders.start().await();
        await().until(() -> order(sale, waiters.get(1), "w") != null);
        assertThat(shop.count("SELECT count(*) FROM sale_pool WHERE free > 0")).isZero();
        Order first = order(sale, waiters.get(0), "w");
        assertThat(first.stage()).isEqualTo(OrderStage.RESERVED);
        assertThat(first.payBefore()).isEqualTo(first.createdAt().plusSeconds(60));
        assertThat(order(sale, waiters.get(1), "w").stage()).isEqualTo(OrderStage.RESERVED);
        assertThat(order(sale, waiters.get(2), "w")).isNull();
        assertThat(place(join(a, waiters.get(3), sale, 1, "w")).ahead()).isEqualTo(1);
        await().until(() -> !shop.channels.on(ChannelName.user(waiters.get(0))).isEmpty());
        assertThat(Json.tree(Json.encode(shop.channels
                                .on(ChannelName.user(waiters.get(0)))
                                .getFirst()))
                        .at("/order/id")
                        .asText())
                .isEqualTo(first.id().toString());
        shop.clock.forward(Duration.ofSeconds(61));
        await().until(() -> order(sale, waiters.get(2), "w") != null && order(sale, waiters.get(3), "w") != null);
        assertThat(order(sale, waiters.get(0), "w").stage()).isEqualTo(OrderStage.EXPIRED);
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(2);
    }

    @Test
    @DisplayName("[FS40] added stock goes to those who wait before anybody else; who has enough by then is passed over")
    void added() {
        Sale sale = soldOut(1, 300);
        List<Id<User>> waiters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiters.add(shop.buyer());
            place(join(a, waiters.get(i), sale, 1, "w"));
        }
        a.sales.leave(waiters.get(0), sale.id()).await();
        a.sales.addStock(shop.host, new AddStock(sale.id(), 3, "add")).await();
        assertThat(order(sale, waiters.get(1), "w")).isNotNull();
        assertThat(order(sale, waiters.get(2), "w")).isNotNull();
        assertThat(shop.count("SELECT waiting FROM sale_pool")).isZero();
        Id<User> passer = shop.buyer();
        yes(b.claim(passer, sale.id(), 1, "k"));
        assertThat(b.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(Outcome.refused(FlashSaleRefusal.SOLD_OUT));
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(4);
    }

    @Test
    @DisplayName("[FS39] who waits for more than there is keeps the place")
    void fitting() {
        List<Waiter> waiters = new ArrayList<>();
        int[] quantities = {2, 3, 1, 1};
        for (int i = 0; i < quantities.length; i++) {
            waiters.add(new Waiter(i, Id.of(i), "w", quantities[i], i == 2));
        }
        assertThat(Waitlist.fitting(waiters, 3)).extracting(Waiter::place).containsExactly(0L, 3L);
        assertThat(Waitlist.fitting(waiters, 1)).extracting(Waiter::place).containsExactly(3L);
        assertThat(Waitlist.fitting(waiters, 0)).isEmpty();
    }

    @Test
    @DisplayName(
            "[FS41] while buyers rush, cancel, join and leave on two nodes, every unit is somewhere and nobody overtakes")
    void concurrent() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Order> orders = new ArrayList<>();
        List<Id<User>> buyers = new ArrayList<>();
        Sale sale = soldOut(20, 300, orders, buyers);
        List<Id<User>> waiters = new ArrayList<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            waiters.add(shop.buyer());
            place(join(i % 2 == 0 ? a : b, waiters.getLast(), sale, 1, "w"));
        }
        for (int i = 0; i < 20; i++) {
            all.add(shop.orders.cancel(buyers.get(i), orders.get(i).id()));
            Shop.Node node = random.nextBoolean() ? a : b;
            all.add(node.claiming(shop.buyer(), sale.id(), 1, "k"));
            all.add(node.sales.join(shop.buyer(), new Wait(sale.id(), 1, "w")));
            if (i % 5 == 0) {
                all.add(node.sales.leave(waiters.get(29 - i / 5), sale.id()));
                all.add(node.sales.addStock(shop.host, new AddStock(sale.id(), 1, "a" + i)));
            }
            assertThat(shop.count("SELECT s.quantity - (" + Shop.whereabouts(sale) + ") FROM sale s"))
                    .as("seed %d", seed)
                    .isZero();
        }
        Future.all(all).await();
        assertThat(shop.liveUnits(sale)).as("seed %d", seed).isEqualTo(24);
        for (int i = 0; i < 24; i++) {
            assertThat(order(sale, waiters.get(i), "w"))
                    .as("seed %d: waiter %d", seed, i)
                    .isNotNull();
        }
        assertThat(shop.count("SELECT count(*) FROM orders WHERE key = 'w'")).isEqualTo(24);
        assertThat(shop.count("SELECT p.waiting - (SELECT count(*) FROM sale_waiter WHERE ended_at IS NULL)"
                        + " FROM sale_pool p"))
                .isZero();
        assertThat(shop.count("SELECT count(*) FROM orders o JOIN orders p ON p.buyer = o.buyer AND p.id < o.id"))
                .isZero();
    }

    @Test
    @DisplayName("[FS41] of a buyer's joins at the same moment on two nodes one place comes")
    void joinTwice() {
        Sale sale = soldOut(1, 300);
        for (int i = 0; i < 20; i++) {
            Id<User> buyer = shop.buyer();
            List<Future<Outcome<Waiting>>> joins = List.of(
                    a.sales.join(buyer, new Wait(sale.id(), 1, "x")), b.sales.join(buyer, new Wait(sale.id(), 1, "y")));
            Future.all(joins).await();
            for (Future<Outcome<Waiting>> joined : joins) {
                assertThat(place(joined.result()).ahead()).isEqualTo(i);
            }
        }
        assertThat(shop.count("SELECT count(*) FROM sale_waiter")).isEqualTo(20);
        assertThat(shop.count("SELECT waiting FROM sale_pool")).isEqualTo(20);
    }

    @Test
    @DisplayName("[FS40] units that a node gave back while nobody was served are offered within moments")
    void sweep() {
        Sale sale = soldOut(1, 300);
        Id<User> waiter = shop.buyer();
        place(join(a, waiter, sale, 1, "w"));
        shop.count("UPDATE sale SET quantity = 2 RETURNING 1");
        shop.count("UPDATE sale_pool SET free = free + 1 RETURNING 1");
        await().until(() -> order(sale, waiter, "w") != null);
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(2);
    }
}
