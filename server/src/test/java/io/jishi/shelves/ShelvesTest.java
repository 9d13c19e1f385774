package io.jishi.shelves;

import static io.jishi.shelves.ShelfNode.message;
import static io.jishi.shelves.ShelfNode.operator;
import static io.jishi.shelves.ShelfNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import io.jishi.shelves.ShelfNode.Registered;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShelvesTest extends ShelvesWorld {
    private List<JsonNode> alerts(Id<Shelf> id) {
        return channels.on(ChannelName.shelf(id), "alert").stream()
                .map(each -> each.path("alert"))
                .toList();
    }

    @Test
    @DisplayName("[SH1] an operator registers a shelf and is told its device's secret once; nobody else may")
    void register() {
        JsonNode answer = a.ask(operator(), "shelves.register", ShelfNode.shelf("tower-1", 7));
        assertThat(answer.path("secret").asText()).isEqualTo("secret");
        JsonNode shelf = answer.path("shelf");
        Id<Shelf> id = Id.parse(shelf.path("id").asText());
        assertThat(get(b, id)).isEqualTo(shelf);
        assertThat(shelf.path("slots").get(0).has("count")).isFalse();
        assertThat(shelf.path("online").asBoolean()).isFalse();
        Caller viewer = new Caller(Id.of(9).toString(), "Li", Set.of(Role.VIEWER), "c", "zh");
        assertThat(a.refusal(viewer, "shelves.register", ShelfNode.shelf("tower-1", 7)))
                .isEqualTo("permission denied");
        assertThat(a.refusal(operator(), "shelves.register", ShelfNode.shelf("tower-1", ShelfNode.UNKNOWN_SKU)))
                .isEqualTo("unknown_sku");
        assertThat(a.refusal(operator(), "shelves.register", ShelfNode.shelf("tower 1", 7)))
                .startsWith("bad request");
    }

    @Test
    @DisplayName(
            "[SH10] when the owner of a shelf dies another goes on: the twin is what the table says, alerts open once")
    void ownerDies() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Registered> shelves = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            shelves.add(b.register("tower-1"));
        }
        long sequence = 0;
        for (int round = 0; round < 6; round++) {
            if (round == 3) {
                a.die();
                cluster.kill("a");
            }
            List<Future<Answer>> answers = new ArrayList<>();
            for (Registered shelf : shelves) {
                long at = now() - random.nextInt(3);
                answers.add(b.report(
                        shelf.device(),
                        "boot",
                        List.of(
                                message(sequence + 1, at, "stock", 1, random.nextInt(21)),
                                message(sequence + 2, at, "stock", 2, random.nextInt(11)),
                                message(sequence + 3, at, "temperature", 0, random.nextInt(20)))));
            }
            Future.all(answers).await();
            sequence += 3;
            clockMillis.addAndGet(100);
        }
        for (Registered shelf : shelves) {
            TwinState expected = recomputed(shelf.id());
            await().untilAsserted(() -> assertThat(twinOf(get(b, shelf.id())))
                    .as("seed %d", seed)
                    .isEqualTo(twinOf(view(shelf.id(), expected))));
        }
        b.shelves.stop().await();
        for (Registered shelf : shelves) {
            JsonNode twin = get(b, shelf.id());
            assertThat(openInTable(shelf.id())).as("seed %d", seed).isEqualTo(openIn(twin));
            double celsius = twin.path("temperatureCelsius").asDouble();
            if (celsius > 8 || celsius <= 7) {
                assertThat(openIn(twin).contains("temperature/0"))
                        .as("seed %d", seed)
                        .isEqualTo(celsius > 8);
            }
        }
    }

    private Set<String> openInTable(Id<Shelf> id) {
        Set<String> open = new HashSet<>();
        database.execute(
                        "SELECT kind, slot FROM shelf_alert WHERE shelf_id = $1 AND closed_at IS NULL",
                        Tuple.of(id.value()))
                .await()
                .forEach(row -> open.add(row.getString("kind") + "/" + row.getInteger("slot")));
        return open;
    }

    private static Set<String> openIn(JsonNode shelf) {
        Set<String> open = new HashSet<>();
        shelf.path("alerts")
                .forEach(alert -> open.add(
                        alert.path("kind").asText() + "/" + alert.path("slot").asInt(0)));
        return open;
    }

    @Test
    @DisplayName("[SH10] an owner that was replaced without hearing of it writes nothing more and stops acting")
    void staleOwner() {
        Registered shelf = a.register("tower-1");
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "stock", 1, 20)))
                .await());
        await().untilAsserted(() -> assertThat(count(get(a, shelf.id()), 1)).isEqualTo(20));
        int shard = ShelfRow.shard(shelf.id());
        database.execute(
                        "UPDATE lease SET node = 'z', epoch = epoch + 1 WHERE kind = 'shelf-shard' AND key = $1",
                        Tuple.of(Integer.toString(shard)))
                .await();
        result(a.report(shelf.device(), "boot", List.of(message(2, now() + 1, "stock", 1, 1)))
                .await());
        cluster.join("z");
        await().pollDelay(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(openInTable(shelf.id())).isEmpty());
        assertThat(alerts(shelf.id())).isEmpty();
        cluster.kill("z");
        await().untilAsserted(() -> assertThat(openInTable(shelf.id())).containsExactly("low_stock/1"));
        assertThat(alerts(shelf.id())).hasSize(1);
    }

    @Test
    @DisplayName("[SH6] alerts open and close once, in the table, in the twin and on the channels of shelf and group")
    void alertLife() {
        Registered shelf = a.register("tower-9");
        double[] stock = {20, 5, 5, 4, 5, 6, 20};
        for (int i = 0; i < stock.length; i++) {
            result(b.report(shelf.device(), "boot", List.of(message(i + 1, now() - 60 + i, "stock", 1, stock[i])))
                    .await());
        }
        await().untilAsserted(() -> assertThat(alerts(shelf.id())).hasSize(2));
        assertThat(alerts(shelf.id()).get(0).has("closedAt")).isFalse();
        assertThat(alerts(shelf.id()).get(1).path("closedAt").asLong()).isEqualTo(now() - 55);
        assertThat(channels.on(ChannelName.shelves("tower-9"), "alert"))
                .isEqualTo(channels.on(ChannelName.shelf(shelf.id()), "alert"));
        JsonNode listed = a.ask(operator(), "shelves.alerts", Map.of());
        assertThat(listed.path("items")).hasSize(1);
        assertThat(listed.path("items").get(0).path("openedAt").asLong()).isEqualTo(now() - 59);
        assertThat(a.ask(operator(), "shelves.alerts", Map.of("open", true)).path("items"))
                .isEmpty();
        JsonNode delta = channels.on(ChannelName.shelf(shelf.id()), "delta").getLast();
        assertThat(delta.path("slots").get(0).path("count").asInt()).isEqualTo(20);
        assertThat(delta.path("online").asBoolean()).isTrue();
    }

    @Test
    @DisplayName("[SH8] a silent shelf is reported offline by itself, and online again when it speaks")
    void offline() {
        Registered shelf = a.register("tower-1");
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "door", 0, 0)))
                .await());
        await().untilAsserted(() ->
                assertThat(get(b, shelf.id()).path("online").asBoolean()).isTrue());
        clockMillis.addAndGet(61_000);
        await().untilAsserted(() ->
                assertThat(get(b, shelf.id()).path("online").asBoolean()).isFalse());
        assertThat(openInTable(shelf.id())).containsExactly("offline/0");
        result(b.report(shelf.device(), "boot", List.of(message(2, now(), "door", 0, 0)))
                .await());
        await().untilAsserted(() ->
                assertThat(get(b, shelf.id()).path("online").asBoolean()).isTrue());
        assertThat(alerts(shelf.id())).hasSize(2);
    }

    @Test
    @DisplayName("[SH7] a device that comes back with hours of history raises only what holds now")
    void replay() {
        Registered shelf = a.register("tower-1");
        List<Map<String, Object>> history = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            history.add(message(i, now() - 7_200_000 + i * 60_000, "temperature", 0, i % 2 == 0 ? 20 : 2));
        }
        history.add(message(101, now(), "stock", 1, 2));
        result(a.report(shelf.device(), "boot", history).await());
        await().untilAsserted(() -> assertThat(openInTable(shelf.id())).containsExactly("low_stock/1"));
        assertThat(get(a, shelf.id()).path("temperatureCelsius").asDouble()).isEqualTo(20);
        assertThat(alerts(shelf.id())).hasSize(1);
    }

    @Test
    @DisplayName("[SH9] low stock asks for one delivery, again only once it was filled; a depot away is asked later")
    void restock() {
        Registered shelf = a.register("tower-1");
        depotAway = true;
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "stock", 1, 1)))
                .await());
        await().untilAsserted(() -> assertThat(alerts(shelf.id())).hasSize(1));
        depotAway = false;
        clockMillis.addAndGet(31_000);
        result(a.report(
                        shelf.device(),
                        "boot",
                        List.of(message(2, now(), "stock", 1, 0), message(3, now(), "stock", 2, 0)))
                .await());
        await().untilAsserted(() -> assertThat(restocks).containsExactly(shelf.id()));
        result(a.report(
                        shelf.device(),
                        "boot",
                        List.of(message(4, now() + 1, "stock", 1, 20), message(5, now() + 1, "stock", 2, 10)))
                .await());
        await().untilAsserted(() -> assertThat(alerts(shelf.id())).hasSize(4));
        assertThat(restocks).hasSize(1);
        result(a.report(shelf.device(), "boot", List.of(message(6, now() + 2, "stock", 1, 3)))
                .await());
        await().untilAsserted(() -> assertThat(restocks).hasSize(2));
    }

    @Test
    @DisplayName(
            "[SH11] shelves are listed in pages, all or those of a group; a newcomer to a channel is told the shelf")
    void pages() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.addFirst(a.register(i < 3 ? "tower-1" : "tower-2").id().toString());
        }
        JsonNode page = b.ask(operator(), "shelves.list", Map.of("limit", 3));
        List<String> listed = new ArrayList<>();
        page.path("items").forEach(each -> listed.add(each.path("id").asText()));
        b.ask(
                        operator(),
                        "shelves.list",
                        Map.of("limit", 3, "after", page.path("next").asText()))
                .path("items")
                .forEach(each -> listed.add(each.path("id").asText()));
        assertThat(listed).isEqualTo(ids);
        assertThat(b.ask(operator(), "shelves.list", Map.of("group", "tower-2")).path("items"))
                .hasSize(2);
        JsonNode told = b.channels
                .greeting(operator(), ChannelName.shelf(Id.parse(ids.getFirst())))
                .await();
        assertThat(told.path("shelf").path("id").asText()).isEqualTo(ids.getFirst());
        assertThat(b.refusal(operator(), "shelves.get", Map.of("shelfId", Id.of(1))))
                .isEqualTo("unknown_shelf");
    }
}
