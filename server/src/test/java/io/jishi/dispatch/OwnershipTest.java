package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.done;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Place;
import io.jishi.core.Settings;
import io.jishi.database.Leases;
import io.jishi.realtime.ChannelName;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private static final String ZONE = "shanghai";
    private final TestCluster cluster = new TestCluster(Settings.defaults());

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI13] a zone has one owner; when it dies another goes on with what it left")
    void takeOver() {
        TestCluster.Node a = cluster.start("a");
        await().until(() -> a.dispatch.ownedZones().equals(Set.of(ZONE)));
        TestCluster.Node b = cluster.start("b");
        CourierBot courier = new CourierBot(cluster, b);
        courier.startShift(near(0, 0));
        Id<Delivery> first = cluster.request(a.dispatch, near(100, 0), near(200, 0));
        Offer offer = await().until(() -> courier.work().offers(), list -> !list.isEmpty())
                .get(0);
        assertThat(b.dispatch.ownedZones()).isEmpty();
        a.die();
        await().until(() -> b.dispatch.ownedZones().equals(Set.of(ZONE)));
        done(courier.accept(offer.id()));
        done(courier.step(first, DeliveryStage.PICKED_UP));
        Id<Delivery> second = cluster.request(b.dispatch, near(100, 0), near(200, 0));
        await().until(() -> courier.work().offers(), list -> !list.isEmpty());
        await().untilAsserted(() -> assertThat(b.channels.on(ChannelName.delivery(first)))
                .last()
                .extracting(view -> ((Delivery) view).stage())
                .isEqualTo(DeliveryStage.PICKED_UP));
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    @DisplayName("[DI14] an owner that others take for dead commits nothing more, and lets go")
    void fenced() {
        TestCluster.Node a = cluster.start("a");
        await().until(() -> a.dispatch.ownedZones().equals(Set.of(ZONE)));
        TestCluster.Node b = cluster.start("b");
        Leases leases = new Leases(cluster.database, a.membership);
        Leases.Lease stale = leases.holder("zone", ZONE).await().orElseThrow();
        CourierBot courier = new CourierBot(cluster, b);
        courier.startShift(near(0, 0));
        a.seemDead();
        await().until(() -> b.dispatch.ownedZones().equals(Set.of(ZONE)));
        await().until(() -> a.dispatch.ownedZones().isEmpty());

        Id<Delivery> delivery = cluster.request(b.dispatch, near(100, 0), near(200, 0));
        Offer offer = await().until(() -> courier.work().offers(), list -> !list.isEmpty())
                .get(0);
        Stores stores = Stores.of(cluster.database, InstantSource.system(), cluster.ids, Duration.ofMinutes(1));
        ZoneCommits late = new ZoneCommits(leases, stale, stores, new Changes(stores));
        ZoneCommits.Batch expire =
                ZoneCommits.Batch.of(List.of(new Decision.ExpireOffer(offer.id(), delivery, courier.id)), List.of());
        assertThatThrownBy(() -> late.commit(expire, Instant.now()).await()).isInstanceOf(Leases.Fenced.class);
        assertThat(courier.work().offers()).hasSize(1);
    }

    @Test
    @DisplayName("[DI15] what was committed but not published is published by whoever owns the zone next")
    void nothingIsLost() {
        TestCluster.Node a = cluster.start("a");
        CourierBot courier = new CourierBot(cluster, a);
        courier.startShift(near(0, 0));
        await().until(() -> cluster.count("SELECT count(*) FROM dispatch_event") == 0);
        a.die();
        Stores stores = Stores.of(
                cluster.database, InstantSource.system(), new Ids(InstantSource.system(), 99), Duration.ofMinutes(1));
        Id<Delivery> lost = cluster.ids.next();
        cluster.inTransaction(transaction -> stores.events()
                .add(
                        transaction,
                        List.of(
                                stores.events().told(ZONE, lost, courier.id, new DispatchNotice.Cancelled(lost)),
                                stores.events().told(ZONE, lost, courier.id, new DispatchNotice.Cancelled(lost)))));
        TestCluster.Node b = cluster.start("b");
        await().untilAsserted(() -> assertThat(b.channels.on(ChannelName.courier(courier.id)))
                .hasSize(2)
                .allSatisfy(message -> assertThat(message.toString())
                        .isEqualTo("{\"type\":\"cancelled\",\"deliveryId\":\"" + lost + "\"}")));
        await().until(() -> cluster.count("SELECT count(*) FROM dispatch_event") == 0);
    }

    @Test
    @DisplayName("[DI16] a place belongs to the nearest zone, and its deliveries to the couriers of that zone")
    void zones() {
        Place hangzhou = new Place(30.2741, 120.1551);
        cluster.database
                .execute(
                        "INSERT INTO dispatch_zone (id, latitude, longitude) VALUES ('hangzhou', $1, $2)",
                        Tuple.of(hangzhou.latitude(), hangzhou.longitude()))
                .await();
        TestCluster.Node a = cluster.start("a");
        await().until(() -> a.dispatch.ownedZones().equals(Set.of(ZONE, "hangzhou")));
        CourierBot here = new CourierBot(cluster, a);
        CourierBot there = new CourierBot(cluster, a);
        here.startShift(near(0, 0));
        there.startShift(hangzhou);
        assertThat(a.dispatch.depot(new Place(30.3, 120.2))).isEqualTo(hangzhou);
        assertThat(a.dispatch.depot(near(10, 0))).isEqualTo(TestCluster.CENTRE);
        Id<Delivery> delivery = cluster.request(a.dispatch, hangzhou, new Place(30.28, 120.16));
        assertThat(await().until(() -> there.work().offers(), list -> !list.isEmpty()))
                .extracting(Offer::deliveryId)
                .containsExactly(delivery);
        assertThat(here.work().offers()).isEmpty();
    }

    @Test
    @DisplayName("[DI17] the owner is nudged after the commit of the paying transaction, and not after a rollback")
    void nudge() {
        TestCluster.Node a = cluster.start("a");
        List<Object> nudges = new CopyOnWriteArrayList<>();
        new Nudges(cluster.vertx).listen(ZONE, () -> nudges.add("changed"), position -> {});
        assertThatThrownBy(() -> cluster.inTransaction(transaction -> a.dispatch
                        .request(
                                transaction,
                                cluster.ids.next(),
                                cluster.ids.next(),
                                near(0, 0),
                                new Destination(near(1, 1), null, null))
                        .compose(id -> io.vertx.core.Future.failedFuture(new IllegalStateException("no money")))))
                .hasMessage("no money");
        assertThat(cluster.count("SELECT count(*) FROM delivery")).isZero();
        new Nudges(cluster.vertx).changed(ZONE);
        await().until(() -> nudges.size() == 1);
        cluster.request(a.dispatch, near(0, 0), near(1, 1));
        await().until(() -> nudges.size() == 2);
    }

    @Test
    @DisplayName(
            "[DI13] a node that stops gives its zones back, and another takes them while the first is still a member")
    void stop() {
        TestCluster.Node a = cluster.start("a");
        await().until(() -> a.dispatch.ownedZones().equals(Set.of(ZONE)));
        TestCluster.Node b = cluster.start("b");
        a.dispatch.stop().await();
        await().until(() -> b.dispatch.ownedZones().equals(Set.of(ZONE)));
    }
}
