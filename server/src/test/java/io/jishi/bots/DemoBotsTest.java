package io.jishi.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Place;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoBotsTest {
    private final Vertx vertx = Vertx.vertx();
    private final ConcurrentMap<String, String> results = new ConcurrentHashMap<>();
    private FakeServer server;
    private Network network;

    /** Dice that always let happen what may happen. */
    private static final class Willing extends Random {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
            return 0.02;
        }

        @Override
        public synchronized double nextGaussian() {
            return 0;
        }
    }

    /** Dice that let happen what is likely. */
    private static final class Halfway extends Random {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
            return 0.5;
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(vertx);
        server.answer(
                "rpc",
                command -> List.of("{\"id\":ID,"
                        + results.getOrDefault(
                                command.path("rpc").path("method").asText(),
                                "\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}")
                        + "}"));
        network = new Network(List.of(server.url()), 10, new Willing(), 20);
    }

    @AfterEach
    void stop() {
        network.close();
        vertx.close().await();
    }

    private void result(String method, String json) {
        results.put(method, "\"rpc\":{\"data\":" + json + "}");
    }

    private List<JsonNode> calls(String method) {
        return server.received("rpc").stream()
                .filter(rpc -> rpc.path("method").asText().equals(method))
                .map(rpc -> rpc.path("data"))
                .toList();
    }

    @Test
    void a_shelf_sends_a_report_without_an_answer_again_with_the_same_numbers_and_an_acknowledged_one_never() {
        JsonNode device = Wire.tree("{\"device\":\"d\",\"slots\":[{\"slot\":3,\"capacity\":8,\"unitGrams\":200}]}");
        new DemoShelf(device, network, Session.guest(), 0, new Tally()).start();
        await().until(() -> calls("shelves.report").size() >= 2);
        List<JsonNode> failed = calls("shelves.report");
        assertThat(sequences(failed.get(0))).startsWith(1);
        assertThat(sequences(failed.get(1))).startsWith(1);
        JsonNode first = failed.get(0).path("messages").get(0);
        assertThat(first.path("kind").asText()).isEqualTo("weight");
        assertThat(first.path("slot").asInt()).isEqualTo(3);
        assertThat(first.path("value").asDouble()).isCloseTo(1600, within(20.0));
        result("shelves.report", "{}");
        int before = calls("shelves.report").size();
        await().until(() -> calls("shelves.report").size() >= before + 2);
        List<JsonNode> reports = calls("shelves.report");
        List<Integer> acknowledged = sequences(reports.get(reports.size() - 2));
        assertThat(sequences(reports.getLast())).startsWith(acknowledged.getLast() + 1);
        assertThat(reports).extracting(report -> report.path("boot").asText()).containsOnly(first(reports));
    }

    private static String first(List<JsonNode> reports) {
        return reports.getFirst().path("boot").asText();
    }

    private static List<Integer> sequences(JsonNode report) {
        List<Integer> sequences = new ArrayList<>();
        report.path("messages")
                .forEach(message -> sequences.add(message.path("sequence").asInt()));
        return sequences;
    }

    @Test
    void a_courier_goes_on_shift_accepts_an_offer_and_reports_each_door_when_it_is_there() {
        server.answer("connect", _ -> List.of("""
                {"id":ID,"connect":{"subs":{"courier:1":{"recoverable":true,"epoch":"e"}}}}"""));
        result("dispatch.current", "{\"courier\":{\"onShift\":false},\"offers\":[],\"deliveries\":[]}");
        result("dispatch.shift_start", "{}");
        result("dispatch.position", "{}");
        new DemoCourier("courier1", network, Session.guest(), 0, new Tally()).start();
        await().until(() -> !calls("dispatch.position").isEmpty());
        assertThat(calls("dispatch.shift_start")).isNotEmpty();
        Place here = Neighbourhood.place(calls("dispatch.position").getLast().path("place"));
        String doors = ",\"pickup\":" + Neighbourhood.json(here) + ",\"dropoff\":" + Neighbourhood.json(here) + "}";
        result("dispatch.accept", "{\"id\":\"d1\",\"stage\":\"assigned\"" + doors);
        result("dispatch.step", "{\"id\":\"d1\",\"stage\":\"picked_up\"" + doors);
        server.send("""
                {"push":{"channel":"courier:1","pub":{"offset":1,"data":{"type":"offer","offer":{"id":"o1"}}}}}""");
        await().until(() -> !calls("dispatch.step").isEmpty());
        assertThat(calls("dispatch.accept"))
                .singleElement()
                .satisfies(accept -> assertThat(accept.path("offerId").asText()).isEqualTo("o1"));
        result("dispatch.step", "{\"id\":\"d1\",\"stage\":\"delivered\"" + doors);
        await().until(() -> calls("dispatch.step").size() >= 2);
        assertThat(calls("dispatch.step").subList(0, 2))
                .extracting(step -> step.path("stage").asText())
                .containsExactly("picked_up", "delivered");
    }

    @Test
    void a_viewer_enters_the_live_room_and_claims_and_pays_when_a_sale_opens() {
        result("rooms.list", "{\"items\":[{\"id\":\"r1\"}]}");
        result("flashsales.claim", "{\"id\":\"o1\"}");
        server.answer("subscribe", _ -> List.of("""
                {"id":ID,"subscribe":{"data":{"sales":[]}}}"""));
        new DemoViewer("viewer1", network, Session.guest(), 0, new Tally()).start();
        await().until(() -> !server.received("subscribe").isEmpty());
        long opensAt = System.currentTimeMillis() + 500;
        server.send(
                "{\"push\":{\"channel\":\"room:r1\",\"pub\":{\"offset\":1,\"data\":{\"type\":\"sale\",\"sale\":{\"id\":\"s1\","
                        + "\"opensAt\":" + opensAt + "}}}}}");
        await().until(() -> !calls("flashsales.claim").isEmpty());
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(opensAt);
        assertThat(calls("flashsales.claim").getFirst().path("saleId").asText()).isEqualTo("s1");
        await().until(() -> !calls("orders.pay").isEmpty());
        assertThat(calls("orders.pay").getFirst().path("orderId").asText()).isEqualTo("o1");
        assertThat(calls("orders.pay").getFirst().path("place").path("latitude").asDouble())
                .isCloseTo(31.23, within(0.03));
    }

    @Test
    void most_viewers_fetch_what_they_bought() {
        network.close();
        network = new Network(List.of(server.url()), 10, new Halfway(), 20);
        result("rooms.list", "{\"items\":[{\"id\":\"r1\"}]}");
        result("flashsales.claim", "{\"id\":\"o1\"}");
        server.answer("subscribe", _ -> List.of("""
                {"id":ID,"subscribe":{"data":{"sales":[{"id":"s1","opensAt":1}]}}}"""));
        new DemoViewer("viewer1", network, Session.guest(), 0, new Tally()).start();
        await().until(() -> !calls("orders.pay").isEmpty());
        assertThat(calls("orders.pay").getFirst().has("place")).isFalse();
    }

    /** Every delivery a trip of its own from the depot and back, every unit of a sale sold. */
    @Test
    void deliveries_are_asked_for_more_slowly_than_the_couriers_ride() {
        double betweenSalesSeconds =
                (DemoHost.BETWEEN_SALES_MIN.toSeconds() + DemoHost.BETWEEN_SALES_MAX.toSeconds()) / 2.0;
        double unitsASale = (DemoHost.QUANTITY_MIN + DemoHost.QUANTITY_MAX) / 2.0;
        double askedASecond = unitsASale * DemoViewer.PAYS * DemoViewer.HAS_IT_BROUGHT / betweenSalesSeconds;
        Random dice = new Random(1);
        double legMeters = Stream.generate(() -> Neighbourhood.somewhere(dice))
                .limit(10_000)
                .mapToDouble(place -> place.distanceMeters(Neighbourhood.centre()))
                .average()
                .orElseThrow();
        double tripSeconds = 2 * legMeters / DemoCourier.METERS_PER_SECOND
                + 2 * DemoCourier.BEAT.toSeconds()
                + DemoCourier.THINKS_MILLIS_MAX / 1000.0;
        assertThat(askedASecond).isLessThan(0.6 * DemoBots.COURIERS / tripSeconds);
    }

    @Test
    void a_host_goes_live_pins_a_product_and_starts_a_sale_of_it_with_stock_behind_it() {
        result("accounts.me", "{\"id\":\"h1\"}");
        result("rooms.list", "{\"items\":[{\"id\":\"other\",\"hostId\":\"h2\"}]}");
        result("rooms.schedule", "{\"id\":\"r9\"}");
        result("rooms.start", "{\"id\":\"r9\",\"hostId\":\"h1\"}");
        result("rooms.pin", "{}");
        result("catalog.receive", "{}");
        result("catalog.products", """
                {"items":[{"id":"p1","hostId":"h2","skus":[{"id":"k1"}]},\
                {"id":"p2","hostId":"h1","skus":[{"id":"k2","priceMinor":1000,"available":5}]}]}""");
        new DemoHost("host", network, Session.guest(), 0, new Tally()).start();
        await().until(() -> !calls("flashsales.start").isEmpty());
        JsonNode sale = calls("flashsales.start").getFirst();
        assertThat(sale.path("roomId").asText()).isEqualTo("r9");
        assertThat(sale.path("skuId").asText()).isEqualTo("k2");
        assertThat(sale.path("priceMinor").asInt()).isBetween(500, 900);
        assertThat(calls("rooms.pin").getFirst().path("productId").asText()).isEqualTo("p2");
        assertThat(calls("catalog.receive").getFirst().path("skuId").asText()).isEqualTo("k2");
    }

    @Test
    void legs_are_straight_and_end_at_the_door() {
        Place from = new Place(31.23, 121.47);
        Place to = new Place(31.24, 121.47);
        Place middle = Neighbourhood.nearer(from, to, 400);
        assertThat(from.distanceMeters(middle)).isCloseTo(400, within(0.5));
        assertThat(middle.longitude()).isEqualTo(121.47);
        assertThat(Neighbourhood.nearer(middle, to, 10_000)).isEqualTo(to);
        assertThat(Neighbourhood.headingDegrees(from, to)).isCloseTo(0, within(0.01));
        assertThat(Neighbourhood.headingDegrees(from, new Place(31.23, 121.46))).isCloseTo(270, within(0.01));
    }

    @Test
    void the_devices_come_from_a_file_that_may_be_missing_and_must_not_be_broken(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("demo-devices.json");
        assertThat(DemoBots.devices(file)).isEmpty();
        Files.writeString(file, "[{\"device\":\"a\"},{\"device\":\"b\"}]");
        assertThat(DemoBots.devices(file))
                .extracting(device -> device.path("device").asText())
                .containsExactly("a", "b");
        Files.writeString(file, "[{");
        assertThatThrownBy(() -> DemoBots.devices(file)).isInstanceOf(WrongArgument.class);
    }
}
