package io.jishi.dispatch;

import static io.jishi.dispatch.DispatchTest.refusal;
import static io.jishi.dispatch.TestCluster.done;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShiftTest {
    private final TestCluster cluster = new TestCluster(Settings.defaults()
            .with(DispatchSettings.OFFER_SECONDS, 2)
            .with(DispatchSettings.SILENT_SECONDS, 3)
            .with(DispatchSettings.TAKE_BACK_SECONDS, 4)
            .with(DispatchSettings.END_SHIFT_SECONDS, 6));
    private final TestCluster.Node node = cluster.start("a");

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI25] a shift starts and ends once, and keeps its start however often it is told")
    void startAndEnd() {
        CourierBot courier = new CourierBot(cluster, node);
        assertThat(courier.work().courier().onShift()).isFalse();
        assertThat(done(courier.endShift()).onShift()).isFalse();
        assertThat(courier.startShift(near(0, 0)).place()).isEqualTo(near(0, 0));
        courier.report(near(50, 0), Instant.now());
        assertThat(courier.startShift(near(0, 0)).place()).isEqualTo(near(50, 0));
        assertThat(done(courier.endShift()).onShift()).isFalse();
        assertThat(done(courier.endShift()).place()).isNull();
        assertThat(courier.startShift(near(10, 0)).place()).isEqualTo(near(10, 0));
    }

    @Test
    @DisplayName("[DI26] the end of a shift gives back what was offered and assigned, and waits for goods in hand")
    void endWithWork() {
        CourierBot leaving = new CourierBot(cluster, node);
        leaving.startShift(near(0, 0));
        Id<Delivery> assigned = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        done(leaving.accept(offer(leaving).id()));
        Id<Delivery> inHand = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        done(leaving.accept(offer(leaving).id()));
        done(leaving.step(inHand, DeliveryStage.PICKED_UP));
        assertThat(refusal(leaving.endShift())).isEqualTo(DispatchRefusal.GOODS_IN_HAND);
        assertThat(leaving.work().deliveries()).extracting(Delivery::id).containsExactly(assigned, inHand);

        done(leaving.step(inHand, DeliveryStage.DELIVERED));
        Id<Delivery> offered = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        offer(leaving);
        assertThat(done(leaving.endShift()).active()).isZero();
        assertThat(leaving.work().offers()).isEmpty();
        CourierBot next = new CourierBot(cluster, node);
        next.startShift(near(0, 0));
        done(next.accept(offer(next).id()));
        done(next.accept(offer(next).id()));
        assertThat(next.work().deliveries()).extracting(Delivery::id).containsExactlyInAnyOrder(assigned, offered);
        await().untilAsserted(() -> assertThat(node.channels.on(ChannelName.courier(leaving.id)))
                .last()
                .asString()
                .contains("\"type\":\"cancelled\"", assigned.toString()));
        assertThat(refusal(leaving.step(assigned, DeliveryStage.PICKED_UP)))
                .isEqualTo(DispatchRefusal.DELIVERY_UNKNOWN);
    }

    @Test
    @DisplayName("[DI27] a rejected offer, and one that expires, goes to the next best and not back at once")
    void nextBest() {
        CourierBot best = new CourierBot(cluster, node);
        CourierBot second = new CourierBot(cluster, node);
        CourierBot third = new CourierBot(cluster, node);
        best.startShift(near(0, 0));
        second.startShift(near(1000, 0));
        third.startShift(near(2000, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(0, 0), near(20, 0));
        Offer first = offer(best);
        assertThat(best.reject(first.id())).isEqualTo(best.reject(first.id()));
        Offer expiring = offer(second);
        assertThat(expiring.deliveryId()).isEqualTo(delivery);
        Offer last = offer(third);
        assertThat(last.deliveryId()).isEqualTo(delivery);
        assertThat(refusal(second.accept(expiring.id()))).isEqualTo(DispatchRefusal.OFFER_OVER);
        await().untilAsserted(() -> assertThat(node.channels.on(ChannelName.courier(second.id)))
                .last()
                .hasToString("{\"type\":\"offer_expired\",\"offerId\":\"" + expiring.id() + "\"}"));
        assertThat(best.work().offers()).isEmpty();
        done(third.accept(last.id()));
    }

    @Test
    @DisplayName("[DI9] who falls silent loses what is assigned to one who is not, staff hear of goods in hand, and"
            + " the idle one is off shift")
    void silence() {
        CourierBot silent = new CourierBot(cluster, node);
        silent.startShift(near(0, 0));
        CourierBot idle = new CourierBot(cluster, node);
        idle.startShift(near(9000, 0));
        Id<Delivery> lost = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        done(silent.accept(offer(silent).id()));
        Id<Delivery> inHand = cluster.request(node.dispatch, near(10, 0), near(20, 0));
        done(silent.accept(offer(silent).id()));
        done(silent.step(inHand, DeliveryStage.PICKED_UP));
        CourierBot alive = new CourierBot(cluster, node);
        await().until(() ->
                !silent.work().deliveries().stream().map(Delivery::id).toList().contains(lost));
        alive.startShift(near(5000, 0));
        Offer offer = await().until(
                        () -> {
                            alive.report(near(5000, 0), Instant.now());
                            return alive.work().offers();
                        },
                        list -> !list.isEmpty())
                .get(0);
        assertThat(offer.deliveryId()).isEqualTo(lost);
        assertThat(silent.work().deliveries()).extracting(Delivery::id).containsExactly(inHand);
        assertThat(node.channels.on(ChannelName.operations("dispatch")).stream()
                        .filter(DispatchNotice.CourierSilent.class::isInstance)
                        .map(message -> ((DispatchNotice.CourierSilent) message)
                                .delivery()
                                .id())
                        .toList())
                .isEqualTo(List.of(inHand));
        await().until(() -> !idle.work().courier().onShift());
        assertThat(silent.work().courier().onShift()).isTrue();
    }

    private Offer offer(CourierBot courier) {
        return await().until(() -> courier.work().offers(), offers -> !offers.isEmpty())
                .get(0);
    }
}
