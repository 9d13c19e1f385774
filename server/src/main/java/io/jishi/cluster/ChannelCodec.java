package io.jishi.cluster;

import io.jishi.realtime.Fanout.Draft;
import io.jishi.realtime.Publication;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publications as bytes between nodes: counts and lengths as 32-bit integers, offsets and times as 64-bit ones. */
final class ChannelCodec {
    private ChannelCodec() {}

    /** Reads one value after the other. */
    static final class Reader {
        private final Buffer bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = Buffer.buffer(bytes);
        }

        boolean hasMore() {
            return at < bytes.length();
        }

        int integer() {
            at += Integer.BYTES;
            return bytes.getInt(at - Integer.BYTES);
        }

        long number() {
            at += Long.BYTES;
            return bytes.getLong(at - Long.BYTES);
        }

        String text() {
            return new String(block().getBytes(), StandardCharsets.UTF_8);
        }

        Buffer block() {
            int length = integer();
            at += length;
            return bytes.getBuffer(at - length, at);
        }

        @Nullable
        Buffer optionalBlock() {
            return integer() == 0 ? null : block();
        }
    }

    static void text(Buffer out, String text) {
        block(out, Buffer.buffer(text));
    }

    static void block(Buffer out, Buffer block) {
        out.appendInt(block.length()).appendBuffer(block);
    }

    private static void optionalBlock(Buffer out, @Nullable Buffer block) {
        out.appendInt(block == null ? 0 : 1);
        if (block != null) {
            block(out, block);
        }
    }

    static void publications(Buffer out, List<Publication> publications) {
        out.appendInt(publications.size());
        for (Publication publication : publications) {
            out.appendLong(publication.offset());
            content(out, publication.key(), publication.data(), publication.info(), publication.timeMillis());
        }
    }

    static List<Publication> publications(Reader in) {
        int count = in.integer();
        List<Publication> publications = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long offset = in.number();
            Draft content = draft(in);
            publications.add(
                    new Publication(offset, content.key(), content.data(), content.info(), content.timeMillis()));
        }
        return publications;
    }

    static void drafts(Buffer out, List<Draft> drafts) {
        out.appendInt(drafts.size());
        for (Draft draft : drafts) {
            content(out, draft.key(), draft.data(), draft.info(), draft.timeMillis());
        }
    }

    static List<Draft> drafts(Reader in) {
        int count = in.integer();
        List<Draft> drafts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            drafts.add(draft(in));
        }
        return drafts;
    }

    private static void content(Buffer out, String key, Buffer data, @Nullable Buffer info, long timeMillis) {
        out.appendLong(timeMillis);
        text(out, key);
        block(out, data);
        optionalBlock(out, info);
    }

    private static Draft draft(Reader in) {
        long timeMillis = in.number();
        String key = in.text();
        Buffer data = in.block();
        return new Draft(key, data, in.optionalBlock(), timeMillis);
    }
}
