package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of a publication as one subscriber gets it.
 *
 * @param asText whether an encoding that carries data as JSON carries it as a text here: a subscriber that understands
 *     changes needs the very bytes, to apply the next change to
 * @param delta whether it is a change to the data of the publication before
 * @param leftOut how many publications before it the subscriber was not sent
 */
record Content(Buffer data, boolean asText, boolean delta, long leftOut) {
    /** The tag of a publication that says how many before it were left out. */
    static final String LEFT_OUT = "left_out";

    /** The tags of its publication, with the number of those that were left out. */
    Map<String, String> tags(Publication publication) {
        if (leftOut == 0) {
            return publication.tags();
        }
        Map<String, String> tags = new HashMap<>(publication.tags());
        tags.put(LEFT_OUT, Long.toString(leftOut));
        return tags;
    }

    static Content plain(Publication publication) {
        return sampled(publication, 0);
    }

    static Content sampled(Publication publication, long leftOut) {
        return new Content(publication.data(), false, false, leftOut);
    }

    /** Everything, for a subscriber that understands changes. */
    static Content whole(Publication publication) {
        return new Content(publication.data(), true, false, 0);
    }

    /** The change to other data, or everything where that is shorter or there is no other data. */
    static Content change(@Nullable Buffer base, Publication publication) {
        Buffer change = base == null ? null : FossilDelta.create(base, publication.data());
        return change == null ? whole(publication) : new Content(change, true, true, 0);
    }
}
