package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.DatabaseSettings;
import io.jishi.database.Leases;
import io.jishi.database.Migrations;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.shelves.DeviceCredentials;
import io.jishi.shelves.Shelves;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The shelves of one node, asked through the registry of methods as a socket would. */
final class TelemetryShelves implements TelemetrySide {
    private static final int UNIT_GRAMS = 500;
    private static final int UNITS_MAX = 20;

    private final Database database;
    private final Shelves shelves;
    private final Methods methods = new Methods(Authorization.shipped());
    private final List<Caller> devices = new ArrayList<>();

    private TelemetryShelves(Vertx vertx, Database database) {
        this.database = database;
        Membership alone = Membership.alone("bench");
        InstantSource clock = InstantSource.system();
        Ids ids = new Ids(clock, 1);
        AtomicLong devicesMade = new AtomicLong();
        shelves = new Shelves(
                vertx,
                database,
                new SilentChannels(),
                alone,
                new Leases(database, alone),
                ids,
                clock,
                timers(vertx),
                Settings.defaults(),
                new SimpleMeterRegistry(),
                transaction ->
                        Future.succeededFuture(new DeviceCredentials.Issued(Id.of(devicesMade.incrementAndGet()), "")),
                skus -> {
                    Map<Id<?>, LocalText> names = new HashMap<>();
                    skus.forEach(sku -> names.put(sku, new LocalText("茶", "Tea")));
                    return Future.succeededFuture(names);
                },
                (transaction, shelf, place) -> Future.succeededFuture());
        shelves.register(methods);
    }

    static TelemetryShelves start(Vertx vertx, String url, int devices) {
        Migrations.migrate(url);
        Settings settings = Settings.defaults().with(DatabaseSettings.URL, url);
        TelemetryShelves side = new TelemetryShelves(vertx, DatabaseSettings.open(vertx, settings));
        side.shelves.start().await();
        Caller operator = new Caller(Id.of(1).toString(), "", Set.of(Role.OPERATOR), "", "en");
        for (int device = 0; device < devices; device++) {
            JsonNode registered = result(side.methods
                    .call("shelves.register", operator, Json.tree(Json.encode(shelf(device))))
                    .await());
            side.devices.add(new Caller(registered.path("device").asText(), "", Set.of(Role.DEVICE), "", "en"));
        }
        return side;
    }

    private static Timers timers(Vertx vertx) {
        return new Timers() {
            @Override
            public Timer after(Duration delay, Runnable action) {
                long id = vertx.setTimer(Math.max(1, delay.toMillis()), ignored -> action.run());
                return () -> vertx.cancelTimer(id);
            }

            @Override
            public Timer every(Duration period, Runnable action) {
                long id = vertx.setPeriodic(Math.max(1, period.toMillis()), ignored -> action.run());
                return () -> vertx.cancelTimer(id);
            }
        };
    }

    private static Map<String, Object> shelf(int number) {
        Map<String, Object> slot =
                Map.of("slot", 1, "skuId", Id.of(1), "capacity", UNITS_MAX, "unitGrams", UNIT_GRAMS, "lowStock", 3);
        return Map.of(
                "name",
                Map.of("zh", "货架 " + number, "en", "Shelf " + number),
                "group",
                "tower-" + number % 10,
                "place",
                Map.of("latitude", 31.2, "longitude", 121.5),
                "slots",
                List.of(slot));
    }

    List<Long> ids() {
        return devices.stream().map(device -> Id.parse(device.user()).value()).toList();
    }

    /** Above what is low, so that what is measured is telemetry and not alerts. */
    static double grams(long sequence) {
        return UNIT_GRAMS * (10.0 + sequence % 10);
    }

    @Override
    public Future<Void> report(int device, String boot, long firstSequence, int messages) {
        long now = System.currentTimeMillis();
        List<Map<String, Object>> list = new ArrayList<>(messages);
        for (int i = 0; i < messages; i++) {
            long sequence = firstSequence + i;
            list.add(Map.of("sequence", sequence, "at", now, "kind", "weight", "slot", 1, "value", grams(sequence)));
        }
        JsonNode report = Json.tree(Json.encode(Map.of("boot", boot, "messages", list)));
        return methods.call("shelves.report", devices.get(device), report).map(answer -> {
            if (result(answer).path("accepted").asInt() != messages) {
                throw new IllegalStateException("not all were new: " + answer);
            }
            return null;
        });
    }

    private static JsonNode result(Methods.Answer answer) {
        return switch (answer) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error -> throw new IllegalStateException("refused: " + error.message());
        };
    }

    @Override
    public long stored() {
        return database.execute("SELECT count(*) AS stored FROM telemetry")
                .await()
                .iterator()
                .next()
                .getLong("stored");
    }

    @Override
    public void close() {
        shelves.stop().await();
        database.close().await();
    }
}
