package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client sends, whatever the encoding. {@code id} is 0 for a command that expects no reply. */
sealed interface Command {
    int id();

    /** Where a client stopped reading. */
    record Since(String epoch, long offset) {}

    /** @param subs positions from which to recover server-side subscriptions */
    record Connect(int id, String token, Map<String, Since> subs) implements Command {}

    record Subscribe(int id, String channel, @Nullable Since since) implements Command {}

    record Unsubscribe(int id, String channel) implements Command {}

    record Publish(int id, String channel, JsonNode data) implements Command {}

    record Presence(int id, String channel) implements Command {}

    record PresenceStats(int id, String channel) implements Command {}

    /** @param limit 0 for the position alone, negative for all */
    record History(
            int id, String channel, int limit, @Nullable Since since, boolean reverse) implements Command {}

    record Ping(int id) implements Command {}

    record Send(int id) implements Command {}

    record Rpc(int id, String method, @Nullable JsonNode data) implements Command {}

    record Refresh(int id, String token) implements Command {}

    /** A command of the protocol that this server does not offer. */
    record Unknown(int id) implements Command {}

    /** The answer to a ping of the server. */
    record Pong(int id) implements Command {}
}
