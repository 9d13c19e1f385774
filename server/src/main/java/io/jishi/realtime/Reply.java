package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server answers to a command, whatever the encoding. */
sealed interface Reply {
    record Error(int code, String message, boolean temporary) implements Reply {
        static Error of(ProtocolError error) {
            return new Error(error.code(), error.message(), error.temporary());
        }
    }

    /**
     * @param session the secret by which the client addresses what it sends; empty where it uses the same socket
     * @param node where that goes; else this node's name
     * @param ttlSeconds until the token expires; 0 where it does not
     */
    record Connected(
            String client, String session, String node, long ttlSeconds, int pingSeconds, Map<String, Subscribed> subs)
            implements Reply {}

    /**
     * @param ttlSeconds until the subscription must have been refreshed; 0 for never
     * @param positioned whether epoch and offset say where the subscription begins
     * @param recoverable whether the client may come back to this position later
     * @param recovered whether {@code publications} are all that was missed
     * @param delta whether publications may carry changes to the one before
     * @param data what the capability tells a newcomer; null for nothing
     */
    record Subscribed(
            long ttlSeconds,
            boolean positioned,
            boolean recoverable,
            String epoch,
            long offset,
            boolean wasRecovering,
            boolean recovered,
            boolean delta,
            List<Encoded> publications,
            @Nullable Buffer data)
            implements Reply {
        Subscribed withoutPublications() {
            return new Subscribed(
                    ttlSeconds,
                    positioned,
                    recoverable,
                    epoch,
                    offset,
                    wasRecovering,
                    recovered,
                    delta,
                    List.of(),
                    data);
        }
    }

    /** Nothing but "done": to unsubscribe, publish and ping. */
    record Done(Kind kind) implements Reply {
        enum Kind {
            UNSUBSCRIBE,
            PUBLISH,
            PING
        }
    }

    /** Infos are JSON client infos by client id. */
    record Present(Map<String, Buffer> infos) implements Reply {}

    record PresenceCount(int clients, int users) implements Reply {}

    record Past(String epoch, long offset, List<Publication> publications) implements Reply {}

    record RpcResult(Buffer data) implements Reply {}

    record Refreshed(String client, long ttlSeconds) implements Reply {}

    record SubRefreshed(long ttlSeconds) implements Reply {}
}
