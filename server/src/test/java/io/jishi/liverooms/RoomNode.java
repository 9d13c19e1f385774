package io.jishi.liverooms;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.RealTimers;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.database.CuttableDatabase;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A node of a test: the live rooms as one process has them, with its own way to the database. */
final class RoomNode implements AutoCloseable {
    static final long PRODUCT = 77;

    final SharedChannels.Node channels;
    final CuttableDatabase database;
    final LiveRooms rooms;
    private final RealTimers timers = new RealTimers();
    private final Methods methods = new Methods(Authorization.shipped());

    RoomNode(
            Vertx vertx,
            TestDatabase testDatabase,
            SharedChannels shared,
            Membership membership,
            int number,
            Settings settings) {
        channels = shared.node();
        database = new CuttableDatabase(vertx, testDatabase);
        InstantSource clock = InstantSource.system();
        rooms = new LiveRooms(
                vertx,
                database.database(),
                channels,
                membership,
                new Ids(clock, number),
                clock,
                timers,
                settings,
                new SimpleMeterRegistry(),
                id -> Future.succeededFuture(id.value() == PRODUCT ? Optional.of(Map.of("id", id)) : Optional.empty()),
                room -> Future.succeededFuture(List.of(Map.of("sale", room))));
        rooms.register(methods);
        rooms.start().await();
    }

    /** Settings under which a test may comment as fast as it likes. */
    @SuppressWarnings("unchecked")
    static Settings unhurried() {
        Setting<Integer> burst = (Setting<Integer>) LiveRooms.SETTINGS.get(0);
        return Settings.defaults().with(burst, 1_000);
    }

    static Caller host(long id) {
        return person(id, Role.HOST);
    }

    static Caller viewer(long id) {
        return person(id, Role.VIEWER);
    }

    static Caller person(long id, Role role) {
        return new Caller(Id.of(id).toString(), "name " + id, Set.of(role), "connection-" + id, "en");
    }

    Future<Answer> call(Caller caller, String method, Map<String, ?> params) {
        return methods.call(method, caller, Json.tree(Json.encode(params)));
    }

    /** The result, as JSON; the test fails where there is none. */
    JsonNode ask(Caller caller, String method, Map<String, ?> params) {
        return switch (call(caller, method, params).await()) {
            case Answer.Result result -> Json.tree(result.json());
            case Answer.Error error -> throw new AssertionError(method + " was answered " + error);
        };
    }

    /** The refusal's or the protocol's name. */
    String refusal(Caller caller, String method, Map<String, ?> params) {
        return switch (call(caller, method, params).await()) {
            case Answer.Result result -> "accepted";
            case Answer.Error error -> error.message();
        };
    }

    Future<Answer> say(Caller caller, String room, String text, String key) {
        return call(caller, "rooms.comment", Map.of("roomId", room, "text", text, "key", key));
    }

    /** A session that is live. */
    String liveRoom(Caller host) {
        String room = ask(host, "rooms.schedule", Map.of("title", "Tea", "startsAt", 1_800_000_000_000L))
                .path("id")
                .asText();
        ask(host, "rooms.start", Map.of("roomId", room));
        return room;
    }

    /** Ends it as the death of its process would. */
    void die() {
        timers.close();
        database.close();
    }

    @Override
    public void close() {
        timers.close();
        database.close();
    }
}
