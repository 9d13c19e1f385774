package io.jishi.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.catalog.Movement.Reason;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StockTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(InstantSource.system(), 1);
    private static final Caller HOST = caller(Role.HOST);
    private static final Caller OPERATOR = caller(Role.OPERATOR);
    private static TestDatabase testDatabase;
    private static Database database;
    private static Catalog catalog;
    private static Methods methods;
    private static Id<Location> counter;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.create();
        database = testDatabase.open(VERTX);
        catalog = new Catalog(database, IDS, InstantSource.system());
        methods = new Methods(Authorization.shipped());
        catalog.register(methods);
        counter = Id.parse(
                result(call("catalog.add_location", OPERATOR, """
                        {"kind":"counter","name":{"zh":"前台","en":"Front desk"},"place":{"latitude":31.2,"longitude":121.4}}""")).get("id").asText());
    }

    @AfterAll
    static void close() {
        database.close().await();
        testDatabase.close();
        VERTX.close().await();
    }

    @Test
    @DisplayName("[CA7] stock is counted by location, and what is elsewhere does not make up for what is not here")
    void byLocation() {
        Id<Sku> sku = sku();
        assertThat(move(sku, Location.MAIN, 5)).isEqualTo(Outcome.done(5));
        assertThat(move(sku, counter, 2)).isEqualTo(Outcome.done(2));
        assertThat(move(sku, counter, -3)).isEqualTo(Outcome.refused(CatalogRefusal.NOT_ENOUGH_STOCK));
        assertThat(move(sku, counter, -2)).isEqualTo(Outcome.done(0));
        assertThat(catalog.sku(sku).await().orElseThrow().sku().available()).isEqualTo(5);
        assertThat(levels(sku)).isEqualTo("5,0");
        JsonNode here = result(call("catalog.stock", OPERATOR, "{\"locationId\":\"" + Location.MAIN + "\"}"));
        assertThat(here.get("items").findValuesAsText("skuId")).contains(sku.toString());
        JsonNode others =
                result(call("catalog.stock", caller(Role.HOST), "{\"locationId\":\"" + Location.MAIN + "\"}"));
        assertThat(others.get("items")).as("a host sees its own products").isEmpty();
        assertThat(call("catalog.stock", caller(Role.HOST), "{\"skuId\":\"" + sku + "\"}"))
                .isEqualTo(refusal(CatalogRefusal.NOT_YOUR_PRODUCT));
    }

    @Test
    @DisplayName("[CA8] the database itself takes no negative level, no lone side of a transfer, no change of the past")
    void constraints() {
        Id<Sku> sku = sku();
        move(sku, counter, 2);
        assertThatThrownBy(() -> database.execute("UPDATE stock_level SET available = -1")
                        .await())
                .hasMessageContaining("stock_level_never_negative");
        assertThatThrownBy(() -> database.execute("UPDATE stock_movement SET quantity = 3")
                        .await())
                .hasMessageContaining("only ever added");
        assertThatThrownBy(() -> database.execute("DELETE FROM stock_movement").await())
                .hasMessageContaining("only ever added");
        assertThatThrownBy(() -> insert(sku, "transfer", "user:1", "17")).hasMessageContaining("no other side");
        assertThatThrownBy(() -> insert(sku, "transfer", "user:1", "NULL"))
                .hasMessageContaining("stock_movement_transfers_have_two_sides");
        assertThatThrownBy(() -> insert(sku, "receipt", "nobody", "NULL"))
                .hasMessageContaining("stock_movement_names_its_cause");
    }

    private static void insert(Id<Sku> sku, String reason, String reference, String counterpart) {
        database.execute("""
                INSERT INTO stock_movement (id, sku, location, quantity, balance, reason, reference, at, counterpart)
                VALUES (%d, %d, 1, 1, 1, '%s', '%s', now(), %s)
                """.formatted(IDS.next().value(), sku.value(), reason, reference, counterpart))
                .await();
    }

    @Test
    @DisplayName("[CA9] a transfer is two movements that name one another, and moves nothing where there is too little")
    void transfer() {
        Id<Sku> sku = sku();
        move(sku, Location.MAIN, 10);
        JsonNode done = result(call("catalog.transfer", HOST, transfer(sku, Location.MAIN, counter, 4, "t")));
        assertThat(done.at("/from/available").asInt()).isEqualTo(6);
        assertThat(done.at("/to/available").asInt()).isEqualTo(4);
        assertThat(result(call("catalog.transfer", HOST, transfer(sku, Location.MAIN, counter, 4, "t"))))
                .as("with the same key once")
                .isEqualTo(done);
        assertThat(call("catalog.transfer", HOST, transfer(sku, counter, Location.MAIN, 5, "u")))
                .isEqualTo(refusal(CatalogRefusal.NOT_ENOUGH_STOCK));
        assertThat(call("catalog.transfer", HOST, transfer(sku, counter, counter, 1, "v")))
                .isEqualTo(refusal(CatalogRefusal.SAME_LOCATION));
        assertThat(call("catalog.transfer", HOST, transfer(sku, counter, Id.of(99), 1, "w")))
                .isEqualTo(refusal(CatalogRefusal.LOCATION_NOT_FOUND));
        JsonNode moved = result(call("catalog.movements", HOST, "{\"skuId\":\"" + sku + "\"}"))
                .get("items");
        assertThat(moved).hasSize(3);
        assertThat(moved.at("/0/counterpart")).isEqualTo(moved.at("/1/id"));
        assertThat(moved.at("/1/counterpart")).isEqualTo(moved.at("/0/id"));
        assertThat(moved.at("/0/reference").asText()).isEqualTo("user:" + HOST.user());
        assertThat(levels(sku)).isEqualTo("6,4");
    }

    @Test
    @DisplayName("[CA10] receiving and correcting with a key happens once, and says who, where and why")
    void once() {
        Id<Sku> sku = sku();
        String receive =
                "{\"skuId\":\"%s\",\"locationId\":\"%s\",\"quantity\":9,\"key\":\"r\"}".formatted(sku, counter);
        String correct =
                "{\"skuId\":\"%s\",\"locationId\":\"%s\",\"quantity\":-2,\"note\":\"two broken\",\"key\":\"c\"}"
                        .formatted(sku, counter);
        Future.all(
                        methods.call("catalog.receive", HOST, json(receive)),
                        methods.call("catalog.receive", HOST, json(receive)))
                .await();
        call("catalog.correct", OPERATOR, correct);
        assertThat(result(call("catalog.correct", OPERATOR, correct))
                        .get("available")
                        .asInt())
                .isEqualTo(7);
        assertThat(call("catalog.correct", caller(Role.HOST), correct))
                .isEqualTo(refusal(CatalogRefusal.NOT_YOUR_PRODUCT));
        String page = "{\"skuId\":\"%s\",\"locationId\":\"%s\",\"limit\":1%s}";
        JsonNode first = result(call("catalog.movements", HOST, page.formatted(sku, counter, "")));
        assertThat(first.at("/items/0/note").asText()).isEqualTo("two broken");
        assertThat(first.at("/items/0/reference").asText()).isEqualTo("user:" + OPERATOR.user());
        JsonNode second = result(
                call("catalog.movements", HOST, page.formatted(sku, counter, ",\"after\":" + first.get("next"))));
        assertThat(second.at("/items/0/reason").asText()).isEqualTo("receipt");
        assertThat(second.has("next")).isFalse();
    }

    @Test
    @DisplayName("[CA9] transfers there and back at the same time end, and every unit is somewhere")
    void crossing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Id<Sku>> skus = List.of(sku(), sku());
        skus.forEach(sku -> {
            move(sku, Location.MAIN, 20);
            move(sku, counter, 20);
        });
        List<Future<Methods.Answer>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            boolean there = random.nextBoolean();
            all.add(methods.call(
                    "catalog.transfer",
                    HOST,
                    json(transfer(
                            skus.get(random.nextInt(2)),
                            there ? Location.MAIN : counter,
                            there ? counter : Location.MAIN,
                            1 + random.nextInt(30),
                            "x" + i))));
        }
        Future.all(all).await();
        assertThat(all.stream().map(Future::result).filter(Methods.Answer.Error.class::isInstance))
                .as("seed %d", seed)
                .allMatch(refusal(CatalogRefusal.NOT_ENOUGH_STOCK)::equals)
                .isNotEmpty();
        skus.forEach(
                sku -> assertThat(catalog.sku(sku).await().orElseThrow().sku().available())
                        .as("seed %d", seed)
                        .isEqualTo(40));
    }

    @Test
    @DisplayName("[CA11] everybody sees where counters are; operators add locations, hosts do not")
    void locations() {
        JsonNode counters = result(call("catalog.locations", Caller.guest("c"), "{\"kind\":\"counter\"}"));
        assertThat(counters.get("items").findValuesAsText("id")).containsExactly(counter.toString());
        JsonNode first = result(call("catalog.locations", Caller.guest("c"), "{\"limit\":1}"));
        assertThat(first.at("/items/0/id").asText()).isEqualTo(Location.MAIN.toString());
        assertThat(result(call("catalog.locations", HOST, "{\"after\":" + first.get("next") + "}"))
                        .at("/items/0/name/en")
                        .asText())
                .isEqualTo("Front desk");
        String warehouse = "{\"kind\":\"warehouse\",\"name\":{\"zh\":\"二仓\",\"en\":\"Second\"}}";
        assertThat(call("catalog.add_location", HOST, warehouse)).isInstanceOf(Methods.Answer.Error.class);
        String shelf = "{\"kind\":\"shelf\",\"name\":{\"zh\":\"架\",\"en\":\"Shelf\"}}";
        assertThat(call("catalog.add_location", OPERATOR, shelf)).isInstanceOf(Methods.Answer.Error.class);
        Location made = new Location(IDS.next(), Location.Kind.SHELF, new LocalText("架", "Shelf"), new Place(1, 2));
        database.transaction(transaction -> catalog.stock().addShelf(transaction, made))
                .await();
        assertThat(catalog.stock().location(made.id()).await()).contains(made);
    }

    private static String transfer(Id<Sku> sku, Id<Location> from, Id<Location> to, int quantity, String key) {
        return "{\"skuId\":\"%s\",\"fromId\":\"%s\",\"toId\":\"%s\",\"quantity\":%d,\"key\":\"%s\"}"
                .formatted(sku, from, to, quantity, key);
    }

    private static String levels(Id<Sku> sku) {
        return database.execute(
                        "SELECT string_agg(available::text, ',' ORDER BY location) FROM stock_level WHERE sku = "
                                + sku.value())
                .await()
                .iterator()
                .next()
                .getString(0);
    }

    private static Outcome<Integer> move(Id<Sku> sku, Id<Location> location, int quantity) {
        return database.transaction(transaction ->
                        catalog.stock().move(transaction, sku, location, quantity, Reason.RECEIPT, "user:test"))
                .await();
    }

    private static Id<Sku> sku() {
        LocalText name = new LocalText("茶", "tea");
        return catalog.create(
                        HOST.userId(),
                        new CatalogRequest.Create(name, null, null, List.of(new CatalogRequest.NewSku(name, 100, "a"))))
                .await()
                .skus()
                .getFirst()
                .id();
    }

    private static Caller caller(Role role) {
        return new Caller(IDS.next().toString(), "name", Set.of(role), "c", "en");
    }

    private static JsonNode json(String params) {
        return Json.tree(Buffer.buffer(params));
    }

    private static Methods.Answer call(String method, Caller caller, String params) {
        return methods.call(method, caller, json(params)).await();
    }

    private static Methods.Answer refusal(CatalogRefusal refusal) {
        return new Methods.Answer.Error(refusal.code(), refusal.name().toLowerCase(java.util.Locale.ROOT), false);
    }

    private static JsonNode result(Methods.Answer answer) {
        assertThat(answer).isInstanceOf(Methods.Answer.Result.class);
        return Json.tree(((Methods.Answer.Result) answer).json());
    }
}
