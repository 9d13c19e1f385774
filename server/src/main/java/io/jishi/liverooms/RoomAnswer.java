package io.jishi.liverooms;

import io.jishi.core.Id;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the sessions answer, besides {@link Room}. */
sealed interface RoomAnswer {
    /** A comment was said, and survives the death of any one node. */
    record Posted(Id<Comment> commentId, long offset, Instant at) implements RoomAnswer {}

    record Rooms(List<Room> items, @Nullable Id<Room> next) implements RoomAnswer {}

    record Comments(List<Comment> items, @Nullable Id<Comment> next) implements RoomAnswer {}

    record Liked() implements RoomAnswer {}

    /** What a newcomer is told: the session, the last comments, oldest first, and the sales that are not over. */
    record Greeting(Room room, List<Comment> comments, List<?> sales) implements RoomAnswer {}
}
