package io.jishi.liverooms;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is published on a room's channel, besides what other capabilities announce there. */
sealed interface RoomEvent permits Comment, RoomEvent.Likes, RoomEvent.Pinned, RoomEvent.Staged, RoomEvent.Viewers {
    @JsonProperty
    String type();

    record Likes(long total) implements RoomEvent {
        @Override
        public String type() {
            return "likes";
        }
    }

    record Pinned(@Nullable @JsonInclude Object product) implements RoomEvent {
        @Override
        public String type() {
            return "pinned";
        }
    }

    record Staged(Stage stage, Instant at) implements RoomEvent {
        @Override
        public String type() {
            return "stage";
        }
    }

    record Viewers(int count) implements RoomEvent {
        @Override
        public String type() {
            return "viewers";
        }
    }
}
