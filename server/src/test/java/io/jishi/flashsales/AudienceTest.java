package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.flashsales.FlashSaleRequest.Enter;
import io.jishi.flashsales.FlashSaleRequest.Entry;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AudienceTest {
    private final Shop shop = new Shop();
    private final Shop.Node a = shop.node("a");
    private final Shop.Node b = shop.node("b");

    @AfterEach
    void close() {
        shop.close();
    }

    private Sale sale(Audience audience, Entry entry) {
        return shop.start(new FlashSaleRequest.Start(
                null, shop.sku(600), 100, 500, 1, null, null, 3600, 300, audience, null, null, entry, null));
    }

    @Test
    @DisplayName("[FS49] in a sale for members they buy and nobody else, from the moment at which they are")
    void members() {
        Sale sale = sale(Audience.MEMBERS, null);
        Outcome<Object> no = Outcome.refused(FlashSaleRefusal.MEMBERS_ONLY);
        Id<User> member = shop.buyer();
        Id<User> other = shop.buyer();
        shop.audiences.members.add(member);
        Order order = yes(a.claim(member, sale.id(), 1, "k"));
        shop.audiences.members.remove(member);
        assertThat(yes(a.claim(member, sale.id(), 1, "k")).id()).isEqualTo(order.id());
        assertThat(b.claim(other, sale.id(), 1, "k")).isEqualTo(no);
        assertThat(b.sales.join(other, new Wait(sale.id(), 1, "w")).await()).isEqualTo(no);
        shop.audiences.members.add(other);
        await().until(() -> b.claim(other, sale.id(), 1, "k") instanceof Outcome.Done);
        Sale lobby = sale(Audience.MEMBERS, new Entry(30, null, null));
        assertThat(a.sales
                        .enter(shop.buyer(), new Enter(lobby.id(), null, null))
                        .await())
                .isEqualTo(no);
    }

    @Test
    @DisplayName("[FS2] who is no member any more still hears, of every node, of the order that the key has become")
    void memberNoMore() {
        Sale sale = sale(Audience.MEMBERS, null);
        Id<User> member = shop.buyer();
        shop.audiences.members.add(member);
        Order order = yes(a.claim(member, sale.id(), 1, "k"));
        shop.audiences.members.remove(member);
        assertThat(yes(b.claim(member, sale.id(), 1, "k")).id()).isEqualTo(order.id());
        assertThat(b.claim(member, sale.id(), 1, "k2")).isEqualTo(Outcome.refused(FlashSaleRefusal.MEMBERS_ONLY));
    }

    @Test
    @DisplayName("[FS49] a follower is who followed before the sale opened; where the host says so, later ones too")
    void followers() {
        Id<User> early = shop.buyer();
        Id<User> late = shop.buyer();
        shop.audiences.followers.put(early, shop.clock.instant().minusSeconds(1));
        Sale strict = sale(Audience.FOLLOWERS, null);
        Sale open = sale(Audience.FOLLOWERS, new Entry(null, true, null));
        shop.clock.forward(Duration.ofSeconds(2));
        shop.audiences.followers.put(late, shop.clock.instant());
        yes(a.claim(early, strict.id(), 1, "k"));
        assertThat(a.claim(late, strict.id(), 1, "k")).isEqualTo(Outcome.refused(FlashSaleRefusal.FOLLOWERS_ONLY));
        yes(b.claim(late, open.id(), 1, "k"));
        assertThat(b.claim(shop.buyer(), open.id(), 1, "k"))
                .isEqualTo(Outcome.refused(FlashSaleRefusal.FOLLOWERS_ONLY));
    }

    @Test
    @DisplayName("[FS49] a rush of members, each of whom claims ten times, asks for them together and once")
    void rush() {
        Sale sale = sale(Audience.MEMBERS, null);
        List<Id<User>> buyers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            buyers.add(shop.buyer());
        }
        shop.audiences.members.addAll(buyers);
        yes(a.claim(buyers.get(0), sale.id(), 1, "k"));
        List<Future<Outcome<Order>>> claims = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            claims.add(a.claiming(buyers.get(i % 400), sale.id(), 1, "k"));
        }
        Future.all(claims).await();
        assertThat(shop.liveUnits(sale)).isEqualTo(400);
        assertThat(shop.audiences.asked.get()).isLessThanOrEqualTo(20);
        long before = shop.audiences.asked.get();
        buyers.forEach(buyer -> yes(a.claim(buyer, sale.id(), 1, "k")));
        assertThat(shop.audiences.asked.get()).isEqualTo(before);
    }
}
