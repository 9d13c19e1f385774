package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.ledger.Account;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PurchaseTest extends OrdersWorld {
    private static final LocalText NAME = new LocalText("茶", "tea");
    private static final Id<Sku> TEA = Id.of(8);
    private static final Id<Sku> CUP = Id.of(9);

    @Test
    @DisplayName(
            "[CT5] the money of a closed order goes to the hosts of its lines, to each his own less the shop's share")
    void hosts() {
        database.execute(
                        "INSERT INTO product (id, host, name_zh, name_en, created_at) VALUES (7, 1, '茶', 'tea', now())")
                .await();
        database.execute("""
                INSERT INTO sku (id, product, position, code, name_zh, name_en, price_minor)
                VALUES (8, 7, 0, 'a', '茶', 'tea', 1000), (9, 7, 1, 'b', '杯', 'cup', 500)
                """).await();
        Purchase purchase = new Purchase(
                List.of(new OrderLine(TEA, NAME, 2, 1_000), new OrderLine(CUP, NAME, 1, 500)),
                Fulfilment.DELIVERY,
                Location.MAIN);
        Order order = new Order(
                ids.next(),
                buyer,
                null,
                null,
                NAME,
                purchase.units(),
                null,
                "CNY",
                OrderStage.RESERVED,
                now,
                now.plusSeconds(60),
                null,
                null,
                purchase);
        database.transaction(transaction -> orders.place(transaction, order, "k"))
                .await();
        assertThat(orders.order(order.id()).await()).contains(order);
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        database.execute("UPDATE orders SET stage = 'delivered', delivered_at = now() - interval '200 hours'")
                .await();
        Id<User> one = ids.next();
        Id<User> other = ids.next();
        orders.settlingWith(skus -> Future.succeededFuture(Map.of(TEA, one)));
        orders.closeDelivered().await();
        assertThat(stage(order)).as("as long as a host is not known").isEqualTo(OrderStage.DELIVERED);
        orders.settlingWith(skus -> Future.succeededFuture(Map.of(TEA, one, CUP, other)));
        orders.closeDelivered().await();
        assertThat(stage(order)).isEqualTo(OrderStage.CLOSED);
        assertThat(held(Account.HOSTS, one.toString())).isEqualTo(1_900);
        assertThat(held(Account.HOSTS, other.toString())).isEqualTo(475);
        assertThat(held(Account.COMMISSION, one.toString())).isEqualTo(100);
        assertThat(held(Account.COMMISSION, other.toString())).isEqualTo(25);
        assertThat(held(Account.ORDERS, order.id().toString())).isZero();
    }
}
