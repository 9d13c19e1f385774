package io.jishi.shelves;

import static io.jishi.shelves.ShelfNode.message;
import static io.jishi.shelves.ShelfNode.operator;
import static io.jishi.shelves.ShelfNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Methods.Answer;
import io.jishi.shelves.ShelfNode.Registered;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TelemetryTest extends ShelvesWorld {
    @Test
    @DisplayName("[SH1] a device reports for its own shelf alone, a person for none")
    void ownShelf() {
        Registered mine = a.register("tower-1");
        Registered other = a.register("tower-1");
        List<Map<String, Object>> door = List.of(message(1, now(), "door", 0, 1));
        result(b.report(mine.device(), "boot", door).await());
        await().untilAsserted(() ->
                assertThat(get(a, mine.id()).path("doorOpen").asBoolean()).isTrue());
        assertThat(get(a, other.id()).path("doorOpen").asBoolean()).isFalse();
        Map<String, Object> report = Map.of("boot", "boot", "messages", door);
        assertThat(a.refusal(operator(), "shelves.report", report)).isEqualTo("permission denied");
        Caller stranger = new Caller(Id.of(1).toString(), "", Set.of(Role.DEVICE), "c", "zh");
        assertThat(a.refusal(stranger, "shelves.report", report)).isEqualTo("not_registered");
        assertThat(a.refusal(mine.device(), "shelves.get", Map.of("shelfId", other.id())))
                .isEqualTo("not_yours");
        assertThat(a.refusal(mine.device(), "shelves.get", Map.of("shelfId", mine.id())))
                .isEqualTo("accepted");
        assertThat(a.channels
                        .maySubscribe(mine.device(), ChannelName.shelf(mine.id()))
                        .await())
                .isTrue();
        assertThat(a.channels
                        .maySubscribe(mine.device(), ChannelName.shelf(other.id()))
                        .await())
                .isFalse();
        assertThat(a.channels
                        .maySubscribe(operator(), ChannelName.shelf(other.id()))
                        .await())
                .isTrue();
        assertThat(a.channels
                        .maySubscribe(operator(), ChannelName.shelf(Id.of(1)))
                        .await())
                .isFalse();
    }

    @Test
    @DisplayName("[SH1] a report of a wrong shape is refused whole")
    void shape() {
        Registered shelf = a.register("tower-1");
        List<Map<String, Object>> wrong = List.of(
                message(0, now(), "door", 0, 1),
                message(1, 1_000, "door", 0, 1),
                message(1, now(), "door", 0, 2),
                message(1, now(), "door", 0, 0.5),
                message(1, now(), "door", 1, 1),
                message(1, now(), "stock", 0, 1),
                message(1, now(), "stock", 65, 1),
                message(1, now(), "stock", 1, -1),
                message(1, now(), "temperature", 0, 1_000),
                message(1, now(), "humidity", 0, 1));
        for (Map<String, Object> message : wrong) {
            assertThat(a.refusal(
                            shelf.device(),
                            "shelves.report",
                            Map.of("boot", "b", "messages", List.of(message(9, now(), "door", 0, 1), message))))
                    .as("%s", message)
                    .startsWith("bad request");
        }
        assertThat(a.refusal(
                        shelf.device(),
                        "shelves.report",
                        Map.of(
                                "boot",
                                "b",
                                "messages",
                                List.of(message(1, now(), "door", 0, 1), message(2, now(), "stock", 3, 1)))))
                .isEqualTo("unknown_slot");
        assertThat(a.refusal(shelf.device(), "shelves.report", Map.of("boot", "b", "messages", List.of())))
                .startsWith("bad request");
        assertThat(rows(shelf.id())).isEmpty();
    }

    @Test
    @DisplayName("[SH2] a message counts once by device, boot and sequence, however often and through whichever node")
    void duplicates() {
        Registered shelf = a.register("tower-1");
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            messages.add(message(i, now() + i, "stock", 1, 10 + i));
        }
        messages.add(messages.getFirst());
        JsonNode first = result(a.report(shelf.device(), "boot-1", messages).await());
        assertThat(List.of(
                        first.path("accepted").asInt(), first.path("duplicates").asInt()))
                .containsExactly(10, 1);
        assertThat(first.path("lastSequence").asInt()).isEqualTo(10);
        List<Future<Answer>> again = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            again.add((i % 2 == 0 ? a : b).report(shelf.device(), "boot-2", messages));
        }
        Future.all(again).await();
        assertThat(again.stream()
                        .mapToInt(each -> result(each.result()).path("accepted").asInt())
                        .sum())
                .isEqualTo(10);
        assertThat(rows(shelf.id())).hasSize(20);
    }

    @Test
    @DisplayName("[SH4] messages out of order, replays after a reboot and repetitions leave the twin of the latest")
    void outOfOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Registered shelf = a.register("tower-1");
        List<Future<Answer>> answers = new ArrayList<>();
        for (int boot = 0; boot < 4; boot++) {
            List<Map<String, Object>> messages = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                long at = now() - 600_000 + random.nextInt(600_000);
                messages.add(
                        switch (random.nextInt(4)) {
                            case 0 -> message(i, at, "weight", 1, 500 * random.nextInt(20) + random.nextInt(200));
                            case 1 -> message(i, at, "stock", 2, random.nextInt(10));
                            case 2 -> message(i, at, "temperature", 0, random.nextInt(20));
                            default -> message(i, at, "door", 0, random.nextInt(2));
                        });
            }
            Collections.shuffle(messages, random);
            for (int from = 0; from < 100; from += 20) {
                answers.add((random.nextBoolean() ? a : b)
                        .report(shelf.device(), "boot-" + boot, messages.subList(from, from + 20)));
            }
        }
        Future.all(answers).await();
        TwinState expected = recomputed(shelf.id());
        await().untilAsserted(() -> assertThat(twinOf(get(b, shelf.id())))
                .as("seed %d", seed)
                .isEqualTo(twinOf(view(shelf.id(), expected))));
    }

    @Test
    @DisplayName("[SH3] 200 devices report at once through two nodes: every acknowledged message is there once")
    void manyDevices() {
        List<Registered> shelves = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            shelves.add((i % 2 == 0 ? a : b).register("tower-" + i % 5));
        }
        List<Future<Answer>> answers = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < shelves.size(); i++) {
                int from = round * 4 + 1;
                List<Map<String, Object>> messages = List.of(
                        message(from, now() - 1_000 + from, "weight", 1, 500.0 * (i % 20)),
                        message(from + 1, now() - 999 + from, "stock", 2, round),
                        message(from + 2, now() - 998 + from, "temperature", 0, 4),
                        message(from + 3, now() - 997 + from, "door", 0, round % 2));
                answers.add(((i + round) % 2 == 0 ? a : b).report(shelves.get(i).device(), "boot", messages));
            }
        }
        Future.all(answers).await();
        assertThat(answers)
                .allMatch(answer -> result(answer.result()).path("accepted").asInt() == 4);
        Row all = database.execute("SELECT count(*)::int AS messages FROM telemetry")
                .await()
                .iterator()
                .next();
        assertThat(all.getInteger("messages")).isEqualTo(200 * 20);
        await().untilAsserted(() -> {
            for (int i = 0; i < shelves.size(); i++) {
                JsonNode shelf = get(i % 2 == 0 ? b : a, shelves.get(i).id());
                assertThat(List.of(count(shelf, 1), count(shelf, 2))).containsExactly(i % 20, 4);
            }
        });
    }

    @Test
    @DisplayName(
            "[SH3] a report that meets a database away or a full queue is refused as busy, and taken when repeated")
    void databaseAway() {
        Registered shelf = a.register("tower-1");
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "stock", 1, 10)))
                .await());
        a.database.cut();
        Answer refused = a.report(shelf.device(), "boot", List.of(message(2, now() + 1, "stock", 1, 9)))
                .await();
        assertThat(refused).isEqualTo(new Answer.Error(1305, "busy", true));
        a.database.mend();
        await().untilAsserted(() -> assertThat(a.refusal(
                        shelf.device(),
                        "shelves.report",
                        Map.of("boot", "boot", "messages", List.of(message(2, now() + 1, "stock", 1, 9)))))
                .isEqualTo("accepted"));
        await().untilAsserted(() -> assertThat(count(get(b, shelf.id()), 1)).isEqualTo(9));
        Setting<Integer> queueMax = setting("shelves.queue-messages-max");
        ShelfNode c = node("c", 3, Settings.defaults().with(queueMax, 200));
        List<Map<String, Object>> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(message(i + 10, now(), "door", 0, 0));
        }
        List<Future<Answer>> flood = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            flood.add(c.report(shelf.device(), "flood", many));
        }
        Future.all(flood).await();
        assertThat(flood).anyMatch(answer -> answer.result().equals(new Answer.Error(1305, "busy", true)));
        assertThat(flood).anyMatch(answer -> answer.result() instanceof Answer.Result);
        c.close();
    }

    @SuppressWarnings("unchecked")
    private static <T> Setting<T> setting(String name) {
        return (Setting<T>) Shelves.SETTINGS.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("[SH12] messages older than they are kept are deleted, a few at a time; the twin stays")
    void retention() {
        Registered shelf = a.register("tower-1");
        result(a.report(shelf.device(), "boot", List.of(message(1, now(), "stock", 1, 10)))
                .await());
        await().untilAsserted(() -> assertThat(count(get(a, shelf.id()), 1)).isEqualTo(10));
        TelemetryStore store = new TelemetryStore(database);
        clockMillis.addAndGet(Duration.ofDays(31).toMillis());
        result(a.report(shelf.device(), "boot", List.of(message(2, now(), "door", 0, 1)))
                .await());
        assertThat(store.trim(clock.instant().minus(Duration.ofDays(32)), 10).await())
                .isZero();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(rows(shelf.id()))
                        .extracting(Telemetry::sequence)
                        .containsExactly(2L));
        assertThat(count(get(a, shelf.id()), 1)).isEqualTo(10);
    }
}
