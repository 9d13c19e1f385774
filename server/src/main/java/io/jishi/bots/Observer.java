package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A further viewer, a guest, who takes down every comment of a room. Used on one event loop only. */
final class Observer implements Listener {
    private final Map<String, Seen> seen = new HashMap<>();
    private final Client client;
    private final String channel;
    private long lastOffset;
    private long heardNanos = System.nanoTime();
    private int repeated;
    private int outOfOrder;
    private int gaps;

    /** A comment as it was heard. */
    record Seen(long offset, String text, long receivedNanos) {}

    Observer(Network network, String room) {
        // the last server: where there are several, not the one that the first comments go to
        client = network.client(Session.guest(), network.urls().size() - 1);
        channel = "room:" + room;
    }

    Future<JsonNode> start() {
        client.start();
        return client.subscribeToAll(channel, this);
    }

    Client client() {
        return client;
    }

    @Override
    public void heard(Publication publication) {
        heardNanos = publication.receivedNanos();
        if (publication.offset() <= lastOffset) {
            outOfOrder++;
        }
        lastOffset = publication.offset();
        JsonNode data = publication.data();
        if (data.path("type").asText().equals("comment")) {
            Seen before = seen.put(
                    data.path("id").asText(),
                    new Seen(publication.offset(), data.path("text").asText(), publication.receivedNanos()));
            if (before != null) {
                repeated++;
            }
        }
    }

    @Override
    public void repeated(Publication publication) {
        repeated++;
    }

    @Override
    public void subscribed(JsonNode data, boolean gap) {
        if (gap) {
            gaps++;
            lastOffset = 0;
        }
    }

    @Nullable
    Seen seen(String commentId) {
        return seen.get(commentId);
    }

    /** When it heard the last message. */
    long heardNanos() {
        return heardNanos;
    }

    /** Comments that came twice. */
    int repeated() {
        return repeated;
    }

    /** Messages whose offset was not above the one before. */
    int outOfOrder() {
        return outOfOrder;
    }

    /** How often messages were lost while it was away. */
    int gaps() {
        return gaps;
    }
}
