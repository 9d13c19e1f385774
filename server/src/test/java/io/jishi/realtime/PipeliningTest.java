package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What clients send behind their connect without waiting for its reply. */
class PipeliningTest {
    private final Simulation simulation = new Simulation(1);
    private Socket socket;
    private Session session;

    @BeforeEach
    void open() {
        ChannelRules rules = ChannelRules.parse("""
                anonymous: true
                development-only: true
                channels:
                  log: {class: lossless, history-size: 10, history-seconds: 60, presence: false, open: true}
                  own: {class: lossless, history-size: 10, history-seconds: 60, presence: false, open: true}
                """);
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.CHANNELS_MAX, 3)
                .with(RealtimeSettings.COMMANDS_IN_FLIGHT_MAX, 2)
                .with(RealtimeSettings.MESSAGE_BYTES_MAX, 1_024);
        Fanout fanout = new LossyFanout(simulation, new LocalFanout(simulation).node("n"));
        Hub hub = new Hub(List.of(simulation.loop()), rules, fanout, simulation, settings, new SimpleMeterRegistry());
        hub.start();
        Authorization authorization = Authorization.parse(List.of("what,guest"));
        SessionCommands commands = new SessionCommands(
                hub,
                new Methods(authorization),
                authorization,
                (token, connection) -> token.equals("expired")
                        ? new Authenticator.Verdict.Expired()
                        : new Authenticator.Verdict.Bearer(
                                new Caller("u", "U", Set.of(Role.VIEWER), connection, "en"), null, Map.of(), null),
                caller -> caller.user().isEmpty() ? List.of() : List.of(new ChannelName("own:u")),
                "n");
        socket = new Socket();
        session = commands.open(0, socket, Format.JSON);
    }

    @Test
    @DisplayName("[PR7] a subscription in the connect's own frame is carried out once connected")
    void sameFrame() {
        send("{\"id\":1,\"connect\":{\"token\":\"good\"}}", subscribe(2, "log:1"));
        assertThat(repliedIds()).containsExactly(1, 2);
        assertThat(socket.replies.get(1).has("subscribe")).isTrue();
    }

    @Test
    @DisplayName("[PR7] what is sent while the connection is being made is carried out in order")
    void laterFrames() {
        session.received(Buffer.buffer("{\"id\":1,\"connect\":{\"token\":\"good\"}}"));
        session.received(Buffer.buffer(subscribe(2, "log:1")));
        session.received(Buffer.buffer("{\"id\":3,\"unsubscribe\":{\"channel\":\"log:9\"}}"));
        settle();
        assertThat(repliedIds()).startsWith(1).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(socket.closedWith).isNull();
    }

    @Test
    @DisplayName("[PR7] what follows an expired token is not carried out, and its answer 109 is the last word")
    void refused() {
        send("{\"id\":1,\"connect\":{\"token\":\"expired\"}}", subscribe(2, "log:1"));
        assertThat(repliedIds()).containsExactly(1);
        assertThat(socket.replies.get(0).path("error").path("code").asInt()).isEqualTo(109);
        assertThat(socket.closedWith).isNull();
        send("{\"id\":3,\"connect\":{\"token\":\"good\"}}");
        assertThat(repliedIds()).containsExactly(1, 3);
    }

    @Test
    @DisplayName("[PR7] no more is held than a connection may have channels and commands")
    void bounded() {
        send("{\"id\":1,\"connect\":{\"token\":\"good\"}}", many(5));
        assertThat(socket.closedWith).isNull();
        open();
        send("{\"id\":1,\"connect\":{\"token\":\"good\"}}", many(6));
        assertThat(socket.closedWith).isEqualTo(DisconnectCode.TOO_MANY_REQUESTS);
    }

    @Test
    @DisplayName("[PR7] nor more bytes than four of the longest messages have; what is carried out makes room again")
    void boundedBytes() {
        receive("{\"id\":1,\"connect\":{\"token\":\"good\"}}");
        IntStream.range(2, 6).forEach(id -> receive(publish(id)));
        assertThat(socket.closedWith).isNull();
        settle();
        assertThat(repliedIds()).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
        receive(subscribe(6, "log:1"));
        IntStream.range(7, 11).forEach(id -> receive(publish(id)));
        assertThat(socket.closedWith).isNull();
        receive(publish(11));
        assertThat(socket.closedWith).isEqualTo(DisconnectCode.TOO_MANY_REQUESTS);
    }

    @Test
    @DisplayName("[PR7] a refused connect makes room for what comes behind the next one")
    void boundedBytesAfterRefusal() {
        receive("{\"id\":1,\"connect\":{\"token\":\"expired\"}}");
        IntStream.range(2, 6).forEach(id -> receive(publish(id)));
        settle();
        receive("{\"id\":6,\"connect\":{\"token\":\"good\"}}");
        IntStream.range(7, 11).forEach(id -> receive(publish(id)));
        settle();
        assertThat(repliedIds()).containsExactlyInAnyOrder(1, 6, 7, 8, 9, 10);
        assertThat(socket.closedWith).isNull();
    }

    private void receive(String line) {
        session.received(Buffer.buffer(line));
    }

    /** About as long as the longest message. */
    private static String publish(int id) {
        return "{\"id\":" + id + ",\"publish\":{\"channel\":\"log:1\",\"data\":\"" + "x".repeat(900) + "\"}}";
    }

    @Test
    @DisplayName("[PR7] anything before the connect, and a second connect, break the protocol")
    void outOfOrder() {
        send(subscribe(1, "log:1"));
        assertThat(socket.closedWith).isEqualTo(DisconnectCode.BAD_REQUEST);
        open();
        send("{\"id\":1,\"connect\":{\"token\":\"good\"}}", "{\"id\":2,\"connect\":{\"token\":\"good\"}}");
        assertThat(socket.closedWith).isEqualTo(DisconnectCode.BAD_REQUEST);
    }

    private void send(String... lines) {
        session.received(Buffer.buffer(String.join("\n", lines)));
        settle();
    }

    private void settle() {
        simulation.runUntil(() -> false, 500);
    }

    private List<Integer> repliedIds() {
        return socket.replies.stream().map(reply -> reply.path("id").asInt()).toList();
    }

    private static String subscribe(int id, String channel) {
        return "{\"id\":" + id + ",\"subscribe\":{\"channel\":\"" + channel + "\"}}";
    }

    private static String many(int count) {
        return String.join(
                "\n",
                IntStream.range(0, count)
                        .mapToObj(i -> subscribe(i + 2, "log:" + i))
                        .toList());
    }

    private static final class Socket extends OpenTransport {
        final List<JsonNode> replies = new ArrayList<>();

        @Nullable
        DisconnectCode closedWith;

        @Override
        public void write(ByteBuf message) {
            message.toString(StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> Json.tree(Buffer.buffer(line)))
                    .filter(reply -> reply.has("id"))
                    .forEach(replies::add);
        }

        @Override
        public void close(int code, String reason) {
            closedWith = DisconnectCode.of(code).orElseThrow();
        }
    }
}
