package io.jishi.dispatch;

import static io.jishi.dispatch.DispatchTest.refusal;
import static io.jishi.dispatch.TestCluster.done;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TrackingTest {
    private final TestCluster cluster = new TestCluster(Settings.defaults());
    private final TestCluster.Node node = cluster.start("a");

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI28] a delivery is followed by its buyer, its courier and staff, and by nobody else")
    void guards() {
        Id<?> buyer = cluster.ids.next();
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, cluster.ids.next(), buyer, near(10, 0), near(20, 0));
        Offer offer = await().until(() -> courier.work().offers(), list -> !list.isEmpty())
                .get(0);
        assertThat(sees(courier.caller, delivery)).as("asked only").isFalse();
        done(courier.accept(offer.id()));
        assertThat(sees(caller(buyer, Role.VIEWER), delivery)).isTrue();
        assertThat(sees(courier.caller, delivery)).isTrue();
        assertThat(sees(caller(cluster.ids.next(), Role.STAFF), delivery)).isTrue();
        assertThat(sees(caller(cluster.ids.next(), Role.ADMIN), delivery)).isTrue();
        for (Role role : List.of(Role.VIEWER, Role.HOST, Role.COURIER, Role.OPERATOR)) {
            assertThat(sees(caller(cluster.ids.next(), role), delivery))
                    .as("%s", role)
                    .isFalse();
        }
        assertThat(sees(Caller.guest("test"), delivery)).isFalse();
        Caller staff = caller(cluster.ids.next(), Role.STAFF);
        assertThat(node.channels
                        .maySubscribe(staff, new ChannelName("delivery:nonsense"))
                        .await())
                .isFalse();
        assertThat(((Delivery) node.channels
                                .greeting(staff, ChannelName.delivery(delivery))
                                .await())
                        .stage())
                .isEqualTo(DeliveryStage.ASSIGNED);
    }

    @Test
    @DisplayName("[DI28] a courier's channel is his own")
    void courierChannel() {
        Id<?> one = cluster.ids.next();
        Caller self = caller(one, Role.COURIER);
        assertThat(node.channels.maySubscribe(self, ChannelName.courier(one)).await())
                .isTrue();
        assertThat(node.channels
                        .maySubscribe(self, ChannelName.courier(cluster.ids.next()))
                        .await())
                .isFalse();
    }

    @Test
    @DisplayName("[DI29] staff page through all deliveries and couriers, newest first, each once")
    void pages() {
        List<Id<Delivery>> asked = new ArrayList<>();
        List<Id<Courier>> couriers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            asked.add(0, cluster.request(node.dispatch, near(i, 0), near(0, i)));
            CourierBot courier = new CourierBot(cluster, node);
            courier.startShift(near(5_000_000, 0)); // out of any zone's reach but the nearest, which is this one
            done(courier.endShift());
            couriers.add(0, courier.id);
        }
        Caller staff = caller(cluster.ids.next(), Role.STAFF);
        List<Id<Delivery>> seen = new ArrayList<>();
        Id<Delivery> after = null;
        do {
            DispatchCommand.Deliveries page = done(node.dispatch
                    .tracking()
                    .deliveries(staff, new DispatchCommand.ListDeliveries(null, 3, after))
                    .await());
            page.items().forEach(delivery -> seen.add(delivery.id()));
            after = page.next();
        } while (after != null);
        assertThat(seen).isEqualTo(asked);
        List<Id<Courier>> known = new ArrayList<>();
        Id<Courier> next = null;
        do {
            DispatchCommand.Couriers page = done(node.dispatch
                    .tracking()
                    .couriers(staff, new DispatchCommand.ListCouriers(4, next))
                    .await());
            page.items().forEach(courier -> known.add(courier.id()));
            next = page.next();
        } while (next != null);
        assertThat(known).isEqualTo(couriers);
        assertThat(done(node.dispatch
                                .tracking()
                                .deliveries(
                                        staff, new DispatchCommand.ListDeliveries(DeliveryStage.DELIVERED, null, null))
                                .await())
                        .items())
                .isEmpty();
    }

    @Test
    @DisplayName("[DI29] lists are for staff, and their limits are checked")
    void listRights() {
        Caller staff = caller(cluster.ids.next(), Role.STAFF);
        assertThat(node.call("dispatch.deliveries", staff, Map.of("stage", "waiting", "limit", 5)))
                .isInstanceOf(Answer.Result.class);
        assertThat(node.call("dispatch.deliveries", staff, Map.of("limit", 101)))
                .isInstanceOfSatisfying(
                        Answer.Error.class, error -> assertThat(error.code()).isEqualTo(107));
        assertThat(node.call("dispatch.deliveries", staff, Map.of("stage", "lost")))
                .isInstanceOfSatisfying(
                        Answer.Error.class, error -> assertThat(error.code()).isEqualTo(107));
        assertThat(node.call("dispatch.couriers", caller(cluster.ids.next(), Role.VIEWER), Map.of()))
                .isInstanceOfSatisfying(
                        Answer.Error.class, error -> assertThat(error.code()).isEqualTo(103));
    }

    /** By channel and by remote procedure, which must agree. */
    private boolean sees(Caller caller, Id<Delivery> delivery) {
        boolean channel = node.channels
                .maySubscribe(caller, ChannelName.delivery(delivery))
                .await();
        var tracked = node.dispatch
                .tracking()
                .track(caller, new DispatchCommand.Track(delivery))
                .await();
        if (channel) {
            assertThat(done(tracked).id()).isEqualTo(delivery);
        } else {
            assertThat(refusal(tracked)).isEqualTo(DispatchRefusal.DELIVERY_UNKNOWN);
        }
        return channel;
    }

    private static Caller caller(Id<?> id, Role role) {
        return new Caller(id.toString(), "somebody", Set.of(role), "test", "en");
    }
}
