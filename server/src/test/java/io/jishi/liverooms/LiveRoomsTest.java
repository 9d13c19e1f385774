package io.jishi.liverooms;

import static io.jishi.liverooms.RoomNode.host;
import static io.jishi.liverooms.RoomNode.viewer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.TestCluster;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import io.jishi.realtime.SharedChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two nodes over one database and one log of channels. */
class LiveRoomsTest {
    private static final Caller HOST = host(1);
    private static final int HISTORY_SIZE = 4_096;

    private static Vertx vertx;
    private static TestDatabase testDatabase;
    private static Database database;

    private final SharedChannels channels = new SharedChannels(HISTORY_SIZE);
    private final TestCluster cluster = new TestCluster("a", "b");
    private RoomNode a;
    private RoomNode b;

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

    private RoomNode node(String name, int number, Settings settings) {
        return new RoomNode(vertx, testDatabase, channels, cluster.of(name), number, settings);
    }

    private static ChannelName channel(String room) {
        return ChannelName.room(Id.parse(room));
    }

    private List<String> published(String room) {
        return channels.on(channel(room), "comment").stream()
                .map(each -> each.path("text").asText())
                .toList();
    }

    private static List<String> saved(String room) {
        List<String> texts = new ArrayList<>();
        database.execute(
                        "SELECT body FROM room_comment WHERE room_id = $1 ORDER BY channel_offset",
                        Tuple.of(Id.parse(room).value()))
                .await()
                .forEach(row -> texts.add(row.getString("body")));
        return texts;
    }

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
    @DisplayName("[LR2] what is said through either node is published once, in its author's order, and saved so")
    void comments() {
        String room = a.liveRoom(HOST);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(a.say(viewer(10), room, "a" + i, "key-" + i));
            answers.add(b.say(viewer(11), room, "b" + i, "key-" + i));
        }
        Future.all(answers).await();
        assertThat(answers).allMatch(answer -> answer.result() instanceof Answer.Result);
        List<String> published = published(room);
        for (String author : List.of("a", "b")) {
            List<String> said = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                said.add(author + i);
            }
            assertThat(published.stream().filter(text -> text.startsWith(author)))
                    .isEqualTo(said);
        }
        await().untilAsserted(() -> assertThat(saved(room)).isEqualTo(published));
    }

    @Test
    @DisplayName("[LR2] a comment says who said it, when, where it stands, and whether it was the host")
    void comment() {
        String room = a.liveRoom(HOST);
        JsonNode posted = a.ask(HOST, "rooms.comment", Map.of("roomId", room, "text", " 大家好 👋 ", "key", "k1"));
        JsonNode comment = channels.on(channel(room), "comment").getFirst();
        assertThat(comment.path("id")).isEqualTo(posted.path("commentId"));
        assertThat(comment.path("text").asText()).isEqualTo("大家好 👋");
        assertThat(comment.path("userId").asText()).isEqualTo(HOST.user());
        assertThat(comment.path("name").asText()).isEqualTo("name 1");
        assertThat(comment.path("host").asBoolean()).isTrue();
        assertThat(comment.path("at")).isEqualTo(posted.path("at"));
        assertThat(posted.path("offset").asLong())
                .isEqualTo(channels.on(channel(room)).size());
    }

    @Test
    @DisplayName("[LR2] a comment outside a live session, of a wrong length or with control characters is not said")
    void shape() {
        String room = a.liveRoom(HOST);
        Map<String, Object> good = Map.of("roomId", room, "text", "字".repeat(200), "key", "k");
        assertThat(a.refusal(viewer(5), "rooms.comment", good)).isEqualTo("accepted");
        assertThat(List.of("", "  ", "字".repeat(201), "a\u0000b", "a\nb"))
                .allSatisfy(text -> assertThat(a.refusal(viewer(5), "rooms.comment", with(good, "text", text)))
                        .startsWith("bad request"));
        assertThat(a.refusal(viewer(5), "rooms.comment", with(good, "key", "sp ace")))
                .startsWith("bad request");
        assertThat(a.refusal(viewer(5), "rooms.comment", with(good, "extra", 1)))
                .startsWith("bad request");
        assertThat(a.refusal(viewer(5), "rooms.comment", with(good, "roomId", "0000000000001")))
                .isEqualTo("unknown_room");
        a.ask(HOST, "rooms.end", Map.of("roomId", room));
        await().untilAsserted(() -> assertThat(b.refusal(viewer(5), "rooms.comment", with(good, "key", "k2")))
                .isEqualTo("not_live"));
        assertThat(published(room)).containsExactly("字".repeat(200));
    }

    private static Map<String, Object> with(Map<String, Object> params, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(params);
        changed.put(name, value);
        return changed;
    }

    @Test
    @DisplayName("[LR3] a comment that is repeated with its key, at once or later, through either node, is said once")
    void saidOnce() {
        String room = a.liveRoom(HOST);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add((i % 2 == 0 ? a : b).say(viewer(10), room, "hello", "k"));
        }
        Future.all(answers).await();
        answers.add(b.say(viewer(10), room, "hello", "k"));
        answers.getLast().await();
        assertThat(answers.stream().map(Future::result).distinct()).hasSize(1);
        assertThat(answers.getFirst().result()).isInstanceOf(Answer.Result.class);
        assertThat(published(room)).containsExactly("hello");
        a.say(viewer(11), room, "another person's", "k").await();
        assertThat(published(room)).containsExactly("hello", "another person's");
        await().untilAsserted(() -> assertThat(saved(room)).hasSize(2));
    }

    @Test
    @DisplayName("[LR3] a comment whose answer was lost is found by its repetition, not said again")
    void lostAnswer() {
        String room = a.liveRoom(HOST);
        a.channels.loseAnswers(true);
        assertThat(a.say(viewer(10), room, "hello", "k").await()).isInstanceOf(Answer.Error.class);
        cluster.kill("a");
        JsonNode posted = b.ask(viewer(10), "rooms.comment", Map.of("roomId", room, "text", "hello", "key", "k"));
        assertThat(posted.path("offset").asLong())
                .isEqualTo(channels.on(channel(room)).size());
        assertThat(published(room)).containsExactly("hello");
    }

    @Test
    @DisplayName("[LR3] a comment that its node took to the grave is said by the node that is asked next")
    void neverPublished() {
        String room = a.liveRoom(HOST);
        a.channels.fail(true);
        assertThat(a.say(viewer(10), room, "hello", "k").await()).isInstanceOf(Answer.Error.class);
        assertThat(b.refusal(viewer(10), "rooms.comment", Map.of("roomId", room, "text", "hello", "key", "k")))
                .as("while its node lives")
                .isEqualTo("busy");
        cluster.kill("a");
        assertThat(b.refusal(viewer(10), "rooms.comment", Map.of("roomId", room, "text", "hello", "key", "k")))
                .isEqualTo("accepted");
        assertThat(published(room)).containsExactly("hello");
    }

    @Test
    @DisplayName("[LR4] who comments too fast is refused, and the others are not")
    void tooFast() {
        RoomNode c = node("c", 3, Settings.defaults());
        String room = c.liveRoom(HOST);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(c.refusal(viewer(10), "rooms.comment", Map.of("roomId", room, "text", "hi", "key", "k" + i)));
        }
        assertThat(answers.subList(0, 5)).containsOnly("accepted");
        assertThat(answers.subList(5, 8)).contains("too_fast");
        assertThat(c.refusal(viewer(11), "rooms.comment", Map.of("roomId", room, "text", "hi", "key", "k")))
                .isEqualTo("accepted");
        c.close();
    }

    @Test
    @DisplayName("[LR5] a comment with a word of the list is refused and reaches nobody")
    void filtered() {
        String room = a.liveRoom(HOST);
        assertThat(a.refusal(viewer(10), "rooms.comment", Map.of("roomId", room, "text", "代开发票", "key", "k")))
                .isEqualTo("not_allowed");
        assertThat(a.refusal(viewer(10), "rooms.comment", Map.of("roomId", room, "text", "发票呢", "key", "k")))
                .isEqualTo("accepted");
        assertThat(published(room)).containsExactly("发票呢");
    }

    @Test
    @DisplayName(
            "[LR6] while the database is away comments go on up to a bound, then are refused; all of them are saved")
    void databaseAway() {
        String room = a.liveRoom(HOST);
        a.say(viewer(9), room, "before", "k").await();
        a.database.cut();
        int accepted = 0;
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            answers.add(a.say(viewer(10 + i % 50), room, "while away " + i, "key-" + i));
        }
        Future.all(answers).await();
        Set<String> refusals = new HashSet<>();
        for (Future<Answer> answer : answers) {
            if (answer.result() instanceof Answer.Error error) {
                refusals.add(error.message());
                assertThat(error.temporary()).isTrue();
            } else {
                accepted++;
            }
        }
        assertThat(refusals).containsExactly("busy");
        assertThat(accepted).isBetween(1_000, 1_024);
        a.database.mend();
        await().untilAsserted(() -> assertThat(saved(room)).isEqualTo(published(room)));
        assertThat(saved(room)).hasSize(accepted + 1);
        assertThat(a.refusal(viewer(9), "rooms.comment", Map.of("roomId", room, "text", "after", "key", "k2")))
                .isEqualTo("accepted");
    }

    @Test
    @DisplayName("[LR7] what a dead node had acknowledged and not saved the others save, once")
    void nodeDies() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String room = a.liveRoom(HOST);
        List<Future<Answer>> answers = new ArrayList<>();
        int cutAt = random.nextInt(300);
        answers.add(a.say(viewer(1), room, "through a", "key"));
        answers.add(b.say(viewer(1), room, "through b", "key-b"));
        Future.all(answers).await();
        for (int i = 0; i < 600; i++) {
            if (i == cutAt) {
                a.database.cut();
            }
            RoomNode node = random.nextBoolean() ? a : b;
            answers.add(node.say(viewer(10 + random.nextInt(50)), room, "text " + i, "key-" + i));
        }
        Future.all(answers).await();
        assertThat(answers).allMatch(answer -> answer.result() instanceof Answer.Result);
        a.die();
        b.database.cut();
        cluster.kill("a");
        b.database.mend();
        await().untilAsserted(() -> assertThat(saved(room)).as("seed %d", seed).isEqualTo(published(room)));
        assertThat(saved(room)).as("seed %d", seed).hasSize(602);
    }

    @Test
    @DisplayName("[LR7] a comment that the table does not take keeps no other from being saved")
    void notTaken() {
        String room = a.liveRoom(HOST);
        List<CommentStore.Said> said = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            Id<Room> where = i == 4 ? Id.of(404) : Id.parse(room);
            Comment comment =
                    new Comment(Id.of(i), Id.of(7), "Li", "text " + i, Instant.ofEpochSecond(i), false, "key-" + i);
            said.add(new CommentStore.Said(where, comment, i));
        }
        new CommentStore(database).insert(said).await();
        assertThat(saved(room)).hasSize(8).doesNotContain("text 4");
    }

    @Test
    @DisplayName("[LR7] a graceful stop saves what was said and liked")
    void gracefulStop() {
        String room = a.liveRoom(HOST);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(a.say(viewer(10 + i), room, "text " + i, "key"));
        }
        answers.add(a.call(viewer(10), "rooms.like", Map.of("roomId", room, "count", 7)));
        Future.all(answers).await();
        a.rooms.stop().await();
        assertThat(saved(room)).hasSize(100);
        await().untilAsserted(() -> assertThat(b.ask(HOST, "rooms.get", Map.of("roomId", room))
                        .path("likes")
                        .asLong())
                .isEqualTo(7));
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
