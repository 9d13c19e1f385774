package io.jishi.cluster;

import io.jishi.realtime.Fanout.Draft;
import io.jishi.realtime.Fanout.Once;
import io.jishi.realtime.Publication;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            tags(out, publication.tags());
        }
    }

    static List<Publication> publications(Reader in) {
        int count = in.integer();
        List<Publication> publications = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long offset = in.number();
            publications.add(Publication.of(offset, content(in)));
        }
        return publications;
    }

    static void drafts(Buffer out, List<Draft> drafts) {
        out.appendInt(drafts.size());
        drafts.forEach(draft -> draft(out, draft));
    }

    static void draft(Buffer out, Draft draft) {
        content(out, draft.key(), draft.data(), draft.info(), draft.timeMillis());
        tags(out, draft.tags());
        text(out, draft.once().idempotencyKey());
        out.appendLong(draft.once().version());
        text(out, draft.once().versionEpoch());
    }

    private static void tags(Buffer out, Map<String, String> tags) {
        out.appendInt(tags.size());
        tags.forEach((name, value) -> {
            text(out, name);
            text(out, value);
        });
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

    static Draft draft(Reader in) {
        Draft content = content(in);
        Once once = new Once(in.text(), in.number(), in.text());
        return new Draft(content.key(), content.data(), content.info(), content.timeMillis(), content.tags(), once);
    }

    /** What a publication has of a draft. */
    private static Draft content(Reader in) {
        long timeMillis = in.number();
        String key = in.text();
        Buffer data = in.block();
        Buffer info = in.optionalBlock();
        int count = in.integer();
        Map<String, String> tags = count == 0 ? Map.of() : new HashMap<>();
        for (int left = count; left > 0; left--) {
            tags.put(in.text(), in.text());
        }
        return new Draft(key, data, info, timeMillis, tags, Once.NEVER_MIND);
    }
}
