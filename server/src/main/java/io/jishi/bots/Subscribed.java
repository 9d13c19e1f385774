package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Promise;

/** A channel that a client listens to, and how far it has heard it. Used on one event loop only. */
final class Subscribed {
    private final String channel;
    private final Listener listener;
    private final boolean serverSide;
    private final boolean all;
    private final Promise<JsonNode> first = Promise.promise();
    private String epoch = "";
    private long offset;
    private boolean positioned;

    /**
     * @param serverSide whether the server subscribes the user by itself when it connects
     * @param all whether nothing may be left out, however busy the channel is
     */
    Subscribed(String channel, boolean serverSide, boolean all, Listener listener) {
        this.channel = channel;
        this.serverSide = serverSide;
        this.all = all;
        this.listener = listener;
    }

    String channel() {
        return channel;
    }

    /** Completes with the greeting of the first subscription. */
    Promise<JsonNode> first() {
        return first;
    }

    boolean isPositioned() {
        return positioned;
    }

    boolean isServerSide() {
        return serverSide;
    }

    /** The request that begins it, or goes on where it was cut off. */
    ObjectNode request() {
        ObjectNode request = Wire.object().put("channel", channel);
        if (all) {
            request.put("positioned", true);
        }
        return positioned ? request.put("recover", true).put("epoch", epoch).put("offset", offset) : request;
    }

    /** Takes the server's answer in. */
    void accepted(JsonNode result) {
        boolean recovered = positioned && result.path("recovered").asBoolean();
        boolean gap = positioned && !recovered;
        if (!recovered) {
            epoch = result.path("epoch").asText();
            offset = 0;
        }
        listener.subscribed(result.path("data"), gap);
        result.path("publications").forEach(this::heard);
        offset = Math.max(offset, result.path("offset").asLong());
        positioned = result.path("recoverable").asBoolean()
                || result.path("positioned").asBoolean();
        first.tryComplete(result.path("data"));
    }

    /** Takes a publication in. */
    void heard(JsonNode json) {
        long at = json.path("offset").asLong();
        Publication publication = new Publication(channel, at, json.path("data"), System.nanoTime());
        if (at > 0 && at <= offset) {
            listener.repeated(publication);
        } else {
            offset = Math.max(offset, at);
            listener.heard(publication);
        }
    }

    void ended(ServerError reason) {
        first.tryFail(reason);
        listener.ended(reason);
    }
}
