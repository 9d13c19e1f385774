package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one connection may do, and what becomes of it, in virtual time. */
class SessionTest {
    private static final String RULES = """
            anonymous: true
            development-only: true
            channels:
              log: {class: lossless, history-size: 100, history-seconds: 600, presence: true, open: true}
              state: {class: latest, history-size: 100, history-seconds: 600, presence: false, force-recovery: true, open: true}
              talk: {class: sampled, history-size: 100, history-seconds: 600, presence: false, force-recovery: true, open: true}
              closed: {class: lossless, history-size: 100, history-seconds: 600, presence: false, open: false}
            """;

    private final Simulation simulation = new Simulation(1);
    private final LocalFanout cluster = new LocalFanout(simulation);
    private final Settings settings = Settings.defaults()
            .with(RealtimeSettings.CHANNELS_MAX, 3)
            .with(RealtimeSettings.COMMANDS_PER_SECOND_MAX, 20)
            .with(RealtimeSettings.OUTBOX_BYTES_MAX, 2_048);
    private final Hub hub = new Hub(
            List.of(simulation.loop()),
            ChannelRules.parse(RULES),
            cluster.node("n"),
            simulation,
            settings,
            new SimpleMeterRegistry());
    private final SessionCommands commands = commands();

    private SessionCommands commands() {
        hub.start();
        Authorization authorization = Authorization.parse(List.of("what,guest,viewer"));
        return new SessionCommands(
                hub, new Methods(authorization), authorization, this::verify, caller -> List.of(), "n");
    }

    private Authenticator.Verdict verify(String token, String connection) {
        Instant expiresAt = simulation.instant().plusSeconds(Long.parseLong(token));
        Caller caller = new Caller("ann", "ann", Set.of(Role.VIEWER), connection, "en");
        return new Authenticator.Verdict.Bearer(caller, expiresAt, Map.of(), null);
    }

    private final class Peer implements Transport {
        final List<JsonNode> heard = new ArrayList<>();

        @Nullable
        DisconnectCode closed;

        boolean writable = true;
        boolean answersPings = true;
        final Session session = commands.open(0, this, Format.JSON);

        Peer send(String frame) {
            session.received(Buffer.buffer(frame));
            run(50);
            return this;
        }

        Peer connect() {
            return send("{\"id\":1,\"connect\":{}}");
        }

        JsonNode last() {
            return heard.get(heard.size() - 1);
        }

        @Override
        public void write(ByteBuf message) {
            message.toString(StandardCharsets.UTF_8).lines().forEach(line -> {
                JsonNode node = Json.tree(Buffer.buffer(line));
                if (!node.isEmpty()) {
                    heard.add(node);
                } else if (answersPings) {
                    session.received(Buffer.buffer("{}"));
                }
            });
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void close(int code, String reason) {
            closed = DisconnectCode.of(code).orElseThrow();
        }
    }

    private void run(int millis) {
        simulation.runUntil(() -> false, millis);
    }

    private void publish(String channel, int count) {
        for (int i = 0; i < count; i++) {
            hub.publishKeyed(new ChannelName(channel), "k" + i % 2, Map.of("n", i, "text", "x".repeat(100)));
            run(20);
        }
    }

    @Test
    @DisplayName("[FS50] a caller carries the address that the connection comes from, also after another token")
    void address() {
        Peer peer = new Peer();
        peer.session.from("c0000201");
        peer.send("{\"id\":1,\"connect\":{\"token\":\"60\"}}");
        assertThat(address(peer)).isEqualTo("c0000201");
        peer.send("{\"id\":2,\"refresh\":{\"token\":\"90\"}}");
        assertThat(address(peer)).isEqualTo("c0000201");
    }

    private static String address(Peer peer) {
        return ((Stage.Connected) peer.session.stage()).caller().address();
    }

    @Test
    @DisplayName("[RT12] a socket that does not connect in time is closed as stale")
    void stale() {
        Peer peer = new Peer();
        run(12_000);
        assertThat(peer.closed).isEqualTo(DisconnectCode.STALE);
    }

    @Test
    @DisplayName("[RT12] a client that does not answer pings is closed; one that does stays")
    void pings() {
        Peer silent = new Peer().connect();
        Peer lively = new Peer().connect();
        silent.answersPings = false;
        run(90_000);
        assertThat(silent.closed).isEqualTo(DisconnectCode.NO_PONG);
        assertThat(lively.closed).isNull();
    }

    @Test
    @DisplayName("[RT12] a token that expires without a refresh ends the connection within five seconds")
    void expiry() {
        Peer peer = new Peer().send("{\"id\":1,\"connect\":{\"token\":\"10\"}}");
        run(9_000);
        assertThat(peer.closed).isNull();
        run(6_000);
        assertThat(peer.closed).isEqualTo(DisconnectCode.EXPIRED);
    }

