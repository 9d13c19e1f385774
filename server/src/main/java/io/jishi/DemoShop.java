package io.jishi;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.accounts.Accounts;
import io.jishi.accounts.NewUser;
import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an empty shop for {@code up --demo}: people, products with stock, a live room, shelves with devices. But for the
 * people it asks for everything by the same remote procedures as anybody.
 */
final class DemoShop {
    private static final Logger LOG = LoggerFactory.getLogger(DemoShop.class);
    private static final String PASSWORD = "jishi";
    private static final double LATITUDE = 31.23;
    private static final double LONGITUDE = 121.47;

    private final Vertx vertx;
    private final Accounts accounts;
    private final Methods methods;
    private final String directory;
    private final Map<String, Caller> people = new LinkedHashMap<>();
    private final List<String> skus = new ArrayList<>();
    private final List<Map<String, Object>> devices = new ArrayList<>();

    /** @param directory where the devices' credentials go; empty for nowhere */
    DemoShop(Vertx vertx, Accounts accounts, Methods methods, String directory) {
        this.vertx = vertx;
        this.accounts = accounts;
        this.methods = methods;
        this.directory = directory;
    }

    private record Goods(String zh, String en, long priceMinor, int grams) {}

    private static final List<Goods> GOODS = List.of(
            new Goods("手工桂花酒酿", "Osmanthus rice pudding", 1_990, 350),
            new Goods("云南小粒咖啡", "Yunnan coffee beans", 4_900, 250),
            new Goods("冷萃乌龙茶", "Cold-brew oolong", 990, 500),
            new Goods("海盐芝士饼干", "Sea-salt cheese biscuits", 1_290, 180),
            new Goods("有机高山苹果", "Organic mountain apples", 2_680, 220),
            new Goods("竹纤维毛巾", "Bamboo towel", 2_990, 160),
            new Goods("便携保温杯", "Travel flask", 8_900, 320),
            new Goods("每日坚果礼盒", "Daily nuts box", 6_800, 750));

    /** @return whether anything was done: a shop that has products is left alone */
    Future<Boolean> fill() {
        return call(Caller.guest("demo"), "catalog.products", Map.of("limit", 1))
                .compose(products -> {
                    if (!products.path("items").isEmpty()) {
                        return Future.succeededFuture(false);
                    }
                    return people().compose(done -> inTurn(GOODS, this::product))
                            .compose(done -> counter())
                            .compose(done -> room())
                            .compose(done -> inTurn(List.of(1, 2, 3, 4, 5, 6), this::shelf))
                            .compose(done -> writeDevices())
                            .map(done -> {
                                LOG.info("event=demo-seeded people={} products={}", people.size(), GOODS.size());
                                return true;
                            });
                });
    }

    private Future<Void> people() {
        List<NewUser> all = new ArrayList<>(List.of(
                person("viewer", "小林 Lin", Role.VIEWER),
                person("host", "阿梅 Mei", Role.VIEWER, Role.HOST),
                person("courier", "大伟 Wei", Role.VIEWER, Role.COURIER),
                person("operator", "老周 Zhou", Role.VIEWER, Role.OPERATOR),
                person("staff", "值班 Staff", Role.VIEWER, Role.STAFF),
                person("admin", "管理员 Admin", Role.VIEWER, Role.ADMIN)));
        for (int i = 1; i <= 20; i++) {
            all.add(person("viewer" + i, "观众 " + i, Role.VIEWER));
        }
        for (int i = 1; i <= 5; i++) {
            all.add(person("courier" + i, "骑手 " + i, Role.VIEWER, Role.COURIER));
        }
        return inTurn(all, this::create);
    }

    private static NewUser person(String name, String displayName, Role... roles) {
        return new NewUser(name, PASSWORD, displayName, List.of(roles), "zh");
    }

    private Future<Void> create(NewUser user) {
        return accounts.create(user).map(outcome -> switch (outcome) {
            case Outcome.Done<User> done -> {
                people.put(
                        user.name(),
                        new Caller(
                                done.result().id().toString(),
                                user.displayName(),
                                Set.copyOf(user.roles()),
                                "demo",
                                "zh"));
                yield null;
            }
            case Outcome.Refused<User> refused ->
                throw new IllegalStateException(
                        user.name() + ": " + refused.refusal().name());
        });
    }

