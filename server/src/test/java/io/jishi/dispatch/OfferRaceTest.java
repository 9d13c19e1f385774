package io.jishi.dispatch;

import static io.jishi.dispatch.DispatchTest.refusal;
import static io.jishi.dispatch.TestCluster.done;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.database.Leases;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Races over offers. The owner here is the test, so that it can race. */
class OfferRaceTest {
    private final TestCluster cluster = new TestCluster(Settings.defaults().with(DispatchSettings.DELIVERIES_MAX, 2));
    private final Stores stores = Stores.of(
            cluster.database, InstantSource.system(), new Ids(InstantSource.system(), 99), Duration.ofMinutes(1));
    private final Leases leases = new Leases(cluster.database, Membership.alone("test"));
    private TestCluster.Node node;
    private TestCluster.Node other;
    private ZoneCommits owner;

    @BeforeEach
    void ownTheZone() {
        Leases.Lease lease = leases.take("zone", "shanghai").await().orElseThrow();
        owner = new ZoneCommits(leases, lease, stores, new Changes(stores));
        node = cluster.start("a", "test");
        other = cluster.start("b", "test");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI18] an offer is accepted or it expires, never both, whoever is first")
    void acceptAgainstExpiry() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        int accepted = 0;
        for (int round = 0; round < 60; round++) {
            Id<Delivery> delivery = cluster.request(node.dispatch, near(10, 0), near(20, 0));
            Offer offer = offer(courier, delivery);
            Decision.ExpireOffer expiry = new Decision.ExpireOffer(offer.id(), delivery, courier.id);
            Future<Boolean> expired;
            Future<Outcome<Delivery>> yes;
            if (round % 2 == 0) {
                expired = owner.commit(ZoneCommits.Batch.of(List.of(expiry), List.of()), Instant.now());
                yes = courier.acceptLater(offer.id());
            } else {
                yes = courier.acceptLater(offer.id());
                expired = owner.commit(ZoneCommits.Batch.of(List.of(expiry), List.of()), Instant.now());
            }
            Future.join(expired, yes).await();
            DeliveryStage stage =
                    stores.deliveries().one(delivery).await().orElseThrow().stage();
            if (expired.result()) {
                assertThat(refusal(yes.result())).isEqualTo(DispatchRefusal.OFFER_OVER);
                assertThat(stage).isEqualTo(DeliveryStage.WAITING);
            } else {
                accepted++;
                assertThat(done(yes.result()).stage()).isEqualTo(DeliveryStage.ASSIGNED);
                assertThat(stage).isEqualTo(DeliveryStage.ASSIGNED);
                assertThat(cluster.count(
                                "SELECT count(*) FROM delivery_offer WHERE id = $1 AND stage = 'accepted'",
                                offer.id().value()))
                        .isEqualTo(1);
                done(courier.step(delivery, DeliveryStage.PICKED_UP));
                done(courier.step(delivery, DeliveryStage.DELIVERED));
            }
        }
        System.out.println("accepted " + accepted + " of 60");
        assertThat(cluster.count("SELECT count(*) FROM delivery_assignment")).isEqualTo(accepted);
    }

    @Test
    @DisplayName(
            "[DI19] of two couriers after one offer only the one who was asked gets it, once, through whatever nodes")
    void twoCouriers() {
        CourierBot asked = new CourierBot(cluster, node);
        CourierBot pushy = new CourierBot(cluster, other);
        asked.startShift(near(0, 0));
        pushy.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        Offer offer = offer(asked, delivery);
        Future<Outcome<Delivery>> theirs = pushy.acceptLater(offer.id());
        Future<Outcome<Delivery>> mine = asked.acceptLater(offer.id());
        asked.moveTo(other);
        Future<Outcome<Delivery>> again = asked.acceptLater(offer.id());
        Future.join(theirs, mine, again).await();
        assertThat(refusal(theirs.result())).isEqualTo(DispatchRefusal.OFFER_UNKNOWN);
        assertThat(done(mine.result()).courierId()).isEqualTo(asked.id);
        assertThat(done(again.result()).courierId()).isEqualTo(asked.id);
        assertThat(cluster.count("SELECT count(*) FROM delivery_assignment")).isEqualTo(1);
    }

    @Test
    @DisplayName("[DI20] a courier holds no more deliveries than he may, though he accepts several at once")
    void capacity() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        List<Offer> offers = java.util.stream.IntStream.range(0, 5)
                .mapToObj(i -> offer(courier, cluster.request(node.dispatch, near(10, 0), near(20, 0))))
                .toList();
        List<Future<Outcome<Delivery>>> answers =
                offers.stream().map(offer -> courier.acceptLater(offer.id())).toList();
        Future.join(answers).await();
        assertThat(answers)
                .filteredOn(answer -> answer.result() instanceof Outcome.Done)
                .hasSize(2);
        assertThat(answers)
                .filteredOn(answer -> answer.result() instanceof Outcome.Refused)
                .allSatisfy(
                        answer -> assertThat(refusal(answer.result())).isEqualTo(DispatchRefusal.TOO_MANY_DELIVERIES));
        assertThat(cluster.count("SELECT count(*) FROM delivery_assignment WHERE ended_at IS NULL"))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("[DI21] orders follow in the same transaction: where they fail, the stage does not change")
    void listeners() {
        AtomicInteger told = new AtomicInteger();
        AtomicReference<DeliveryStage> fails = new AtomicReference<>(DeliveryStage.ASSIGNED);
        node.dispatch.onStage((change, transaction) -> transaction
                .query("SELECT stage FROM delivery WHERE id = "
                        + change.delivery().value())
                .execute()
                .compose(rows -> {
                    assertThat(rows.iterator().next().getString(0))
                            .isEqualTo(change.stage().text());
                    assertThat(change.order()).isNotNull();
                    told.incrementAndGet();
                    return change.stage() == fails.get()
                            ? Future.failedFuture(new IllegalStateException("orders say no"))
                            : Future.succeededFuture();
                }));
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        Offer offer = offer(courier, delivery);
        assertThatThrownBy(() -> courier.accept(offer.id())).hasMessage("orders say no");
        assertThat(stores.deliveries().one(delivery).await().orElseThrow().stage())
                .isEqualTo(DeliveryStage.OFFERED);
        fails.set(DeliveryStage.FAILED);
        done(courier.accept(offer.id()));
        done(courier.step(delivery, DeliveryStage.PICKED_UP));
        done(courier.step(delivery, DeliveryStage.DELIVERED));
        assertThat(told).hasValue(4);
    }

    private Offer offer(CourierBot courier, Id<Delivery> delivery) {
        Decision.MakeOffer make = new Decision.MakeOffer(
                delivery, courier.id, 10, 10, Instant.now().plusSeconds(60));
        owner.commit(ZoneCommits.Batch.of(List.of(), List.of(make)), Instant.now())
                .await();
        return await()
                .until(
                        () -> courier.work().offers(),
                        list -> list.stream()
                                .anyMatch(offer -> offer.deliveryId().equals(delivery)))
                .stream()
                .filter(offer -> offer.deliveryId().equals(delivery))
                .findFirst()
                .orElseThrow();
    }
}
