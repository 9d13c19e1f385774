package io.jishi.liverooms;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.liverooms.CommentStore.Said;
import io.jishi.realtime.Json;
import io.jishi.realtime.Publication;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what was published on a room's channel. */
final class RoomHistory {
    private static final Logger LOG = LoggerFactory.getLogger(RoomHistory.class);

    private RoomHistory() {}

    /** The comments among the publications, in their order. */
    static List<Said> comments(Id<Room> room, List<Publication> history) {
        List<Said> comments = new ArrayList<>();
        for (Publication publication : history) {
            JsonNode message = Json.tree(publication.data());
            if (message.path("type").asText().equals(Comment.TYPE)) {
                try {
                    comments.add(new Said(room, Json.decode(message, Comment.class), publication.offset()));
                } catch (Invalid invalid) {
                    LOG.error("event=unreadable-comment room={} offset={}", room, publication.offset());
                }
            }
        }
        return comments;
    }
}
