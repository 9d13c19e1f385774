package io.jishi.shelves;

import static io.jishi.shelves.ShelfNode.message;
import static io.jishi.shelves.ShelfNode.operator;
import static io.jishi.shelves.ShelfNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.TestCluster;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import io.jishi.realtime.SharedChannels;
import io.jishi.shelves.ShelfNode.Registered;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two nodes over one database, one map of twins and one log of channels. */
class ShelvesTest {
    private final SharedChannels channels = new SharedChannels(10_000);
    private final TestCluster cluster = new TestCluster("a", "b");
    private final AtomicLong clockMillis = new AtomicLong(1_800_000_000_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(clockMillis.get());
    private final ConcurrentLinkedQueue<Id<Shelf>> restocks = new ConcurrentLinkedQueue<>();
    private final Vertx vertx = Vertx.vertx();
    private TestDatabase testDatabase;
    private Database database;
    private ShelfNode a;
    private ShelfNode b;
    private volatile boolean depotAway;

    @BeforeEach
    void start() {
        testDatabase = TestDatabase.create();
        database = testDatabase.open(vertx);
        a = node("a", 1);
        b = node("b", 2);
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    private ShelfNode node(String name, int number) {
        return node(name, number, Settings.defaults());
    }

    private ShelfNode node(String name, int number, Settings settings) {
        return new ShelfNode(
                vertx,
                testDatabase,
                channels,
                cluster.of(name),
                number,
                clock,
                settings,
                (transaction, shelf, place) -> restock(transaction, shelf));
    }

    private Future<?> restock(SqlConnection transaction, Id<Shelf> shelf) {
        return transaction.query("SELECT 1").execute().compose(rows -> {
            if (depotAway) {
                return Future.failedFuture("the depot is away");
            }
            restocks.add(shelf);
            return Future.succeededFuture();
        });
    }

    private long now() {
        return clockMillis.get();
    }

    private JsonNode get(ShelfNode node, Id<Shelf> id) {
        return node.ask(operator(), "shelves.get", Map.of("shelfId", id));
    }

    private static int count(JsonNode shelf, int slot) {
        return shelf.path("slots").get(slot - 1).path("count").asInt(-1);
    }

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
    @DisplayName("[SH1] a device reports for its own shelf alone, a person for none")
    void ownShelf() {
        Registered mine = a.register("tower-1");
        Registered other = a.register("tower-1");
        List<Map<String, Object>> door = List.of(message(1, now(), "door", 0, 1));
        result(b.report(mine.device(), "boot", door).await());
        await().untilAsserted(() ->
                assertThat(get(a, mine.id()).path("doorOpen").asBoolean()).isTrue());
        assertThat(get(a, other.id()).path("doorOpen").asBoolean()).isFalse();
        Map<String, Object> report = Map.of("boot", "boot", "messages", door);
        assertThat(a.refusal(operator(), "shelves.report", report)).isEqualTo("permission denied");
        Caller stranger = new Caller(Id.of(1).toString(), "", Set.of(Role.DEVICE), "c", "zh");
        assertThat(a.refusal(stranger, "shelves.report", report)).isEqualTo("not_registered");
        assertThat(a.refusal(mine.device(), "shelves.get", Map.of("shelfId", other.id())))
                .isEqualTo("not_yours");
        assertThat(a.refusal(mine.device(), "shelves.get", Map.of("shelfId", mine.id())))
                .isEqualTo("accepted");
        assertThat(a.channels
                        .maySubscribe(mine.device(), ChannelName.shelf(mine.id()))
                        .await())
                .isTrue();
        assertThat(a.channels
                        .maySubscribe(mine.device(), ChannelName.shelf(other.id()))
                        .await())
                .isFalse();
        assertThat(a.channels
                        .maySubscribe(operator(), ChannelName.shelf(other.id()))
                        .await())
                .isTrue();
        assertThat(a.channels
                        .maySubscribe(operator(), ChannelName.shelf(Id.of(1)))
                        .await())
                .isFalse();
    }

    @Test
    @DisplayName("[SH1] a report of a wrong shape is refused whole")
    void shape() {
        Registered shelf = a.register("tower-1");
        List<Map<String, Object>> wrong = List.of(
                message(0, now(), "door", 0, 1),
                message(1, 1_000, "door", 0, 1),
                message(1, now(), "door", 0, 2),
                message(1, now(), "door", 0, 0.5),
                message(1, now(), "door", 1, 1),
                message(1, now(), "stock", 0, 1),
                message(1, now(), "stock", 65, 1),
                message(1, now(), "stock", 1, -1),
                message(1, now(), "temperature", 0, 1_000),
                message(1, now(), "humidity", 0, 1));
        for (Map<String, Object> message : wrong) {
            assertThat(a.refusal(
                            shelf.device(),
                            "shelves.report",
                            Map.of("boot", "b", "messages", List.of(message(9, now(), "door", 0, 1), message))))
                    .as("%s", message)
                    .startsWith("bad request");
        }
        assertThat(a.refusal(
                        shelf.device(),
                        "shelves.report",
                        Map.of(
                                "boot",
                                "b",
                                "messages",
                                List.of(message(1, now(), "door", 0, 1), message(2, now(), "stock", 3, 1)))))
                .isEqualTo("unknown_slot");
        assertThat(a.refusal(shelf.device(), "shelves.report", Map.of("boot", "b", "messages", List.of())))
                .startsWith("bad request");
        assertThat(rows(shelf.id())).isEmpty();
    }

    @Test
    @DisplayName("[SH2] a message counts once by device, boot and sequence, however often and through whichever node")
    void duplicates() {
        Registered shelf = a.register("tower-1");
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            messages.add(message(i, now() + i, "stock", 1, 10 + i));
        }
        messages.add(messages.getFirst());
        JsonNode first = result(a.report(shelf.device(), "boot-1", messages).await());
        assertThat(List.of(
                        first.path("accepted").asInt(), first.path("duplicates").asInt()))
                .containsExactly(10, 1);
        assertThat(first.path("lastSequence").asInt()).isEqualTo(10);
        List<Future<Answer>> again = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            again.add((i % 2 == 0 ? a : b).report(shelf.device(), "boot-2", messages));
        }
        Future.all(again).await();
        assertThat(again.stream()
                        .mapToInt(each -> result(each.result()).path("accepted").asInt())
                        .sum())
                .isEqualTo(10);
        assertThat(rows(shelf.id())).hasSize(20);
    }

