package io.jishi.edge;

import io.jishi.realtime.Format;
import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** How messages follow one another in the body of an answer that does not end. */
enum StreamFraming {
    /** One message of JSON a line. */
    LINES("application/x-ndjson", Format.JSON) {
        @Override
        void append(Buffer body, ByteBuf messages) {
            appendBytes(body, messages, messages.readerIndex(), messages.readableBytes());
            body.appendByte((byte) '\n');
        }
    },
    /** Messages of Protobuf, each behind its length, as they are given. */
    LENGTHS("application/octet-stream", Format.PROTOBUF) {
        @Override
        void append(Buffer body, ByteBuf messages) {
            appendBytes(body, messages, messages.readerIndex(), messages.readableBytes());
        }
    },
    /** Server-sent events (WHATWG HTML, section 9.2): one message of JSON an event. */
    EVENTS("text/event-stream; charset=utf-8", Format.JSON) {
        @Override
        void append(Buffer body, ByteBuf messages) {
            int from = messages.readerIndex();
            int end = messages.writerIndex();
            while (from < end) {
                int lineEnd = messages.forEachByte(from, end - from, ByteProcessor.FIND_LF);
                int to = lineEnd < 0 ? end : lineEnd;
                body.appendBytes(DATA);
                appendBytes(body, messages, from, to - from);
                body.appendBytes(EVENT_END);
                from = to + 1;
            }
        }

        @Override
        Buffer opening() {
            return Buffer.buffer("\r\n");
        }
    };

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final String contentType;
    private final Format format;

    StreamFraming(String contentType, Format format) {
        this.contentType = contentType;
        this.format = format;
    }

    String contentType() {
        return contentType;
    }

    Format format() {
        return format;
    }

    /** @param messages one or more, as {@link Format#frame} joins them; left as they are */
    abstract void append(Buffer body, ByteBuf messages);

    /** What the body begins with, so that the client sees that it is open. */
    Buffer opening() {
        return Buffer.buffer();
    }

    private static void appendBytes(Buffer body, ByteBuf from, int index, int length) {
        byte[] bytes = new byte[length];
        from.getBytes(index, bytes);
        body.appendBytes(bytes);
    }
}
