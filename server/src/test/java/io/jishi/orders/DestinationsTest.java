package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Destination;
import io.jishi.core.Invalid;
import io.jishi.core.Place;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.Seal;
import io.jishi.database.SealedColumn;
import io.jishi.ledger.Ledger;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DestinationsTest extends OrdersWorld {
    private static final String OLD = "old:" + "0a".repeat(32);
    private static final String FRESH = "fresh:" + "0b".repeat(32);

    private Database under(String keys) {
        return testDatabase.open(vertx, Settings.defaults().with(Seal.KEYS, keys));
    }

    private Destination destination(Database by, Order order) {
        PaymentStore store = new PaymentStore(by);
        return by.transaction(transaction -> store.approved(transaction, order.id()))
                .await()
                .orElseThrow()
                .destination();
    }

    @Test
    @DisplayName(
            "[OR18] what an old key seals is sealed anew, until the old key may go; before, no node starts without it")
    void changeKeys() {
        Database old = under(OLD);
        Orders before = new Orders(
                old,
                channels,
                new Ledger(old, ids, () -> now),
                List.of(provider),
                ids,
                () -> now,
                timers,
                Settings.defaults());
        Order order = reserve(1, 100);
        done(before.pay(buyer, request(order)).await());
        Database fresh = under(FRESH);
        assertThatThrownBy(
                        () -> new PaymentStore(fresh).destinations().prepare().await())
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("lacks the key old");
        Database both = under(FRESH + "," + OLD);
        SealedColumn destinations = new PaymentStore(both).destinations();
        destinations.prepare().await();
        assertThat(destinations.changeKeys().await()).isEqualTo(1);
        assertThat(destinations.changeKeys().await()).isZero();
        new PaymentStore(fresh).destinations().prepare().await();
        assertThat(destination(fresh, order).address()).isEqualTo("Nanjing Road 1");
        List.of(old, fresh, both).forEach(each -> each.close().await());
    }

    @Test
    @DisplayName("[OR16] destinations from before they were sealed are sealed before a node serves")
    void sealPlain() {
        Order order = reserve(1, 100);
        done(pay(order));
        database.execute(
                        "UPDATE payment SET destination = NULL, destination_key = NULL, latitude = 31.25, longitude = 121.5,"
                                + " address = $1",
                        Tuple.of("Gate \"3\""))
                .await();
        assertThat(destinationOrNull(order)).isNull();
        new PaymentStore(database).destinations().prepare().await();
        assertThat(destination(database, order))
                .isEqualTo(new Destination(new Place(31.25, 121.5), "Gate \"3\"", null));
        assertThat(count("SELECT count(*) FROM payment WHERE latitude IS NOT NULL OR longitude IS NOT NULL"
                        + " OR address IS NOT NULL"))
                .isZero();
    }

    private Object destinationOrNull(Order order) {
        return destination(database, order);
    }

    @Test
    @DisplayName("[OR17] where a payment's destination is put into another one's row, that payment is not read")
    void moved() {
        Order one = reserve(1, 100);
        Order other = reserve(1, 100);
        done(pay(one));
        done(pay(other));
        database.execute(
                        "UPDATE payment SET destination = (SELECT destination FROM payment WHERE order_id = $1)"
                                + " WHERE order_id = $2",
                        Tuple.of(one.id().value(), other.id().value()))
                .await();
        assertThat(destination(database, one).phone()).isEqualTo("+86 138 1234 5678");
        assertThatThrownBy(() -> destination(database, other)).isInstanceOf(Seal.Broken.class);
    }
}
