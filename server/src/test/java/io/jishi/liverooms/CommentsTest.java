package io.jishi.liverooms;

import static io.jishi.liverooms.RoomNode.viewer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Settings;
import io.jishi.realtime.Methods.Answer;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommentsTest extends LiveRoomsWorld {
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
}
