package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;

/** Hears a channel; called on the client's event loop, so it must not block. */
@FunctionalInterface
public interface Listener {
    void heard(Publication publication);

    /**
     * The subscription stands, for the first time or again.
     *
     * @param data what the server tells a newcomer; a missing node where it tells nothing
     * @param gap whether messages since the last position are lost
     */
    default void subscribed(JsonNode data, boolean gap) {}

    /** A message that was heard before has come again; the client drops it. */
    default void repeated(Publication publication) {}

    /** The server ended the subscription or refused it for good. */
    default void ended(ServerError reason) {}
}
