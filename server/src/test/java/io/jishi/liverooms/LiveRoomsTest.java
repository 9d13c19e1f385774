package io.jishi.liverooms;

import static io.jishi.liverooms.RoomNode.host;
import static io.jishi.liverooms.RoomNode.viewer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import io.jishi.realtime.SharedChannels;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LiveRoomsTest extends LiveRoomsWorld {
    @Test
    @DisplayName("[LR1] its host starts and ends a session, nobody else; everybody in the room hears of it")
    void stages() {
        JsonNode room = a.ask(HOST, "rooms.schedule", Map.of("title", "Tea", "startsAt", 1_800_000_000_000L));
        String id = room.path("id").asText();
        Map<String, String> it = Map.of("roomId", id);
        assertThat(room.path("stage").asText()).isEqualTo("scheduled");
        assertThat(b.refusal(host(2), "rooms.start", it)).isEqualTo("not_yours");
        assertThat(b.refusal(viewer(1), "rooms.start", it)).isEqualTo("permission denied");
        assertThat(a.refusal(HOST, "rooms.end", it)).isEqualTo("not_live");
        assertThat(b.ask(HOST, "rooms.start", it).path("stage").asText()).isEqualTo("live");
        assertThat(a.ask(HOST, "rooms.start", it).path("stage").asText()).isEqualTo("live");
        assertThat(a.ask(HOST, "rooms.end", it).path("stage").asText()).isEqualTo("ended");
        assertThat(b.refusal(HOST, "rooms.start", it)).isEqualTo("already_ended");
        assertThat(channels.on(channel(id), "stage").stream()
                        .map(each -> each.path("stage").asText()))
                .containsExactly("live", "ended");
        assertThat(a.refusal(HOST, "rooms.start", Map.of("roomId", "0000000000000")))
                .isEqualTo("unknown_room");
    }

    @Test
    @DisplayName("[LR1] of many starts and ends at once through two nodes each step happens once")
    void stagesAtOnce() {
        String id = a.ask(HOST, "rooms.schedule", Map.of("title", "Tea", "startsAt", 1_800_000_000_000L))
                .path("id")
                .asText();
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RoomNode node = i % 2 == 0 ? a : b;
            answers.add(node.call(HOST, i < 12 ? "rooms.start" : "rooms.end", Map.of("roomId", id)));
        }
        Future.join(answers).await();
        a.call(HOST, "rooms.end", Map.of("roomId", id)).await();
        assertThat(channels.on(channel(id), "stage").stream()
                        .map(each -> each.path("stage").asText()))
                .containsExactlyInAnyOrder("live", "ended");
    }

    @Test
    @DisplayName("[LR8] likes of all nodes are added up, saved and published as one total")
    void likes() {
        String room = a.liveRoom(HOST);
        for (int i = 0; i < 30; i++) {
            (i % 2 == 0 ? a : b).ask(viewer(100 + i), "rooms.like", Map.of("roomId", room, "count", 50));
        }
        await().untilAsserted(() -> assertThat(channels.on(channel(room), "likes").stream()
                        .map(each -> each.path("total").asLong())
                        .reduce(0L, Math::max))
                .isEqualTo(1_500));
        assertThat(channels.on(channel(room), "likes")).hasSizeLessThan(10);
        for (RoomNode node : List.of(a, b)) {
            assertThat(node.ask(HOST, "rooms.get", Map.of("roomId", room))
                            .path("likes")
                            .asLong())
                    .as("no answer goes back behind what was published")
                    .isEqualTo(1_500);
        }
        assertThat(a.ask(HOST, "rooms.get", Map.of("roomId", room)).path("id").asText())
                .isEqualTo(room);
        assertThat(a.refusal(viewer(1), "rooms.like", Map.of("roomId", room, "count", 51)))
                .startsWith("bad request");
        assertThat(a.refusal(viewer(1), "rooms.like", Map.of("roomId", room, "count", 0)))
                .startsWith("bad request");
    }

    @Test
    @DisplayName("[LR8] likes that could not be written are written once the database is back, each once")
    void likesDatabaseAway() {
        Id<Room> room = Id.parse(a.liveRoom(HOST));
        RoomStore store = new RoomStore(a.database.database());
        Likes likes = new Likes(vertx, store, a.channels, cluster.of("c"));
        likes.add(room, 3);
        a.database.cut();
        assertThat(likes.save()
                        .transform(saved -> Future.succeededFuture(saved.failed()))
                        .await())
                .isTrue();
        a.database.mend();
        likes.add(room, 4);
        await().until(() -> likes.save()
                .transform(saved -> Future.succeededFuture(saved.succeeded()))
                .await());
        assertThat(store.find(room).await().orElseThrow().likes()).isEqualTo(7);
        store.saveLikes("c", Map.of(room, 7L)).await();
        assertThat(store.find(room).await().orElseThrow().likes())
                .as("the same write once more, as after a lost answer")
                .isEqualTo(7);
    }

    @Test
    @DisplayName("[LR9] viewers are counted over all nodes; a dead node's leave with it")
    void viewers() {
        String room = a.liveRoom(HOST);
        a.channels.subscribers(channel(room), 3);
        b.channels.subscribers(channel(room), 4);
        await().untilAsserted(() -> assertThat(viewersOf(a, room)).isEqualTo(7));
        await().untilAsserted(() -> assertThat(lastViewers(room)).isEqualTo(7));
        b.channels.subscribers(channel(room), 2);
        await().untilAsserted(() -> assertThat(lastViewers(room)).isEqualTo(5));
        b.die();
        cluster.kill("b");
        await().untilAsserted(() -> assertThat(lastViewers(room)).isEqualTo(3));
        assertThat(viewersOf(a, room)).isEqualTo(3);
    }

    private static int viewersOf(RoomNode node, String room) {
        return node.ask(HOST, "rooms.get", Map.of("roomId", room))
                .path("viewers")
                .asInt();
    }

    private int lastViewers(String room) {
        List<JsonNode> counts = channels.on(channel(room), "viewers");
        return counts.isEmpty() ? 0 : counts.getLast().path("count").asInt();
    }

    @Test
    @DisplayName("[LR10] a newcomer is told the session, the last fifty comments in their order, and the open sales")
    void greeting() {
        String room = a.liveRoom(HOST);
        for (int i = 0; i < 60; i++) {
            (i % 2 == 0 ? a : b).say(viewer(10), room, "text " + i, "key-" + i).await();
        }
        JsonNode told = b.channels.greeting(viewer(11), channel(room)).await();
        assertThat(told.path("room").path("stage").asText()).isEqualTo("live");
        assertThat(told.path("room").path("hostName").asText()).isEqualTo("name 1");
        assertThat(texts(told.path("comments"))).isEqualTo(published(room).subList(10, 60));
        assertThat(told.path("sales")).hasSize(1);
        assertThat(b.channels.maySubscribe(viewer(11), channel(room)).await()).isTrue();
        assertThat(b.channels.maySubscribe(viewer(11), channel("0000000000009")).await())
                .isFalse();
        assertThat(b.channels
                        .maySubscribe(viewer(11), new ChannelName("room:!"))
                        .transform(r -> Future.succeededFuture(r.failed()))
                        .await())
                .isTrue();
    }

    @Test
    @DisplayName("[LR10] where the history is too short the table goes before it")
    void greetingFromTable() {
        SharedChannels small = new SharedChannels(10);
        RoomNode c = new RoomNode(vertx, testDatabase, small, cluster.of("c"), 3, RoomNode.unhurried());
        String room = c.liveRoom(HOST);
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            said.add("text " + i);
            c.say(viewer(10), room, said.getLast(), "key-" + i).await();
        }
        await().untilAsserted(() -> assertThat(saved(room)).hasSize(30));
        assertThat(texts(c.channels.greeting(viewer(11), channel(room)).await().path("comments")))
                .isEqualTo(said);
        c.close();
    }

    private static List<String> texts(JsonNode comments) {
        return StreamSupport.stream(comments.spliterator(), false)
                .map(each -> each.path("text").asText())
                .toList();
    }

    @Test
    @DisplayName("[LR11] the host shows a product that there is, and takes it away again")
    void pin() {
        String room = a.liveRoom(HOST);
        String product = Id.of(RoomNode.PRODUCT).toString();
        assertThat(a.refusal(host(2), "rooms.pin", Map.of("roomId", room, "productId", product)))
                .isEqualTo("not_yours");
        assertThat(a.refusal(HOST, "rooms.pin", Map.of("roomId", room, "productId", Id.of(1))))
                .isEqualTo("unknown_product");
        JsonNode pinned = a.ask(HOST, "rooms.pin", Map.of("roomId", room, "productId", product));
        assertThat(pinned.path("pinned").path("id").asText()).isEqualTo(product);
        assertThat(b.ask(viewer(1), "rooms.get", Map.of("roomId", room))
                        .path("pinned")
                        .path("id")
                        .asText())
                .isEqualTo(product);
        assertThat(b.ask(HOST, "rooms.pin", Map.of("roomId", room)).has("pinned"))
                .isFalse();
        List<JsonNode> events = channels.on(channel(room), "pinned");
        assertThat(events.get(0).path("product").path("id").asText()).isEqualTo(product);
        assertThat(events.get(1).get("product").isNull()).isTrue();
        Caller admin = RoomNode.person(9, Role.ADMIN);
        assertThat(a.refusal(admin, "rooms.end", Map.of("roomId", room))).isEqualTo("accepted");
        assertThat(a.refusal(HOST, "rooms.pin", Map.of("roomId", room))).isEqualTo("already_ended");
    }

    @Test
    @DisplayName("[LR12] sessions and comments are listed in pages, newest first")
    void pages() {
        List<String> rooms = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rooms.addFirst(a.liveRoom(HOST));
        }
        JsonNode page = b.ask(viewer(1), "rooms.list", Map.of("limit", 3, "stage", "live"));
        List<String> listed = new ArrayList<>();
        page.path("items").forEach(each -> listed.add(each.path("id").asText()));
        JsonNode rest = b.ask(
                viewer(1),
                "rooms.list",
                Map.of("limit", 2, "after", page.path("next").asText()));
        rest.path("items").forEach(each -> listed.add(each.path("id").asText()));
        assertThat(listed).isEqualTo(rooms);
        String room = rooms.getFirst();
        for (int i = 0; i < 5; i++) {
            a.say(viewer(10), room, "text " + i, "key-" + i).await();
        }
        await().untilAsserted(() -> assertThat(saved(room)).hasSize(5));
        JsonNode first = b.ask(viewer(1), "rooms.comments", Map.of("roomId", room, "limit", 3));
        assertThat(texts(first.path("items"))).containsExactly("text 4", "text 3", "text 2");
        JsonNode second = b.ask(
                viewer(1),
                "rooms.comments",
                Map.of("roomId", room, "limit", 3, "after", first.path("next").asText()));
        assertThat(texts(second.path("items"))).containsExactly("text 1", "text 0");
        assertThat(second.has("next")).isFalse();
        assertThat(b.refusal(viewer(1), "rooms.list", Map.of("limit", 101))).startsWith("bad request");
        assertThat(b.refusal(viewer(1), "rooms.list", Map.of("stage", "LIVE"))).startsWith("bad request");
    }

    @Test
    @DisplayName("[LR12] another capability finds a session and announces in it")
    void forOthers() {
        String room = a.liveRoom(HOST);
        assertThat(b.rooms.room(Id.parse(room)).await().orElseThrow().stage()).isEqualTo(Stage.LIVE);
        assertThat(b.rooms.room(Id.of(5)).await()).isEmpty();
        b.rooms.announce(Id.parse(room), Map.of("type", "sale", "sale", 1)).await();
        assertThat(channels.on(channel(room), "sale")).hasSize(1);
    }
}
