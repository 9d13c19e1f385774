package io.jishi.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.catalog.Movement.Reason;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(InstantSource.system(), 1);
    private static final Caller HOST = caller(Role.HOST);
    private static TestDatabase testDatabase;
    private static Database database;
    private static Catalog catalog;
    private static Methods methods;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.create();
        database = testDatabase.open(VERTX);
        catalog = new Catalog(database, IDS, InstantSource.system());
        methods = new Methods(Authorization.shipped());
        catalog.register(methods);
    }

    @AfterAll
    static void close() {
        database.close().await();
        testDatabase.close();
        VERTX.close().await();
    }

    @Test
    @DisplayName("[CA1] a product is created with its SKUs and read back as it was written")
    void create() {
        JsonNode made = result(call("catalog.create", HOST, """
                {"name":{"zh":"龙井茶","en":"Longjing tea"},"description":{"zh":"明前","en":"Early spring"},
                 "image":"/images/tea.svg","skus":[{"name":{"zh":"一两","en":"50 g"},"priceMinor":8800,"code":"t50"},
                 {"name":{"zh":"半斤","en":"250 g"},"priceMinor":39900,"code":"t250"}]}"""));
        assertThat(made.at("/skus/1/code").asText()).isEqualTo("t250");
        assertThat(made.at("/skus/0/available").asInt()).isZero();
        assertThat(made.at("/hostId").asText()).isEqualTo(HOST.user());
        JsonNode read = result(call("catalog.product", Caller.guest("c"), "{\"productId\":" + made.get("id") + "}"));
        assertThat(read).isEqualTo(made);
        Id<Sku> sku = Id.parse(made.at("/skus/0/id").asText());
        assertThat(catalog.sku(sku).await().orElseThrow().title())
                .isEqualTo(new LocalText("龙井茶 一两", "Longjing tea 50 g"));
    }

    @Test
    @DisplayName("[CA2] products come newest first and in pages, each once")
    void pages() {
        for (int i = 0; i < 5; i++) {
            product();
        }
        List<String> all = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = result(call("catalog.products", HOST, "{\"limit\":2" + after + "}"));
            page.get("items").forEach(item -> all.add(item.get("id").asText()));
            after = page.has("next") ? ",\"after\":" + page.get("next") : "";
        } while (!after.isEmpty());
        assertThat(all).hasSizeGreaterThanOrEqualTo(5).doesNotHaveDuplicates();
        assertThat(all).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    @DisplayName("[CA3] stock never becomes negative, and a refused movement changes nothing")
    void neverNegative() {
        Id<Sku> sku = product().skus().get(0).id();
        assertThat(move(sku, 5)).isEqualTo(Outcome.done(5));
        assertThat(move(sku, -6)).isEqualTo(Outcome.refused(CatalogRefusal.NOT_ENOUGH_STOCK));
        assertThat(move(sku, Stock.AVAILABLE_MAX)).isEqualTo(Outcome.refused(CatalogRefusal.TOO_MUCH_STOCK));
        assertThat(move(sku, -5)).isEqualTo(Outcome.done(0));
        assertThat(movements(sku)).isEqualTo("5,-5");
        assertThatThrownBy(
                        () -> database.execute("UPDATE sku SET available = -1").await())
                .hasMessageContaining("sku_available_check");
    }

    @Test
    @DisplayName("[CA4] what is available is the sum of the movements, also when many move at once")
    void movementsExplainStock() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Id<Sku>> skus = product().skus().stream().map(Sku::id).toList();
        List<Future<Outcome<Integer>>> moves = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            int quantity = random.nextBoolean() ? 1 + random.nextInt(9) : -1 - random.nextInt(12);
            moves.add(database.transaction(transaction -> catalog.stock()
                    .move(
                            transaction,
                            skus.get(random.nextInt(skus.size())),
                            quantity,
                            Reason.CORRECTION,
                            "user:test")));
        }
        Future.all(moves).await();
        assertThat(moves.stream().filter(move -> move.result() instanceof Outcome.Refused))
                .as("seed %d leads to refusals too", seed)
                .isNotEmpty();
        for (Row row : database.execute("""
                        SELECT s.available, coalesce(sum(m.quantity), 0)::int AS moved, min(m.balance) AS least
                          FROM sku s LEFT JOIN stock_movement m ON m.sku = s.id GROUP BY s.id
                        """).await()) {
            assertThat(row.getInteger("moved")).as("seed %d", seed).isEqualTo(row.getInteger("available"));
            assertThat(row.getInteger("available")).isNotNegative();
        }
    }

    @Test
    @DisplayName("[CA5] a host receives and audits stock of its own products only, an operator of all")
    void rights() {
        Id<Sku> sku = product().skus().get(0).id();
        String receipt = "{\"skuId\":\"" + sku + "\",\"quantity\":7,\"note\":\"from Hangzhou\"}";
        Caller other = caller(Role.HOST);
        assertThat(call("catalog.receive", other, receipt)).isEqualTo(refusal(CatalogRefusal.NOT_YOUR_PRODUCT));
        assertThat(call("catalog.movements", other, "{\"skuId\":\"" + sku + "\"}"))
                .isEqualTo(refusal(CatalogRefusal.NOT_YOUR_PRODUCT));
        assertThat(result(call("catalog.receive", HOST, receipt))
                        .get("available")
                        .asInt())
                .isEqualTo(7);
        assertThat(result(call("catalog.receive", caller(Role.OPERATOR), receipt))
                        .get("available")
                        .asInt())
                .isEqualTo(14);
        JsonNode items = result(call("catalog.movements", caller(Role.STAFF), "{\"skuId\":\"" + sku + "\"}"))
                .get("items");
        assertThat(items).hasSize(2);
        assertThat(items.at("/0/balance").asInt()).isEqualTo(14);
        assertThat(items.at("/1/reference").asText()).isEqualTo("user:" + HOST.user());
        assertThat(items.at("/1/reason").asText()).isEqualTo("receipt");
        assertThat(items.at("/1/note").asText()).isEqualTo("from Hangzhou");
    }

    @Test
    @DisplayName("[CA6] a malformed product is refused and leaves nothing behind")
    void invalid() {
        String name = "\"name\":{\"zh\":\"茶\",\"en\":\"tea\"}";
        String sku = "{" + name + ",\"priceMinor\":1,\"code\":\"a\"}";
        long before = count();
        for (String params : List.of(
                "{" + name + ",\"skus\":[]}",
                "{" + name + ",\"skus\":[" + sku + "," + sku + "]}",
                "{" + name + ",\"skus\":[{" + name + ",\"priceMinor\":0,\"code\":\"a\"}]}",
                "{" + name + ",\"skus\":[null]}",
                "{" + name + ",\"image\":\"javascript:alert(1)\",\"skus\":[" + sku + "]}",
                "{" + name + ",\"image\":\"//elsewhere/x\",\"skus\":[" + sku + "]}",
                "{\"name\":{\"zh\":\"\",\"en\":\"tea\"},\"skus\":[" + sku + "]}",
                "{" + name + ",\"hostId\":\"0000000000001\",\"skus\":[" + sku + "]}")) {
            assertThat(call("catalog.create", HOST, params))
                    .as(params)
                    .isInstanceOfSatisfying(
                            Methods.Answer.Error.class,
                            error -> assertThat(error.code()).isEqualTo(107));
        }
        assertThat(count()).isEqualTo(before);
        assertThat(call("catalog.product", HOST, "{\"productId\":\"0000000000001\"}"))
                .isEqualTo(refusal(CatalogRefusal.PRODUCT_NOT_FOUND));
    }

    private static long count() {
        return database.execute("SELECT count(*) AS n FROM product")
                .await()
                .iterator()
                .next()
                .getLong("n");
    }

    private static Outcome<Integer> move(Id<Sku> sku, int quantity) {
        return database.transaction(
                        transaction -> catalog.stock().move(transaction, sku, quantity, Reason.CORRECTION, "user:test"))
                .await();
    }

    private static String movements(Id<Sku> sku) {
        return database.execute(
                        "SELECT string_agg(quantity::text, ',' ORDER BY id) AS all FROM stock_movement WHERE sku = "
                                + sku.value())
                .await()
                .iterator()
                .next()
                .getString("all");
    }

    private static Product product() {
        LocalText name = new LocalText("茶", "tea");
        return catalog.create(
                        HOST.userId(),
                        new CatalogRequest.Create(
                                name,
                                null,
                                null,
                                List.of(
                                        new CatalogRequest.NewSku(name, 100, "a"),
                                        new CatalogRequest.NewSku(name, 200, "b"))))
                .await();
    }

    private static Caller caller(Role role) {
        return new Caller(IDS.next().toString(), "name", Set.of(role), "c", "en");
    }

    private static Methods.Answer call(String method, Caller caller, String params) {
        return methods.call(method, caller, Json.tree(Buffer.buffer(params))).await();
    }

    private static Methods.Answer refusal(CatalogRefusal refusal) {
        return new Methods.Answer.Error(refusal.code(), refusal.name().toLowerCase(java.util.Locale.ROOT), false);
    }

    private static JsonNode result(Methods.Answer answer) {
        assertThat(answer).isInstanceOf(Methods.Answer.Result.class);
        return Json.tree(((Methods.Answer.Result) answer).json());
    }
}
