package io.jishi.liverooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.ManualTime;
import io.jishi.core.Membership;
import io.jishi.core.TokenBuckets;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.SharedChannels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommentDeskTest {
    private static final Id<Room> ROOM = Id.of(1);

    @Test
    @DisplayName("[LR2] a comment does not overtake an earlier one of its author, whatever the earlier one waits for")
    void order() {
        Vertx vertx = Vertx.vertx();
        try (TestDatabase testDatabase = TestDatabase.create()) {
            Database database = testDatabase.open(vertx);
            List<Promise<Optional<RoomRow>>> looks = new ArrayList<>();
            SharedChannels channels = new SharedChannels(100);
            CommentDesk desk = desk(vertx, database, channels, looks);
            Future<?> first = desk.post(RoomNode.viewer(5), new RoomRequest.Say(ROOM, "first", "k1"));
            Future<?> second = desk.post(RoomNode.viewer(5), new RoomRequest.Say(ROOM, "second", "k2"));
            desk.post(RoomNode.viewer(6), new RoomRequest.Say(ROOM, "another's", "k1"));
            RoomState live = new RoomState.Live(Instant.EPOCH, Instant.EPOCH);
            Optional<RoomRow> room = Optional.of(new RoomRow(ROOM, Id.of(2), "Li", "Tea", live, 0, null));
            for (int i = looks.size() - 1; i >= 0; i--) {
                looks.get(i).complete(room);
            }
            await().until(() -> looks.size() == 3);
            looks.get(2).tryComplete(room);
            Future.all(first, second).await();
            assertThat(channels.on(ChannelName.room(ROOM)).stream()
                            .map(each -> each.path("text").asText())
                            .filter(text -> !text.equals("another's")))
                    .containsExactly("first", "second");
            database.close().await();
        } finally {
            vertx.close().await();
        }
    }

    private static CommentDesk desk(
            Vertx vertx, Database database, SharedChannels channels, List<Promise<Optional<RoomRow>>> looks) {
        ManualTime time = new ManualTime(Instant.ofEpochSecond(1_800_000_000));
        Membership alone = Membership.alone("a");
        CommentStore store = new CommentStore(database);
        return new CommentDesk(
                id -> {
                    Promise<Optional<RoomRow>> look = Promise.promise();
                    looks.add(look);
                    return look.future();
                },
                text -> true,
                new TokenBuckets<>(time, 10, 1_000, 10),
                new CommentClaims(vertx, "a"),
                new CommentBuffer(store, alone, time, 100, new SimpleMeterRegistry().summary("batch")),
                store,
                channels.node(),
                alone,
                new Ids(time, 1),
                time,
                time);
    }
}
