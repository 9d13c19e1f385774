package io.jishi.shelves;

import static io.jishi.shelves.ShelfNode.message;
import static io.jishi.shelves.ShelfNode.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Settings;
import io.jishi.core.TestCluster;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.SharedChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes with shelves over one database. */
abstract class ShelvesWorld {
    final SharedChannels channels = new SharedChannels(10_000);
    final TestCluster cluster = new TestCluster("a", "b");
    final AtomicLong clockMillis = new AtomicLong(1_800_000_000_000L);
    final InstantSource clock = () -> Instant.ofEpochMilli(clockMillis.get());
    final ConcurrentLinkedQueue<Id<Shelf>> restocks = new ConcurrentLinkedQueue<>();
    final Vertx vertx = Vertx.vertx();
    TestDatabase testDatabase;
    Database database;
    ShelfNode a;
    ShelfNode b;
    volatile boolean depotAway;

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

    ShelfNode node(String name, int number) {
        return node(name, number, Settings.defaults());
    }

    ShelfNode node(String name, int number, Settings settings) {
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

    Future<?> restock(SqlConnection transaction, Id<Shelf> shelf) {
        return transaction.query("SELECT 1").execute().compose(rows -> {
            if (depotAway) {
                return Future.failedFuture("the depot is away");
            }
            restocks.add(shelf);
            return Future.succeededFuture();
        });
    }

    long now() {
        return clockMillis.get();
    }

    JsonNode get(ShelfNode node, Id<Shelf> id) {
        return node.ask(operator(), "shelves.get", Map.of("shelfId", id));
    }

    static int count(JsonNode shelf, int slot) {
        return shelf.path("slots").get(slot - 1).path("count").asInt(-1);
    }

    /** What the table says, folded afresh in its own order. */
    TwinState recomputed(Id<Shelf> id) {
        ShelfState state = ShelfState.unknown(ShelfRulesTest.row());
        for (Telemetry message : rows(id)) {
            state = ShelfRules.read(state, message, ShelfRulesTest.LIMITS, () -> Id.of(1))
                    .shelf();
        }
        return state.twin();
    }

    static JsonNode view(Id<Shelf> id, TwinState twin) {
        return io.jishi.realtime.Json.tree(io.jishi.realtime.Json.encode(
                ShelfState.unknown(ShelfRulesTest.row()).with(twin).view()));
    }

    /** The part of a shelf that its messages make. */
    static List<Object> twinOf(JsonNode shelf) {
        return List.of(
                count(shelf, 1),
                count(shelf, 2),
                shelf.path("temperatureCelsius").asDouble(Double.NaN),
                shelf.path("doorOpen").asBoolean(),
                shelf.path("reportedAt").asLong());
    }

    List<Telemetry> rows(Id<Shelf> id) {
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
}
