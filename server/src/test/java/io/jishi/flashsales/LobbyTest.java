package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.FlashSaleRequest.Claim;
import io.jishi.flashsales.FlashSaleRequest.Enter;
import io.jishi.flashsales.FlashSaleRequest.Entry;
import io.jishi.flashsales.FlashSaleRequest.Stop;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.flashsales.LobbyPlace.Outlook;
import io.jishi.flashsales.LobbyPlace.Stage;
import io.jishi.orders.Order;
import io.jishi.realtime.ChannelName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LobbyTest {
    private static final int COUNTDOWN_SECONDS = 60;

    private final Shop shop = new Shop();
    private final Shop.Node a = shop.node("a");
    private final Shop.Node b = shop.node("b");

    @AfterEach
    void close() {
        shop.orders.stop().await();
        shop.close();
    }

    /** One that opens in a minute and has a waiting room with turns of 30 s. */
    private Sale withLobby(int quantity, int limit) {
        return shop.start(new FlashSaleRequest.Start(
                null,
                shop.sku(quantity + 100),
                100,
                quantity,
                limit,
                COUNTDOWN_SECONDS,
                null,
                3600,
                300,
                null,
                null,
                null,
                new Entry(30, null, null),
                null));
    }

    private List<Id<User>> buyers(int count) {
        List<Id<User>> buyers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buyers.add(shop.buyer());
        }
        return buyers;
    }

    private static Outcome<LobbyPlace> entering(Shop.Node node, Sale sale, Id<User> buyer) {
        return node.sales.enter(buyer, new Enter(sale.id(), null, null)).await();
    }

    private static LobbyPlace enter(Shop.Node node, Sale sale, Id<User> buyer) {
        return ((Outcome.Done<LobbyPlace>) entering(node, sale, buyer)).result();
    }

    /** Half of them through each node, in order. */
    private List<LobbyPlace> enterAll(Sale sale, List<Id<User>> buyers) {
        List<LobbyPlace> places = new ArrayList<>();
        for (int i = 0; i < buyers.size(); i++) {
            places.add(enter(i % 2 == 0 ? a : b, sale, buyers.get(i)));
        }
        return places;
    }

    private void open() {
        shop.clock.forward(Duration.ofSeconds(COUNTDOWN_SECONDS));
    }

    private Sale.Lobby lobby(Sale sale) {
        return a.sales.sale(sale.id()).await().orElseThrow().lobby();
    }

    private LobbyPlace awaitTurn(Shop.Node node, Sale sale, Id<User> buyer) {
        await().until(() -> enter(node, sale, buyer).stage() == Stage.TURN);
        return enter(node, sale, buyer);
    }

    private static Outcome<Order> claim(Shop.Node node, Sale sale, Id<User> buyer, int quantity, String pass) {
        return node.sales
                .claim(buyer, new Claim(sale.id(), quantity, "k", pass, null, null))
                .await();
    }

    @Test
    @DisplayName(
            "[FS42] those who come before the start are shuffled by the seed that was promised, later ones queue behind")
    void order() {
        Sale sale = withLobby(100, 1);
        List<Id<User>> early = buyers(30);
        List<LobbyPlace> before = enterAll(sale, early);
        assertThat(before).extracting(LobbyPlace::stage).containsOnly(Stage.BEFORE_START);
        assertThat(before)
                .extracting(LobbyPlace::ticket)
                .doesNotHaveDuplicates()
                .allMatch(t -> t >= 1 && t <= 30);
        assertThat(before).extracting(LobbyPlace::place).containsOnlyNulls();
        String commitment = lobby(sale).commitment();
        assertThat(lobby(sale).seed()).isNull();
        open();
        List<Id<User>> late = buyers(10);
        List<LobbyPlace> after = new ArrayList<>();
        late.forEach(buyer -> after.add(enter(a, sale, buyer)));
        assertThat(after).extracting(LobbyPlace::ticket).isSorted().allMatch(ticket -> ticket > 30);
        await().until(() -> lobby(sale).drawn() != null);
        Sale.Lobby told = lobby(sale);
        assertThat(told.drawn()).isEqualTo(30);
        assertThat(new LobbyTerms(Duration.ZERO, "", told.seed()).commitment()).isEqualTo(commitment);
        Draw draw = Draw.of(told.seed(), told.drawn());
        for (int i = 0; i < 30; i++) {
            Id<User> buyer = early.get(i);
            Shop.Node other = i % 2 == 0 ? b : a;
            await().until(() -> enter(other, sale, buyer).place() != null);
            assertThat(enter(other, sale, buyer).place())
                    .isEqualTo(draw.place(before.get(i).ticket()));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(enter(b, sale, late.get(i)).place())
                    .isEqualTo(after.get(i).ticket());
        }
    }

    @Test
    @DisplayName("[FS43] one buyer has one place, however often, through however many nodes it is asked for at once")
    void onePlace() {
        Sale sale = withLobby(100, 1);
        List<Id<User>> buyers = buyers(20);
        for (Id<User> buyer : buyers) {
            List<Future<Outcome<LobbyPlace>>> asked = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                asked.add((i % 2 == 0 ? a : b).sales.enter(buyer, new Enter(sale.id(), i % 3 == 0, null)));
            }
            Future.all(asked).await();
            Set<Integer> tickets = new HashSet<>();
            asked.forEach(one -> tickets.add(
                    ((Outcome.Done<LobbyPlace>) one.result()).result().ticket()));
            assertThat(tickets).hasSize(1);
        }
        assertThat(shop.count("SELECT count(*) FROM sale_arrival")).isEqualTo(20);
        assertThat(shop.count("SELECT count(DISTINCT ticket) FROM sale_arrival"))
                .isEqualTo(20);
        assertThat(shop.count("SELECT joined - max(ticket) FROM sale_lobby, sale_arrival GROUP BY joined"))
                .isNotNegative();
    }

    @Test
    @DisplayName("[FS44] without a pass of one's own, for this sale and in time, nothing is claimed, nor waited for")
    void bypass() {
        Sale sale = withLobby(100, 1);
        Sale other = withLobby(100, 1);
        Id<User> buyer = shop.buyer();
        Id<User> thief = shop.buyer();
        Outcome<Object> needed = Outcome.refused(FlashSaleRefusal.TURN_NEEDED);
        enter(a, sale, buyer);
        assertThat(a.claim(buyer, sale.id(), 1, "k")).isEqualTo(needed);
        open();
        assertThat(b.claim(thief, sale.id(), 1, "k")).isEqualTo(needed);
        assertThat(a.sales.join(thief, new Wait(sale.id(), 1, "w")).await()).isEqualTo(needed);
        String pass = awaitTurn(b, sale, buyer).pass();
        assertThat(claim(a, sale, thief, 1, pass)).isEqualTo(needed);
        assertThat(claim(a, other, buyer, 1, pass)).isEqualTo(needed);
        assertThat(claim(a, sale, buyer, 1, pass + "x")).isEqualTo(needed);
        Order order = yes(claim(a, sale, buyer, 1, pass));
        assertThat(yes(claim(b, sale, buyer, 1, pass)).id()).isEqualTo(order.id());
        shop.clock.forward(Duration.ofSeconds(31));
        assertThat(yes(claim(b, sale, buyer, 1, pass)).id()).isEqualTo(order.id());
        assertThat(b.sales
                        .claim(buyer, new Claim(sale.id(), 1, "k2", pass, null, null))
                        .await())
                .isEqualTo(Outcome.refused(FlashSaleRefusal.TURN_OVER));
        assertThat(shop.count("SELECT count(*) FROM orders")).isOne();
        Sale plain = shop.sale(1, 1);
        assertThat(entering(a, plain, buyer)).isEqualTo(Outcome.refused(FlashSaleRefusal.NO_LOBBY));
        yes(a.claim(buyer, plain.id(), 1, "k"));
    }

    @Test
    @DisplayName("[FS44] a pass that is over buys nothing either where units come back that a node has not heard of")
    void oldPassAndUnitsThatComeBack() {
        Sale sale = withLobby(1, 1);
        List<Id<User>> buyers = buyers(2);
        enterAll(sale, buyers);
        open();
        await().until(() -> turns(a, sale, buyers) == 1);
        Id<User> idle = buyers.stream()
                .filter(buyer -> enter(a, sale, buyer).stage() == Stage.TURN)
                .findFirst()
                .orElseThrow();
        Id<User> next = buyers.get(1 - buyers.indexOf(idle));
        String old = enter(a, sale, idle).pass();
        shop.clock.forward(Duration.ofSeconds(35));
        Order order = yes(claim(a, sale, next, 1, awaitTurn(a, sale, next).pass()));
        assertThat(claim(a, sale, idle, 1, old)).isInstanceOf(Outcome.Refused.class);
        a.sales.pauseWatch();
        b.sales.pauseWatch();
        shop.orders.cancel(next, order.id()).await();
        assertThat(claim(a, sale, idle, 1, old)).isEqualTo(Outcome.refused(FlashSaleRefusal.TURN_OVER));
        assertThat(shop.count("SELECT count(*) FROM orders WHERE stage = 'reserved'"))
                .isZero();
    }

    @Test
    @DisplayName("[FS2] who has lost the pass still hears of the order that the key has become")
    void orderWithoutPass() {
        Sale sale = withLobby(2, 1);
        Id<User> buyer = shop.buyer();
        enter(a, sale, buyer);
        open();
        Order order = yes(claim(a, sale, buyer, 1, awaitTurn(a, sale, buyer).pass()));
        assertThat(yes(claim(b, sale, buyer, 1, null)).id()).isEqualTo(order.id());
        assertThat(yes(claim(b, sale, buyer, 1, "1.forged")).id()).isEqualTo(order.id());
        assertThat(b.claim(buyer, sale.id(), 1, "k2")).isEqualTo(Outcome.refused(FlashSaleRefusal.TURN_NEEDED));
    }

    @Test
    @DisplayName(
            "[FS45] whoever has a turn finds units; the others are told whether what is left reaches them, and again when units are added")
    void honest() {
        Sale sale = withLobby(10, 2);
        List<Id<User>> buyers = buyers(40);
        enterAll(sale, buyers);
        open();
        await().until(() -> turns(b, sale, buyers) == 5);
        List<Id<User>> first = buyers.stream()
                .filter(buyer -> enter(b, sale, buyer).stage() == Stage.TURN)
                .toList();
        // of ten units five may take two each: in the best case each of them takes one, and five are left for others
        assertThat(outlooks(sale, buyers)).containsExactly(5, 5, 30);
        for (Id<User> buyer : first) {
            yes(claim(a, sale, buyer, 2, enter(b, sale, buyer).pass()));
        }
        shop.count("UPDATE orders SET stage = 'paid', paid_at = now() WHERE sale = "
                + sale.id().value() + " RETURNING 1");
        await().until(() -> outlooks(sale, buyers).equals(List.of(5, 0, 35)));
        assertThat(lobby(sale).admitted()).isEqualTo(5);
        a.sales.addStock(shop.host, new AddStock(sale.id(), 4, "more")).await();
        await().until(() -> lobby(sale).admitted() == 7);
        await().until(() -> outlooks(sale, buyers).equals(List.of(7, 2, 31)));
        await().until(() ->
                ((Sale) shop.channels.on(ChannelName.sale(sale.id())).getLast())
                                .lobby()
                                .admitted()
                        == 7);
    }

    private static long turns(Shop.Node node, Sale sale, List<Id<User>> buyers) {
        return buyers.stream()
                .filter(buyer -> enter(node, sale, buyer).stage() == Stage.TURN)
                .count();
    }

    /** How many have or had a turn, may be reached, and are not reached. */
    private List<Integer> outlooks(Sale sale, List<Id<User>> buyers) {
        int[] count = new int[3];
        for (Id<User> buyer : buyers) {
            LobbyPlace place = enter(b, sale, buyer);
            if (place.outlook() == null) {
                count[0]++;
            } else {
                count[place.outlook() == Outlook.DOES_NOT_REACH ? 2 : 1]++;
            }
        }
        return List.of(count[0], count[1], count[2]);
    }

    @Test
    @DisplayName(
            "[FS46] a turn that is not used is lost at its time and goes to the next; entering again means the end")
    void lostTurn() {
        Sale sale = withLobby(1, 1);
        List<Id<User>> buyers = buyers(3);
        enterAll(sale, buyers);
        open();
        await().until(() -> lobby(sale).admitted() == 1);
        Draw draw = Draw.of(lobby(sale).seed(), 3);
        List<Id<User>> inOrder = new ArrayList<>(buyers);
        inOrder.sort(java.util.Comparator.comparing(
                buyer -> draw.place(enter(a, sale, buyer).ticket())));
        LobbyPlace turn = awaitTurn(a, sale, inOrder.get(0));
        assertThat(Duration.between(turn.at(), turn.turnEndsAt())).isLessThanOrEqualTo(Duration.ofSeconds(30));
        assertThat(enter(a, sale, inOrder.get(1)).ahead()).isZero();
        assertThat(enter(a, sale, inOrder.get(2)).ahead()).isEqualTo(1);
        shop.clock.forward(Duration.ofSeconds(31));
        assertThat(enter(a, sale, inOrder.get(0)).stage()).isEqualTo(Stage.TURN_OVER);
        assertThat(claim(a, sale, inOrder.get(0), 1, turn.pass()))
                .isEqualTo(Outcome.refused(FlashSaleRefusal.TURN_OVER));
        shop.clock.forward(Duration.ofSeconds(4));
        yes(claim(b, sale, inOrder.get(1), 1, awaitTurn(b, sale, inOrder.get(1)).pass()));
        LobbyPlace again = ((Outcome.Done<LobbyPlace>) b.sales
                        .enter(inOrder.get(0), new Enter(sale.id(), true, null))
                        .await())
                .result();
        assertThat(again.place()).isEqualTo(4);
        assertThat(enter(a, sale, inOrder.get(0)).place()).isEqualTo(4);
        assertThat(enter(a, sale, inOrder.get(2)).place()).isEqualTo(3);
        shop.orders.start().await();
        shop.clock.forward(Duration.ofSeconds(301));
        await().until(() -> enter(a, sale, inOrder.get(2)).stage() == Stage.TURN);
    }

    @Test
    @DisplayName("[FS47] a node that dies takes nobody's place with it, and the turns go on")
    void nodeDies() {
        Sale sale = withLobby(30, 1);
        List<Id<User>> buyers = buyers(60);
        List<LobbyPlace> before = enterAll(sale, buyers);
        open();
        await().until(() -> turns(b, sale, buyers) == 30);
        int bought = 0;
        for (Id<User> buyer : buyers) {
            LobbyPlace place = enter(b, sale, buyer);
            if (place.stage() == Stage.TURN && bought < 10) {
                yes(claim(a, sale, buyer, 1, place.pass()));
                bought++;
            }
        }
        a.die();
        Shop.Node c = shop.node("c");
        shop.clock.forward(Duration.ofSeconds(35));
        await().until(() -> lobby(b, sale).admitted() == 50);
        for (int i = 0; i < 60; i++) {
            assertThat(enter(c, sale, buyers.get(i)).ticket())
                    .isEqualTo(before.get(i).ticket());
        }
        for (Id<User> buyer : buyers) {
            await().until(() -> enter(c, sale, buyer).place() != null);
            if (enter(c, sale, buyer).stage() == Stage.TURN) {
                yes(claim(c, sale, buyer, 1, enter(c, sale, buyer).pass()));
            }
        }
        assertThat(shop.liveUnits(sale)).isEqualTo(30);
        assertThat(shop.count(Shop.whereabouts(sale))).isEqualTo(30);
    }

    private static Sale.Lobby lobby(Shop.Node node, Sale sale) {
        return node.sales.sale(sale.id()).await().orElseThrow().lobby();
    }

    @Test
    @DisplayName("[FS48] who waits when the host stops the sale is told that it has ended; nobody enters any more")
    void stopped() {
        Sale sale = withLobby(1, 1);
        List<Id<User>> buyers = buyers(5);
        enterAll(sale, buyers);
        open();
        await().until(() -> lobby(sale).admitted() == 1);
        a.sales.stop(shop.host, new Stop(sale.id())).await();
        assertThat(entering(b, sale, shop.buyer())).isEqualTo(Outcome.refused(FlashSaleRefusal.ENDED));
        await().until(() -> entering(a, sale, buyers.get(0)).equals(Outcome.refused(FlashSaleRefusal.ENDED)));
        await().until(() -> entering(b, sale, buyers.get(1)).equals(Outcome.refused(FlashSaleRefusal.ENDED)));
    }

    @Test
    @DisplayName("[FS43] ten thousand who come at once through two nodes get tickets of their own, with few statements")
    void many() {
        Sale sale = withLobby(100, 1);
        List<Future<Outcome<LobbyPlace>>> arriving = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            arriving.add((i % 2 == 0 ? a : b).sales.enter(shop.buyer(), new Enter(sale.id(), null, null)));
        }
        Future.all(arriving).await();
        Set<Integer> tickets = new HashSet<>();
        arriving.forEach(one ->
                tickets.add(((Outcome.Done<LobbyPlace>) one.result()).result().ticket()));
        assertThat(tickets).hasSize(10_000);
        assertThat(lobby(sale).joined()).isEqualTo(10_000);
        assertThat(shop.count("SELECT count(DISTINCT xmin::text) FROM sale_arrival"))
                .isLessThan(200);
        open();
        await().until(() -> lobby(sale).admitted() == 100);
    }
}
