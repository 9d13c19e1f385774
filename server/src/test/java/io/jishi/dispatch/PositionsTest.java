package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.done;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods.Answer;
import io.vertx.core.shareddata.AsyncMap;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PositionsTest {
    private final TestCluster cluster = new TestCluster(Settings.defaults());
    private final TestCluster.Node node = cluster.start("a");

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI22] positions that come out of order never put a courier back, and the last one is written behind")
    void outOfOrder() {
        long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
        System.out.println("seed " + seed);
        TestCluster.Node other = cluster.start("b");
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Instant start = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MILLIS);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i : order) {
                CourierBot device = courier.on(i % 2 == 0 ? node : other);
                threads.submit(() -> device.report(near(i, 0), start.plusSeconds(i)));
            }
        }
        assertThat(courier.work().courier().place()).isEqualTo(near(599, 0));
        await().untilAsserted(() -> assertThat(cluster.count(
                        "SELECT count(*) FROM courier_position WHERE courier_id = $1 AND at = $2",
                        courier.id.value(),
                        DeliveryStore.time(start.plusSeconds(599))))
                .isEqualTo(1));
    }

    @Test
    @DisplayName("[DI23] a position from the future, out of range, or of somebody off shift is refused by name")
    void implausible() {
        CourierBot courier = new CourierBot(cluster, node);
        Map<String, Object> here = Map.of("latitude", 31.2, "longitude", 121.4);
        long now = Instant.now().toEpochMilli();
        assertThat(courier.call("dispatch.position", Map.of("place", here, "at", now)))
                .isEqualTo(new Answer.Error(1250, "not_on_shift", false));
        courier.startShift(near(0, 0));
        assertThat(courier.call("dispatch.position", Map.of("place", here, "at", now)))
                .isInstanceOf(Answer.Result.class);
        assertThat(courier.call("dispatch.position", Map.of("place", here, "at", now + 120_000)))
                .isEqualTo(new Answer.Error(1251, "position_implausible", false));
        for (Map<String, ?> bad : List.of(
                Map.of("place", Map.of("latitude", 91, "longitude", 0), "at", now),
                Map.of("place", here),
                Map.of("at", now),
                Map.of("place", here, "at", "soon"),
                Map.of("place", here, "at", now, "headingDegrees", 361),
                Map.of("place", here, "at", now, "speedMetersPerSecond", -1),
                Map.of("place", here, "at", now, "mood", "good"))) {
            assertThat(courier.call("dispatch.position", bad))
                    .as("%s", bad)
                    .isInstanceOfSatisfying(
                            Answer.Error.class,
                            error -> assertThat(error.code()).isEqualTo(107));
        }
    }

    @Test
    @DisplayName("[DI24] who follows a delivery sees its courier move, at most once a second, the last place included")
    void followed() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Id<Delivery> delivery = cluster.request(node.dispatch, near(500, 0), near(1500, 0));
        Offer offer = await().until(() -> courier.work().offers(), list -> !list.isEmpty())
                .get(0);
        done(courier.accept(offer.id()));
        await().until(() -> !places(delivery).isEmpty());
        int before = places(delivery).size();
        Instant start = Instant.now();
        for (int i = 1; i <= 50; i++) {
            courier.report(near(i * 10, 0), start.plusMillis(i));
        }
        await().untilAsserted(() -> assertThat(places(delivery)).last().isEqualTo(near(500, 0)));
        long seconds = Duration.between(start, Instant.now()).toSeconds();
        assertThat(places(delivery).size() - before).isLessThanOrEqualTo((int) seconds + 2);
        assertThat(node.channels.on(ChannelName.delivery(delivery)))
                .last()
                .extracting(view -> ((Delivery) view).etaAt())
                .isNotNull();
        assertThat(node.channels.on(ChannelName.operations("dispatch")))
                .anySatisfy(message -> assertThat(message)
                        .isInstanceOfSatisfying(
                                DispatchNotice.CourierSeen.class,
                                seen -> assertThat(seen.courier().place()).isEqualTo(near(500, 0))));
    }

    @Test
    @DisplayName("[DI22] a newer position that comes between reading and writing the older one stays")
    void overtaken() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        Positions positions = new Positions(cluster.vertx);
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        AsyncMap<String, String> map = cluster.vertx
                .sharedData()
                .<String, String>getAsyncMap("courier-positions")
                .await();
        positions
                .advance(courier.id, zone -> {
                    map.put(
                            courier.id.toString(),
                            Json.encode(position(courier, zone, 2, at)).toString());
                    return position(courier, zone, 1, at);
                })
                .await();
        assertThat(courier.work().courier().place()).isEqualTo(near(2, 0));
    }

    @Test
    @DisplayName("[DI22] a courier whose entry the cluster has lost goes on with his next position")
    void entryLost() {
        CourierBot courier = new CourierBot(cluster, node);
        courier.startShift(near(0, 0));
        new Positions(cluster.vertx).forget(courier.id).await();
        courier.report(near(70, 0), Instant.now());
        assertThat(courier.work().courier().place()).isEqualTo(near(70, 0));
    }

    private static CourierPosition position(CourierBot courier, String zone, int number, Instant at) {
        return new CourierPosition(courier.id, zone, near(number, 0), at.plusMillis(number), at, null, null);
    }

    private List<Place> places(Id<Delivery> delivery) {
        return node.channels.on(ChannelName.delivery(delivery)).stream()
                .map(view -> ((Delivery) view).place())
                .filter(place -> place != null)
                .toList();
    }
}
