package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node in virtual time with clients that speak JSON. A connection token reads {@code user/seconds}; a subscription
 * token {@code user|client|channel|seconds}, any of them empty, or {@code forged}.
 */
final class WireWorld {
    final Simulation simulation = new Simulation(1);
    final LocalFanout cluster = new LocalFanout(simulation);
    final Hub hub;
    final SessionCommands commands;

    WireWorld(String channels) {
        this(channels, Settings.defaults());
    }

    WireWorld(String channels, Settings settings) {
        String yaml = "anonymous: true\ndevelopment-only: true\nchannels:\n" + channels.indent(2);
        hub = new Hub(
                List.of(simulation.loop()),
                ChannelRules.parse(yaml),
                cluster.node("n"),
                simulation,
                settings,
                new SimpleMeterRegistry());
        hub.start();
        Authorization authorization = Authorization.parse(List.of("what,guest,viewer"));
        commands = new SessionCommands(
                        hub, new Methods(authorization), authorization, this::bearer, caller -> List.of(), "n")
                .channelTokens(this::channelToken);
    }

    private Authenticator.Verdict bearer(String token, String connection) {
        try {
            return bearerOf(token, connection);
        } catch (NumberFormatException e) {
            return new Authenticator.Verdict.Forged();
        }
    }

    private Authenticator.Verdict bearerOf(String token, String connection) {
        String[] parts = token.split("/");
        Caller caller = new Caller(parts[0], parts[0], Set.of(Role.VIEWER), connection, "en");
        Instant expiresAt = instant(parts.length > 1 ? parts[1] : "");
        Map<String, ChannelTerms> channels = parts.length > 2 ? Map.of(parts[2], ChannelTerms.PLAIN) : Map.of();
        return isOver(expiresAt)
                ? new Authenticator.Verdict.Expired()
                : new Authenticator.Verdict.Bearer(caller, expiresAt, channels, "{\"of\":\"connection\"}");
    }

    private Future<ChannelTokens.Verdict> channelToken(String token) {
        if (!token.matches("[^|]*\\|[^|]*\\|[^|]*\\|\\d{0,6}")) {
            return Future.succeededFuture(new ChannelTokens.Verdict.Forged());
        }
        String[] parts = token.split("\\|", -1);
        Instant expiresAt = instant(parts[3]);
        ChannelTerms terms =
                new ChannelTerms(expiresAt, "{\"of\":\"channel\"}", "{\"hello\":1}", ChannelTerms.Overrides.NONE);
        return Future.succeededFuture(
                isOver(expiresAt)
                        ? new ChannelTokens.Verdict.Expired()
                        : new ChannelTokens.Verdict.Granted(parts[0], parts[1], parts[2], terms));
    }

    private @Nullable Instant instant(String seconds) {
        return seconds.isEmpty() ? null : simulation.instant().plusSeconds(Long.parseLong(seconds));
    }

    private boolean isOver(@Nullable Instant expiresAt) {
        return expiresAt != null && !expiresAt.isAfter(simulation.instant());
    }

    void run(int millis) {
        simulation.runUntil(() -> false, millis);
    }

    Channels.Position publish(String channel, Object message) {
        Future<Channels.Position> published = hub.publish(new ChannelName(channel), message);
        run(50);
        return published.result();
    }

    Peer connect(String token) {
        return new Peer().send("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
    }

    /** A client; it keeps all it hears but pings, which it answers. */
    final class Peer implements Transport {
        final List<JsonNode> heard = new ArrayList<>();

        @Nullable
        DisconnectCode closed;

        boolean writable = true;
        /** How many messages it takes before it wants to be flushed. */
        int room = Integer.MAX_VALUE;

        /** Done whenever it hears a publication, in the middle of what sends it. */
        Runnable onPublication = () -> {};

        private int unflushed;
        final Session session = commands.open(0, this, Format.JSON);
        private int lastId = 1;

        Peer send(String frame) {
            session.received(Buffer.buffer(frame));
            run(50);
            return this;
        }

        /** Sends a command and gives the answer. */
        JsonNode ask(String command, String body) {
            int id = ++lastId;
            send("{\"id\":" + id + ",\"" + command + "\":" + body + "}");
            JsonNode reply = heard.stream()
                    .filter(each -> each.path("id").asInt() == id)
                    .findFirst()
                    .orElse(Json.MAPPER.createObjectNode());
            return reply.has(command) ? reply.get(command) : reply;
        }

        JsonNode subscribe(String channel, String more) {
            return ask("subscribe", "{\"channel\":\"" + channel + "\"" + (more.isEmpty() ? "" : "," + more) + "}");
        }

        /** The pushes of one kind, such as {@code pub}. */
        List<JsonNode> pushes(String kind) {
            return heard.stream()
                    .map(each -> each.path("push").path(kind))
                    .filter(push -> !push.isMissingNode())
                    .toList();
        }

        void publishTo(String channel, String json) {
            ask("publish", "{\"channel\":\"" + channel + "\",\"data\":" + json + "}");
        }

        @Override
        public void write(ByteBuf message) {
            unflushed++;
            message.toString(StandardCharsets.UTF_8).lines().forEach(line -> {
                JsonNode node = Json.tree(Buffer.buffer(line));
                if (node.isEmpty()) {
                    session.received(Buffer.buffer("{}"));
                } else {
                    heard.add(node);
                    if (node.at("/push/pub").isObject()) {
                        onPublication.run();
                    }
                }
            });
        }

        /** Says at once that there is room again, as Netty does, in the middle of whatever is done. */
        @Override
        public void flush() {
            boolean wasFull = unflushed >= room;
            unflushed = 0;
            if (wasFull) {
                session.writable();
            }
        }

        @Override
        public boolean isWritable() {
            return writable && unflushed < room;
        }

        @Override
        public void close(int code, String reason) {
            closed = DisconnectCode.of(code).orElseThrow();
        }
    }
}
