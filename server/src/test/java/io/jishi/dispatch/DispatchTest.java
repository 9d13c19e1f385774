package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.done;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DispatchTest {
    private final TestCluster cluster = new TestCluster(Settings.defaults());
    private final TestCluster.Node node = cluster.start("a");

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI1] a paid order is offered, accepted, picked up and delivered, and its channels tell of it")
    void fromOrderToDoor() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(500, 0), near(1500, 0));
        Offer offer = offerTo(courier);
        assertThat(offer.deliveryId()).isEqualTo(delivery);
        Delivery assigned = done(courier.accept(offer.id()));
        assertThat(assigned.stage()).isEqualTo(DeliveryStage.ASSIGNED);
        assertThat(assigned.courierId()).isEqualTo(courier.id);
        assertThat(assigned.etaAt()).isNotNull();
        assertThat(courier.work().deliveries()).extracting(Delivery::id).containsExactly(delivery);
        assertThat(done(courier.step(delivery, DeliveryStage.PICKED_UP)).stage())
                .isEqualTo(DeliveryStage.PICKED_UP);
        assertThat(done(courier.step(delivery, DeliveryStage.DELIVERED)).stage())
                .isEqualTo(DeliveryStage.DELIVERED);
        assertThat(courier.work().deliveries()).isEmpty();
        await().untilAsserted(() -> {
            assertThat(node.channels.on(ChannelName.courier(courier.id)).toString())
                    .contains("\"type\":\"offer\"", "\"type\":\"assigned\"");
            assertThat(node.channels.on(ChannelName.delivery(delivery)))
                    .last()
                    .extracting(view -> ((Delivery) view).stage())
                    .isEqualTo(DeliveryStage.DELIVERED);
        });
        await().untilAsserted(() ->
                assertThat(cluster.count("SELECT count(*) FROM dispatch_event")).isZero());
    }

    @Test
    @DisplayName("[DI2] the database refuses a second active assignment of a delivery")
    void oneAssignment() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(500, 0), near(1500, 0));
        Offer offer = offerTo(courier);
        done(courier.accept(offer.id()));
        Id<Offer> forged = cluster.ids.next();
        cluster.database
                .execute(
                        "INSERT INTO delivery_offer (id, delivery_id, courier_id, stage, distance_meters, travel_seconds,"
                                + " offered_at, expires_at, ended_at)"
                                + " SELECT $1, $2, $3, 'accepted', 0, 0, now(), now(), now()",
                        Tuple.of(forged.value(), delivery.value(), courier.id.value()))
                .await();
        Assertions.assertThatThrownBy(() -> cluster.database
                        .execute(
                                "INSERT INTO delivery_assignment (offer_id, delivery_id, courier_id, started_at)"
                                        + " VALUES ($1, $2, $3, now())",
                                Tuple.of(forged.value(), delivery.value(), courier.id.value()))
                        .await())
                .isInstanceOfSatisfying(
                        PgException.class,
                        e -> assertThat(e.getConstraint()).isEqualTo("delivery_assignment_one_active"));
    }

    @Test
    @DisplayName("[DI3] an accept and a step that come again are answered as the first time")
    void retries() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(500, 0), near(1500, 0));
        Offer offer = offerTo(courier);
        Delivery first = done(courier.accept(offer.id()));
        assertThat(same(done(courier.accept(offer.id())))).isEqualTo(same(first));
        Delivery up = done(courier.step(delivery, DeliveryStage.PICKED_UP));
        assertThat(same(done(courier.step(delivery, DeliveryStage.PICKED_UP)))).isEqualTo(same(up));
        Delivery there = done(courier.step(delivery, DeliveryStage.DELIVERED));
        assertThat(done(courier.step(delivery, DeliveryStage.DELIVERED))).isEqualTo(there);
        assertThat(done(courier.step(delivery, DeliveryStage.PICKED_UP))).isEqualTo(there);
        assertThat(done(courier.accept(offer.id()))).isEqualTo(there);
        assertThat(cluster.count("SELECT count(*) FROM delivery_assignment")).isEqualTo(1);
    }

    @Test
    @DisplayName("[DI4] an order paid twice is delivered once, and a shelf has one open restock")
    void onceEach() {
        Id<?> order = cluster.ids.next();
        Id<?> buyer = cluster.ids.next();
        Id<Delivery> first = cluster.request(node.dispatch, order, buyer, near(0, 0), near(900, 0));
        assertThat(cluster.request(node.dispatch, order, buyer, near(0, 0), near(900, 0)))
                .isEqualTo(first);
        Id<?> shelf = cluster.ids.next();
        Id<Delivery> restock =
                cluster.inTransaction(transaction -> node.dispatch.requestRestock(transaction, shelf, near(0, 800)));
        assertThat(cluster.<Id<Delivery>>inTransaction(
                        transaction -> node.dispatch.requestRestock(transaction, shelf, near(0, 800))))
                .isEqualTo(restock);
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        for (int i = 0; i < 2; i++) {
            Offer offer = offerTo(courier);
            done(courier.accept(offer.id()));
            done(courier.step(offer.deliveryId(), DeliveryStage.PICKED_UP));
            done(courier.step(offer.deliveryId(), DeliveryStage.DELIVERED));
        }
        assertThat(cluster.<Id<Delivery>>inTransaction(
                        transaction -> node.dispatch.requestRestock(transaction, shelf, near(0, 800))))
                .isNotEqualTo(restock);
    }

    @Test
    @DisplayName("[DI5] steps out of order, of another courier, or of nothing are refused with their names")
    void refusals() {
        CourierBot courier = new CourierBot(cluster, node);
        CourierBot other = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(500, 0), near(1500, 0));
        Offer offer = offerTo(courier);
        assertThat(refusal(other.accept(offer.id()))).isEqualTo(DispatchRefusal.OFFER_UNKNOWN);
        done(courier.accept(offer.id()));
        assertThat(refusal(courier.reject(offer.id()))).isEqualTo(DispatchRefusal.OFFER_OVER);
        assertThat(refusal(courier.step(delivery, DeliveryStage.DELIVERED))).isEqualTo(DispatchRefusal.WRONG_STAGE);
        assertThat(refusal(other.step(delivery, DeliveryStage.PICKED_UP))).isEqualTo(DispatchRefusal.DELIVERY_UNKNOWN);
        assertThat(courier.call("dispatch.step", Map.of("deliveryId", cluster.ids.next(), "stage", "picked_up")))
                .isEqualTo(new Answer.Error(1255, "delivery_unknown", false));
        assertThat(courier.call("dispatch.step", Map.of("deliveryId", delivery, "stage", "failed")))
                .isInstanceOfSatisfying(
                        Answer.Error.class, error -> assertThat(error.code()).isEqualTo(107));
    }

    private Offer offerTo(CourierBot courier) {
        return await().until(() -> courier.work().offers(), offers -> !offers.isEmpty())
                .get(0);
    }

    /** Without what time alone changes. */
    private static Delivery same(Delivery d) {
        return new Delivery(
                d.id(),
                d.orderId(),
                d.restockShelfId(),
                d.stage(),
                d.pickup(),
                d.dropoff(),
                d.address(),
                d.phone(),
                d.courierId(),
                d.courierName(),
                null,
                null,
                d.createdAt(),
                d.updatedAt());
    }

    static DispatchRefusal refusal(Outcome<?> outcome) {
        return (DispatchRefusal) ((Outcome.Refused<?>) outcome).refusal();
    }
}