    private Caller as(String name) {
        Caller caller = people.get(name);
        if (caller == null) {
            throw new IllegalStateException("no such person: " + name);
        }
        return caller;
    }

    private Future<Void> product(Goods goods) {
        Map<String, String> name = Map.of("zh", goods.zh(), "en", goods.en());
        Map<String, Object> sku =
                Map.of("name", name, "priceMinor", goods.priceMinor(), "code", "JS-" + (skus.size() + 1));
        return call(as("host"), "catalog.create", Map.of("name", name, "skus", List.of(sku)))
                .compose(product -> {
                    String skuId = product.path("skus").path(0).path("id").asText();
                    skus.add(skuId);
                    return call(as("host"), "catalog.receive", Map.of("skuId", skuId, "quantity", 10_000));
                })
                .mapEmpty();
    }

    private static final int UNITS_AT_COUNTER = 200;

    /** Where goods can be fetched; some of everything is there. */
    private Future<Void> counter() {
        Map<String, Object> counter = Map.of(
                "kind",
                "counter",
                "name",
                Map.of("zh", "南京路自提点", "en", "Nanjing Road counter"),
                "place",
                Map.of("latitude", LATITUDE, "longitude", LONGITUDE));
        return call(as("operator"), "catalog.add_location", counter)
                .compose(added -> inTurn(
                        skus,
                        sku -> call(
                                        as("host"),
                                        "catalog.transfer",
                                        Map.of(
                                                "skuId",
                                                sku,
                                                "fromId",
                                                Location.MAIN,
                                                "toId",
                                                added.path("id").asText(),
                                                "quantity",
                                                UNITS_AT_COUNTER,
                                                "key",
                                                "demo-" + sku))
                                .mapEmpty()));
    }

    private Future<Void> room() {
        Map<String, Object> session = Map.of("title", "集市夜场 · Market night", "startsAt", System.currentTimeMillis());
        return call(as("host"), "rooms.schedule", session)
                .compose(room -> call(
                        as("host"),
                        "rooms.start",
                        Map.of("roomId", room.path("id").asText())))
                .mapEmpty();
    }

    private Future<Void> shelf(int number) {
        List<Map<String, Object>> slots = new ArrayList<>();
        for (int slot = 1; slot <= 4; slot++) {
            int goods = (number + slot) % GOODS.size();
            slots.add(Map.of(
                    "slot",
                    slot,
                    "skuId",
                    skus.get(goods),
                    "capacity",
                    12,
                    "unitGrams",
                    GOODS.get(goods).grams(),
                    "lowStock",
                    3));
        }
        Map<String, Object> place =
                Map.of("latitude", LATITUDE + number * 0.004, "longitude", LONGITUDE + (number % 3) * 0.006);
        Map<String, Object> shelf = Map.of(
                "name",
                Map.of("zh", number + " 号货架", "en", "Shelf " + number),
                "group",
                number <= 3 ? "tower-a" : "tower-b",
                "place",
                place,
                "slots",
                slots,
                "temperatureMaxCelsius",
                8.0);
        return call(as("operator"), "shelves.register", shelf).map(registered -> {
            devices.add(Map.of(
                    "shelfId", registered.path("shelf").path("id").asText(),
                    "device", registered.path("device").asText(),
                    "secret", registered.path("secret").asText(),
                    "slots", slots));
            return null;
        });
    }

    private Future<Void> writeDevices() {
        return directory.isEmpty()
                ? Future.succeededFuture()
                : vertx.fileSystem()
                        .writeFile(Path.of(directory, "demo-devices.json").toString(), Json.encode(devices));
    }

    /** The result of a call; fails where it is refused. */
    private Future<JsonNode> call(Caller caller, String method, Object params) {
        return methods.call(method, caller, Json.tree(Json.encode(params))).map(answer -> switch (answer) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error -> throw new IllegalStateException(method + ": " + error.message());
        });
    }

    private static <T> Future<Void> inTurn(List<T> items, Function<T, Future<Void>> each) {
        Future<Void> done = Future.succeededFuture();
        for (T item : items) {
            done = done.compose(ignored -> each.apply(item));
        }
        return done;
    }
}
