package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client sends, whatever the encoding. {@code id} is 0 for a command that expects no reply. */
sealed interface Command {
    int id();

    /** Where a client stopped reading. */
    record Since(String epoch, long offset) {}

    /** @param subs server-side subscriptions that the client had, or wants, with where to recover from */
    record Connect(int id, String token, Map<String, Subscribe> subs) implements Command {}

    /**
     * @param token a subscription token, empty for none
     * @param since where to recover from; null for not at all
     * @param wishes what the client asks of the subscription; the channel's rule decides
     */
    record Subscribe(
            int id, String channel, String token, @Nullable Since since, Wishes wishes) implements Command {
        /** A subscription that nobody asked for in so many words. */
        static Subscribe serverSide(String channel) {
            return serverSide(channel, null);
        }

        static Subscribe serverSide(String channel, @Nullable Since since) {
            return new Subscribe(0, channel, "", since, Wishes.NONE);
        }
    }

    /**
     * @param delta the encoding of changes that the client understands, empty for none
     * @param onlyRecovered whether an error is wanted instead of a subscription that could not recover
     */
    record Wishes(boolean positioned, boolean recoverable, boolean joinLeave, String delta, boolean onlyRecovered) {
        static final Wishes NONE = new Wishes(false, false, false, "", false);
        /** The bit of the flags of a subscribe request that stands for {@link #onlyRecovered}. */
        static final long FLAG_ONLY_RECOVERED = 2;
    }

    record Unsubscribe(int id, String channel) implements Command {}

    record Publish(int id, String channel, JsonNode data) implements Command {}

    record Presence(int id, String channel) implements Command {}

    record PresenceStats(int id, String channel) implements Command {}

    /** @param limit 0 for the position alone, negative for all */
    record History(
            int id, String channel, int limit, @Nullable Since since, boolean reverse) implements Command {}

    record Ping(int id) implements Command {}

    record Send(int id, @Nullable JsonNode data) implements Command {}

    record Rpc(int id, String method, @Nullable JsonNode data) implements Command {}

    record Refresh(int id, String token) implements Command {}

    record SubRefresh(int id, String channel, String token) implements Command {}

    /** A command whose data is not JSON, which an encoding of bytes allows; the others of its message are carried out. */
    record Unreadable(int id, Invalid why) implements Command {}

    /** A command of the protocol that this server does not offer. */
    record Unknown(int id) implements Command {}

    /** The answer to a ping of the server. */
    record Pong(int id) implements Command {}
}
