package io.jishi.bots;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final String ROOM = "0000000000001";
    private static final String LOG = """
            offset_s,user,text
            0,ann,one
            0.05,bob,two
            0.1,ann,three
            """;

    private final Vertx vertx = Vertx.vertx();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Map<String, JsonNode> said = new HashMap<>();

    @TempDir
    private Path directory;

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(vertx);
        server.answer("rpc", command -> List.of(answer(command.path("rpc"))));
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    /** Says each comment once by its key; subclasses of behaviour come from the texts. */
    private synchronized String answer(JsonNode rpc) {
        return switch (rpc.path("method").asText()) {
            case "rooms.get", "rooms.list" -> "{\"id\":ID,\"rpc\":{\"data\":" + room(rpc) + "}}";
            case "rooms.comment" -> comment(rpc.path("data"));
            default -> "{\"id\":ID,\"error\":{\"code\":104,\"message\":\"method not found\"}}";
        };
    }

    private static String room(JsonNode rpc) {
        String room = "{\"id\":\"" + ROOM + "\",\"stage\":\"live\"}";
        return rpc.path("method").asText().equals("rooms.list") ? "{\"items\":[" + room + "]}" : room;
    }

    private String comment(JsonNode params) {
        String key = params.path("key").asText();
        String text = params.path("text").asText();
        if (text.equals("too fast")) {
            return "{\"id\":ID,\"error\":{\"code\":1104,\"message\":\"too_fast\",\"temporary\":true}}";
        }
        if (!said.containsKey(key)) {
            int offset = said.size() + 1;
            ObjectNode heard = Wire.object()
                    .put("type", "comment")
                    .put("id", "c" + offset)
                    .put("text", text.equals("change me") ? "changed" : text);
            said.put(key, Wire.object().put("commentId", "c" + offset).put("offset", offset));
            if (!text.equals("lose me")) {
                String push = push(text.equals("misplace me") ? offset + 100 : offset, heard);
                server.send(push);
                if (text.equals("double me")) {
                    server.send(push);
                }
            }
            if (text.equals("answer me late")) {
                return "{\"id\":ID,\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}";
            }
        }
        return "{\"id\":ID,\"rpc\":{\"data\":" + said.get(key) + "}}";
    }

    private static String push(int offset, ObjectNode data) {
        ObjectNode push = Wire.object();
        ObjectNode publication =
                push.putObject("push").put("channel", "room:" + ROOM).putObject("pub");
        publication.put("offset", offset).set("data", data);
        return push.toString();
    }

    @Test
    @DisplayName("[RP1] every line is said once, by its own user, in the order and at the pace of the recording")
    void faithful() throws IOException {
        long start = System.nanoTime();
        assertThat(replay(LOG, "--room", "live")).as(text()).isZero();
        assertThat(System.nanoTime() - start).isGreaterThan(100_000_000L);
        assertThat(texts()).containsExactly("one", "two", "three");
        assertThat(server.registered)
                .extracting(user -> user.path("displayName").asText())
                .containsExactlyInAnyOrder("ann", "bob");
        assertThat(server.registered)
                .allSatisfy(user -> assertThat(user.path("name").asText()).startsWith("replay-"));
        assertThat(server.authors()).hasSize(2);
        assertThat(text())
                .contains(
                        "sent        3",
                        "accepted    3",
                        "refused     0",
                        "delivered   3 of 3",
                        "Every accepted comment");
    }

    @Test
    @DisplayName("[RP3] a comment without an answer is sent again with its key, a refused one is not")
    void again() throws IOException {
        assertThat(replay("time,user,text\n0,a,answer me late\n0.01,a,too fast\n0.02,a,last\n", "--room", ROOM))
                .as(text())
                .isZero();
        assertThat(texts()).containsExactlyInAnyOrder("answer me late", "answer me late", "too fast", "last");
        assertThat(text()).contains("sent        3, 1 tries more", "accepted    2", "refused     1: too_fast 1");
    }

    @Test
    @DisplayName("[RP4] a comment that is lost, doubled, misplaced or changed on the way makes the exit code 1")
    void unfaithful() throws IOException {
        assertThat(replay("time,user,text\n0,a,double me\n0,a,change me\n0.01,a,misplace me\n", "--room", ROOM))
                .isEqualTo(1);
        assertThat(text())
                .contains("twice 1", "1 texts changed on the way", "1 at another offset", "NOT every accepted comment");
        said.clear();
        assertThat(replay("time,user,text\n0,a,stays\n0,a,lose me\n", "--room", ROOM))
                .isEqualTo(1);
        assertThat(text()).contains("delivered   1 of 2", "missing 1");
    }

    @Test
    @DisplayName("[RP5] where there are more users than accounts they share them, and it is said")
    void shared() throws IOException {
        assertThat(replay(LOG, "--room", ROOM, "--users-max", "1")).isZero();
        assertThat(server.registered).hasSize(1);
        assertThat(text()).contains("accounts    1 for 2 users; users share accounts");
        server.registered.clear();
        server.registrationsMax = 1;
        assertThat(replay(LOG, "--room", ROOM)).isZero();
        assertThat(text()).contains("accounts    1 for 2 users (no more: too_many_attempts)");
    }

    @Test
    @DisplayName("[RP6] a wrong argument is one line and exit code 2")
    void wrong() throws IOException {
        String[][] wrong = {
            {},
            {"--room"},
            {"--room", ROOM, "--speed", "0"},
            {"--room", ROOM, "--speed", "fast"},
            {"--room", ROOM, "--url", "localhost"},
            {"--room", ROOM, "--users-max", "100000"},
            {"--room", ROOM, "more"},
            {"--room", ROOM, "--fast", "1"},
        };
        for (String[] arguments : wrong) {
            assertThat(replay(LOG, arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(errors.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        }
        assertThat(new Replay(print(out), print(errors)).replay(new String[] {"no-such.csv", "--room", ROOM}))
                .isEqualTo(2);
        assertThat(replay("time,user,text\n", "--room", ROOM)).isEqualTo(2);
        server.answer("rpc", _ -> List.of("{\"id\":ID,\"error\":{\"code\":1100,\"message\":\"unknown_room\"}}"));
        assertThat(replay(LOG, "--room", ROOM)).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("--room: unknown_room");
    }

    private int replay(String log, String... arguments) throws IOException {
        out.reset();
        errors.reset();
        Path file = Files.writeString(directory.resolve("log.csv"), log);
        List<String> all = new ArrayList<>(List.of(file.toString()));
        all.addAll(List.of(arguments));
        if (!all.contains("--url")) {
            all.addAll(List.of("--url", server.url().toString()));
        }
        return new Replay(print(out), print(errors)).replay(all.toArray(String[]::new));
    }

    private List<String> texts() {
        return server.received("rpc").stream()
                .filter(rpc -> rpc.path("method").asText().equals("rooms.comment"))
                .map(rpc -> rpc.path("data").path("text").asText())
                .toList();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8) + errors.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
