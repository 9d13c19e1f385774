package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A publication with its pushes, encoded once for the node in each format and part that a session here is sent. */
final class Encoded {
    /** How much of a publication a subscriber is sent. */
    enum Part {
        PLAIN,
        /** All of it, for a subscriber that understands changes. */
        WHOLE,
        /** What changed since the publication before. */
        CHANGE
    }

    private static final int FORMATS = Format.values().length;
    private static final int PARTS = Part.values().length;

    final Publication publication;
    private final String channel;
    private final boolean withOffset;
    private final @Nullable Buffer base;
    private final long leftOut;
    private @Nullable Buffer @Nullable [] pushes;
    private @Nullable Content change;

    /** @param base the data of the publication before, to which this may be a change; null for none */
    Encoded(String channel, Publication publication, @Nullable Buffer base, boolean withOffset) {
        this(channel, publication, base, withOffset, 0);
    }

    private Encoded(String channel, Publication publication, @Nullable Buffer base, boolean withOffset, long leftOut) {
        this.channel = channel;
        this.publication = publication;
        this.base = base;
        this.withOffset = withOffset;
        this.leftOut = leftOut;
    }

    /** How many publications between this and the one sent before it a subscriber is not sent. */
    long leftOut() {
        return leftOut;
    }

    /** The same with another such number. */
    Encoded leftOut(long count) {
        return count == leftOut ? this : new Encoded(channel, publication, base, withOffset, count);
    }

    /** Two loops may both encode it at first: the results are equal, and either may be kept. */
    @SuppressWarnings("EnumOrdinal") // an index within this process only
    Buffer push(Format format, Part part) {
        @Nullable Buffer[] made = pushes;
        if (made == null) {
            made = new @Nullable Buffer[FORMATS * PARTS];
            pushes = made;
        }
        int index = format.ordinal() * PARTS + part.ordinal();
        Buffer push = made[index];
        if (push == null) {
            push = format.codec.push(channel, publication, content(part), withOffset);
            made[index] = push;
        }
        return push;
    }

    Content content(Part part) {
        return switch (part) {
            case PLAIN -> Content.sampled(publication, leftOut);
            case WHOLE -> Content.whole(publication);
            case CHANGE -> change();
        };
    }

    private Content change() {
        Content made = change;
        if (made == null) {
            made = Content.change(base, publication);
            change = made;
        }
        return made;
    }

    /** What it is for a client that recovers it at a position of a run: nothing was sent before the first. */
    Content recovered(int position, boolean delta) {
        if (!delta) {
            return content(Part.PLAIN);
        }
        return content(position == 0 ? Part.WHOLE : Part.CHANGE);
    }
}
