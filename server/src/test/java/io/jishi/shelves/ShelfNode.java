package io.jishi.shelves;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.RealTimers;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.database.CuttableDatabase;
import io.jishi.database.Leases;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.Methods.Answer;
import io.jishi.realtime.SharedChannels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A node of a test: the shelves as one process has them, with its own way to the database. */
final class ShelfNode implements AutoCloseable {
    static final long UNKNOWN_SKU = 404;
    private static final AtomicLong DEVICES = new AtomicLong(5_000);

    final SharedChannels.Node channels;
    final CuttableDatabase database;
    final Shelves shelves;
    private final RealTimers timers = new RealTimers();
    private final Methods methods = new Methods(Authorization.shipped());

    ShelfNode(
            Vertx vertx,
            TestDatabase testDatabase,
            SharedChannels shared,
            Membership membership,
            int number,
            InstantSource clock,
            Settings settings,
            Restocking restocking) {
        channels = shared.node();
        database = new CuttableDatabase(vertx, testDatabase);
        shelves = new Shelves(
                vertx,
                database.database(),
                channels,
                membership,
                new Leases(database.database(), membership),
                new Ids(InstantSource.system(), number),
                clock,
                timers,
                settings,
                new SimpleMeterRegistry(),
                transaction -> Future.succeededFuture(
                        new DeviceCredentials.Issued(Id.of(DEVICES.incrementAndGet()), "secret")),
                ShelfNode::names,
                restocking);
        shelves.register(methods);
        shelves.start().await();
    }

    private static Future<Map<Id<?>, LocalText>> names(Set<Id<?>> skus) {
        Map<Id<?>, LocalText> names = new HashMap<>();
        skus.stream()
                .filter(sku -> sku.value() != UNKNOWN_SKU)
                .forEach(sku -> names.put(sku, new LocalText("茶", "Tea")));
        return Future.succeededFuture(names);
    }

    static Caller operator() {
        return new Caller(Id.of(3).toString(), "Wu", Set.of(Role.OPERATOR), "connection", "zh");
    }

    /** A shelf with its device. */
    record Registered(Id<Shelf> id, Caller device) {}

    Registered register(String group) {
        JsonNode answer = ask(operator(), "shelves.register", shelf(group, 7));
        Id<Shelf> id = Id.parse(answer.path("shelf").path("id").asText());
        return new Registered(
                id, new Caller(answer.path("device").asText(), "", Set.of(Role.DEVICE), "connection", "zh"));
    }

    /** Two slots: 20 of 500 g, low at 5; 10 of 100 g, low at 2; kept at 8 °C at most. */
    static Map<String, Object> shelf(String group, long sku) {
        return Map.of(
                "name",
                Map.of("zh", "一号货架", "en", "Shelf one"),
                "group",
                group,
                "place",
                Map.of("latitude", 31.2, "longitude", 121.5),
                "slots",
                List.of(
                        Map.of("slot", 1, "skuId", Id.of(sku), "capacity", 20, "unitGrams", 500, "lowStock", 5),
                        Map.of("slot", 2, "skuId", Id.of(8), "capacity", 10, "unitGrams", 100, "lowStock", 2)),
                "temperatureMaxCelsius",
                8.0);
    }

    static Map<String, Object> message(long sequence, long at, String kind, int slot, double value) {
        Map<String, Object> message = new HashMap<>();
        message.put("sequence", sequence);
        message.put("at", at);
        message.put("kind", kind);
        message.put("value", value);
        if (slot > 0) {
            message.put("slot", slot);
        }
        return message;
    }

    Future<Answer> report(Caller device, String boot, List<Map<String, Object>> messages) {
        return call(device, "shelves.report", Map.of("boot", boot, "messages", new ArrayList<>(messages)));
    }

    Future<Answer> call(Caller caller, String method, Map<String, ?> params) {
        return methods.call(method, caller, Json.tree(Json.encode(params)));
    }

    JsonNode ask(Caller caller, String method, Map<String, ?> params) {
        return result(call(caller, method, params).await());
    }

    static JsonNode result(Answer answer) {
        return switch (answer) {
            case Answer.Result result -> Json.tree(result.json());
            case Answer.Error error -> throw new AssertionError("answered " + error);
        };
    }

    String refusal(Caller caller, String method, Map<String, ?> params) {
        return switch (call(caller, method, params).await()) {
            case Answer.Result result -> "accepted";
            case Answer.Error error -> error.message();
        };
    }

    /** Ends it as the death of its process would. */
    void die() {
        timers.close();
        database.close();
    }

    @Override
    public void close() {
        die();
    }
}
