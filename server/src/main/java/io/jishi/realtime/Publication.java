package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a channel.
 *
 * @param offset from 1, without gaps within the log's epoch
 * @param key what it is the latest value of, in a channel of class latest; empty for the channel as a whole; in a sampled
 *     channel {@link #ALWAYS} for what is never left out
 * @param data the message as JSON without line breaks, never changed after it was published
 * @param info who published it, as the JSON of a client info; null for the server's own
 * @param timeMillis when it was appended
 * @param tags what its publisher adds for the applications that hear it
 */
public record Publication(
        long offset, String key, Buffer data, @Nullable Buffer info, long timeMillis, Map<String, String> tags) {
    static final String ALWAYS = "always";

    public Publication {
        tags = Map.copyOf(tags);
    }

    /** One without tags. */
    public Publication(long offset, String key, Buffer data, @Nullable Buffer info, long timeMillis) {
        this(offset, key, data, info, timeMillis, Map.of());
    }

    /** As it was published, once it has an offset. */
    public static Publication of(long offset, Fanout.Draft draft) {
        return new Publication(offset, draft.key(), draft.data(), draft.info(), draft.timeMillis(), draft.tags());
    }
}
