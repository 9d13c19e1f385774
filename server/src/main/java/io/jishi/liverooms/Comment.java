package io.jishi.liverooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jishi.core.Id;
import java.time.Instant;

/**
 * What somebody said in a session; also the kind of its ids. It is published as it stands here.
 *
 * @param host whether the session's host said it
 * @param key the author's own, by which the author's client knows it again
 */
record Comment(Id<Comment> id, Id<?> userId, String name, String text, Instant at, boolean host, String key)
        implements RoomEvent {
    static final String TYPE = "comment";

    @Override
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String type() {
        return TYPE;
    }
}