    @Test
    @DisplayName("[RT13] commands beyond the pace close the connection; a burst within it does not")
    void pace() {
        Peer polite = new Peer().connect();
        Peer flood = new Peer().connect();
        polite.send("{\"id\":2,\"ping\":{}}\n".repeat(30));
        assertThat(polite.closed).isNull();
        flood.send("{\"id\":2,\"ping\":{}}\n".repeat(60));
        assertThat(flood.closed).isEqualTo(DisconnectCode.TOO_MANY_REQUESTS);
    }

    @Test
    @DisplayName("[RT13] channels beyond the limit are refused, and the connection stays")
    void channelLimit() {
        Peer peer = new Peer().connect();
        for (int i = 2; i < 6; i++) {
            peer.send("{\"id\":" + i + ",\"subscribe\":{\"channel\":\"log:" + i + "\"}}");
        }
        assertThat(peer.last().path("error").path("code").asInt()).isEqualTo(106);
        assertThat(peer.closed).isNull();
    }

    @Test
    @DisplayName("[PR2] a channel that is unknown, closed to the caller, or subscribed already is refused by its code")
    void refusals() {
        Peer peer = new Peer().connect();
        assertThat(error(peer, "nowhere:1")).isEqualTo(102);
        assertThat(error(peer, "closed:1")).isEqualTo(103);
        assertThat(error(peer, "log:1")).isZero();
        assertThat(error(peer, "log:1")).isEqualTo(105);
        assertThat(error(peer, "")).isEqualTo(107);
        assertThat(error(peer, "log:" + "x".repeat(300))).isEqualTo(107);
    }

    private static int error(Peer peer, String channel) {
        return peer.send("{\"id\":9,\"subscribe\":{\"channel\":\"" + channel + "\"}}")
                .last()
                .path("error")
                .path("code")
                .asInt();
    }

    @Test
    @DisplayName("[PR8] a frame that is not of the protocol closes its own connection, and carries out nothing of it")
    void hostile() {
        for (String frame : List.of(
                "not json",
                "[]",
                "{\"id\":-1,\"ping\":{}}",
                "{\"id\":2,\"publish\":{\"channel\":\"log:1\",\"data\":{}}}{",
                "{\"id\":1e99,\"ping\":{}}",
                "{\"id\":2,\"subscribe\":{\"channel\":7}}",
                "{\"id\":2,\"subscribe\":{\"channel\":\"log:1\",\"recover\":true,\"offset\":-1}}",
                "[".repeat(500),
                "{\"id\":1,\"connect\":{}}")) {
            Peer peer = new Peer().connect();
            peer.send(frame);
            assertThat(peer.closed).as(frame).isEqualTo(DisconnectCode.BAD_REQUEST);
        }
        assertThat(hub.history(new ChannelName("log:1"), 10).await()).isEmpty();
    }

    @Test
    @DisplayName("[PR8] a command before connect closes the connection")
    void beforeConnect() {
        assertThat(new Peer().send("{\"id\":1,\"ping\":{}}").closed).isEqualTo(DisconnectCode.BAD_REQUEST);
    }

    @Test
    @DisplayName("[RT14] a reader too slow for a lossless channel is closed, so that it recovers")
    void slowLossless() {
        Peer peer = new Peer().connect().send("{\"id\":2,\"subscribe\":{\"channel\":\"log:1\"}}");
        peer.writable = false;
        publish("log:1", 40);
        assertThat(peer.closed).isEqualTo(DisconnectCode.SLOW);
    }

    @Test
    @DisplayName("[RT15] a slow reader of a latest channel gets the last value of each key, and nothing older after it")
    void slowLatest() {
        Peer peer = new Peer().connect().send("{\"id\":2,\"subscribe\":{\"channel\":\"state:1\"}}");
        peer.writable = false;
        publish("state:1", 41);
        peer.heard.clear();
        peer.writable = true;
        run(2_000);
        assertThat(peer.closed).isNull();
        assertThat(peer.heard)
                .extracting(push -> push.at("/push/pub/data/n").asInt())
                .containsExactly(39, 40);
    }

    @Test
    @DisplayName("[RT16] a slow reader of a sampled channel misses some and stays, within its bound")
    void slowSampled() {
        Peer peer = new Peer().connect().send("{\"id\":2,\"subscribe\":{\"channel\":\"talk:1\"}}");
        peer.writable = false;
        publish("talk:1", 60);
        peer.heard.clear();
        peer.writable = true;
        run(2_000);
        assertThat(peer.closed).isNull();
        assertThat(peer.heard).isNotEmpty().hasSizeLessThan(30);
    }

    @Test
    @DisplayName("[RT14] a stalled reader keeps nothing from the others")
    void others() {
        Peer stalled = new Peer().connect().send("{\"id\":2,\"subscribe\":{\"channel\":\"log:1\"}}");
        Peer quick = new Peer().connect().send("{\"id\":2,\"subscribe\":{\"channel\":\"log:1\"}}");
        stalled.writable = false;
        publish("log:1", 50);
        assertThat(quick.heard.stream().filter(push -> push.has("push"))).hasSize(50);
    }
}