    @Test
    @DisplayName("[SH4] messages out of order, replays after a reboot and repetitions leave the twin of the latest")
    void outOfOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Registered shelf = a.register("tower-1");
        List<Future<Answer>> answers = new ArrayList<>();
        for (int boot = 0; boot < 4; boot++) {
            List<Map<String, Object>> messages = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                long at = now() - 600_000 + random.nextInt(600_000);
                messages.add(
                        switch (random.nextInt(4)) {
                            case 0 -> message(i, at, "weight", 1, 500 * random.nextInt(20) + random.nextInt(200));
                            case 1 -> message(i, at, "stock", 2, random.nextInt(10));
                            case 2 -> message(i, at, "temperature", 0, random.nextInt(20));
                            default -> message(i, at, "door", 0, random.nextInt(2));
                        });
            }
            Collections.shuffle(messages, random);
            for (int from = 0; from < 100; from += 20) {
                answers.add((random.nextBoolean() ? a : b)
                        .report(shelf.device(), "boot-" + boot, messages.subList(from, from + 20)));
            }
        }
        Future.all(answers).await();
        TwinState expected = recomputed(shelf.id());
        await().untilAsserted(() -> assertThat(twinOf(get(b, shelf.id())))
                .as("seed %d", seed)
                .isEqualTo(twinOf(view(shelf.id(), expected))));
    }

    /** What the table says, folded afresh in its own order. */
    private TwinState recomputed(Id<Shelf> id) {
        ShelfState state = ShelfState.unknown(ShelfRulesTest.row());
        for (Telemetry message : rows(id)) {
            state = ShelfRules.read(state, message, ShelfRulesTest.LIMITS, () -> Id.of(1))
                    .shelf();
        }
        return state.twin();
    }

    private static JsonNode view(Id<Shelf> id, TwinState twin) {
        return io.jishi.realtime.Json.tree(io.jishi.realtime.Json.encode(
                ShelfState.unknown(ShelfRulesTest.row()).with(twin).view()));
    }

    /** The part of a shelf that its messages make. */
    private static List<Object> twinOf(JsonNode shelf) {
        return List.of(
                count(shelf, 1),
                count(shelf, 2),
                shelf.path("temperatureCelsius").asDouble(Double.NaN),
                shelf.path("doorOpen").asBoolean(),
                shelf.path("reportedAt").asLong());
    }

    private List<Telemetry> rows(Id<Shelf> id) {
        List<Telemetry> rows = new ArrayList<>();
        for (Row row : database.execute(
                        "SELECT * FROM telemetry WHERE shelf_id = $1 ORDER BY boot, sequence", Tuple.of(id.value()))
                .await()) {
            rows.add(new Telemetry(
                    id,
                    Id.of(row.getLong("device_id")),
                    row.getString("boot"),
                    row.getLong("sequence"),
                    Telemetry.Kind.of(row.getString("kind")),
                    row.getInteger("slot") == null ? 0 : row.getInteger("slot"),
                    row.getDouble("value"),
                    row.getOffsetDateTime("device_at").toInstant(),
                    row.getOffsetDateTime("arrived_at").toInstant()));
        }
        return rows;
    }

    @Test
    @DisplayName("[SH3] 200 devices report at once through two nodes: every acknowledged message is there once")
    void manyDevices() {
        List<Registered> shelves = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            shelves.add((i % 2 == 0 ? a : b).register("tower-" + i % 5));
        }
        List<Future<Answer>> answers = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < shelves.size(); i++) {
                int from = round * 4 + 1;
                List<Map<String, Object>> messages = List.of(
                        message(from, now() - 1_000 + from, "weight", 1, 500.0 * (i % 20)),
                        message(from + 1, now() - 999 + from, "stock", 2, round),
                        message(from + 2, now() - 998 + from, "temperature", 0, 4),
                        message(from + 3, now() - 997 + from, "door", 0, round % 2));
                answers.add(((i + round) % 2 == 0 ? a : b).report(shelves.get(i).device(), "boot", messages));
            }
        }
        Future.all(answers).await();
        assertThat(answers)
                .allMatch(answer -> result(answer.result()).path("accepted").asInt() == 4);
        Row all = database.execute("SELECT count(*)::int AS messages FROM telemetry")
                .await()
                .iterator()
                .next();
        assertThat(all.getInteger("messages")).isEqualTo(200 * 20);
        await().untilAsserted(() -> {
            for (int i = 0; i < shelves.size(); i++) {
                JsonNode shelf = get(i % 2 == 0 ? b : a, shelves.get(i).id());
                assertThat(List.of(count(shelf, 1), count(shelf, 2))).containsExactly(i % 20, 4);
            }
        });
    }

    @Test
    @DisplayName(
            "[SH3] a report that meets a database away or a full queue is refused as busy, and taken when repeated")
    void databaseAway() {
        Registered shelf = a.register("tower-1");
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "stock", 1, 10)))
                .await());
        a.database.cut();
        Answer refused = a.report(shelf.device(), "boot", List.of(message(2, now() + 1, "stock", 1, 9)))
                .await();
        assertThat(refused).isEqualTo(new Answer.Error(1305, "busy", true));
        a.database.mend();
        await().untilAsserted(() -> assertThat(a.refusal(
                        shelf.device(),
                        "shelves.report",
                        Map.of("boot", "boot", "messages", List.of(message(2, now() + 1, "stock", 1, 9)))))
                .isEqualTo("accepted"));
        await().untilAsserted(() -> assertThat(count(get(b, shelf.id()), 1)).isEqualTo(9));
        Setting<Integer> queueMax = setting("shelves.queue-messages-max");
        ShelfNode c = node("c", 3, Settings.defaults().with(queueMax, 200));
        List<Map<String, Object>> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(message(i + 10, now(), "door", 0, 0));
        }
        List<Future<Answer>> flood = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            flood.add(c.report(shelf.device(), "flood", many));
        }
        Future.all(flood).await();
        assertThat(flood).anyMatch(answer -> answer.result().equals(new Answer.Error(1305, "busy", true)));
        assertThat(flood).anyMatch(answer -> answer.result() instanceof Answer.Result);
        c.close();
    }

    @SuppressWarnings("unchecked")
    private static <T> Setting<T> setting(String name) {
        return (Setting<T>) Shelves.SETTINGS.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
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

    @Test
    @DisplayName("[SH12] messages older than they are kept are deleted, a few at a time; the twin stays")
    void retention() {
        Registered shelf = a.register("tower-1");
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "stock", 1, 10)))
                .await());
        await().untilAsserted(() -> assertThat(count(get(a, shelf.id()), 1)).isEqualTo(10));
        TelemetryStore store = new TelemetryStore(database);
        clockMillis.addAndGet(Duration.ofDays(31).toMillis());
        result(a.report(shelf.device(), "boot", List.of(message(2, now(), "door", 0, 1)))
                .await());
        assertThat(store.trim(clock.instant().minus(Duration.ofDays(32)), 10).await())
                .isZero();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(rows(shelf.id()))
                        .extracting(Telemetry::sequence)
                        .containsExactly(2L));
        assertThat(count(get(a, shelf.id()), 1)).isEqualTo(10);
    }
}
