package io.jishi.liverooms;

import io.jishi.core.Check;
import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is asked of the sessions. The constructors refuse what is out of shape. */
sealed interface RoomRequest {
    int LIST_LIMIT_MAX = 100;
    int LIST_LIMIT_DEFAULT = 50;
    int TITLE_CHARACTERS_MAX = 100;
    int COMMENT_CHARACTERS_MAX = 200;
    int LIKES_MAX = 50;
    long STARTS_AT_MIN = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    long STARTS_AT_MAX = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

    record Schedule(String title, Instant startsAt) implements RoomRequest {
        public Schedule {
            title = Check.text("title", title, 1, TITLE_CHARACTERS_MAX);
            long millis = Check.present("startsAt", startsAt).toEpochMilli();
            startsAt = Instant.ofEpochMilli(Check.range("startsAt", millis, STARTS_AT_MIN, STARTS_AT_MAX));
        }
    }

    record Start(Id<Room> roomId) implements RoomRequest {
        public Start {
            Check.present("roomId", roomId);
        }
    }

    record End(Id<Room> roomId) implements RoomRequest {
        public End {
            Check.present("roomId", roomId);
        }
    }

    record Get(Id<Room> roomId) implements RoomRequest {
        public Get {
            Check.present("roomId", roomId);
        }
    }

    record ListRooms(
            @Nullable Stage stage,
            @Nullable Integer limit,
            @Nullable Id<Room> after) implements RoomRequest {
        public ListRooms {
            limit = limitOf(limit);
        }

        int limitOrDefault() {
            return limitOf(limit);
        }
    }

    /** @param key chosen by the author's client: a comment that is sent again with it is not said again */
    record Say(Id<Room> roomId, String text, String key) implements RoomRequest {
        public Say {
            Check.present("roomId", roomId);
            text = Check.text("text", text, 1, COMMENT_CHARACTERS_MAX);
            Check.key("key", key);
        }
    }

    record ListComments(
            Id<Room> roomId,
            @Nullable Integer limit,
            @Nullable Id<Comment> after) implements RoomRequest {
        public ListComments {
            Check.present("roomId", roomId);
            limit = limitOf(limit);
        }

        int limitOrDefault() {
            return limitOf(limit);
        }
    }

    record Like(Id<Room> roomId, int count) implements RoomRequest {
        public Like {
            Check.present("roomId", roomId);
            Check.range("count", count, 1, LIKES_MAX);
        }
    }

    /** @param productId null to show none */
    record Pin(Id<Room> roomId, @Nullable Id<?> productId) implements RoomRequest {
        public Pin {
            Check.present("roomId", roomId);
        }
    }

    private static int limitOf(@Nullable Integer limit) {
        return limit == null ? LIST_LIMIT_DEFAULT : Check.range("limit", limit, 1, LIST_LIMIT_MAX);
    }
}
