package io.jishi.liverooms;

import static io.jishi.liverooms.RoomNode.host;

import io.jishi.core.Id;
import io.jishi.core.Settings;
import io.jishi.core.TestCluster;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.SharedChannels;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes with sessions over one database. */
abstract class LiveRoomsWorld {
    static final Caller HOST = host(1);
    static final int HISTORY_SIZE = 4_096;

    static Vertx vertx;
    static TestDatabase testDatabase;
    static Database database;

    final SharedChannels channels = new SharedChannels(HISTORY_SIZE);
    final TestCluster cluster = new TestCluster("a", "b");
    RoomNode a;
    RoomNode b;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        testDatabase = TestDatabase.create();
        database = testDatabase.open(vertx);
    }

    @AfterAll
    static void close() {
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    @BeforeEach
    void start() {
        a = node("a", 1, RoomNode.unhurried());
        b = node("b", 2, RoomNode.unhurried());
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    RoomNode node(String name, int number, Settings settings) {
        return new RoomNode(vertx, testDatabase, channels, cluster.of(name), number, settings);
    }

    static ChannelName channel(String room) {
        return ChannelName.room(Id.parse(room));
    }

    List<String> published(String room) {
        return channels.on(channel(room), "comment").stream()
                .map(each -> each.path("text").asText())
                .toList();
    }

    static List<String> saved(String room) {
        List<String> texts = new ArrayList<>();
        database.execute(
                        "SELECT body FROM room_comment WHERE room_id = $1 ORDER BY channel_offset",
                        Tuple.of(Id.parse(room).value()))
                .await()
                .forEach(row -> texts.add(row.getString("body")));
        return texts;
    }
}
