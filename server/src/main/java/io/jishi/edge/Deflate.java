package io.jishi.edge;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;

/**
 * Compresses what goes to sockets that agreed to it (RFC 7692). A message is compressed by itself, once for all sockets
 * of a loop: a broadcast's frame is shared compressed as it is otherwise. Short messages, and those that compression
 * does not make shorter, go as they are.
 */
public final class Deflate {
    public static final Setting<Boolean> ENABLED = Setting.flag(
            "realtime.compression",
            false,
            "Whether WebSockets are compressed (permessage-deflate) for clients that offer it; saves bytes, costs CPU.");
    public static final Setting<Integer> BYTES_MIN = Setting.integer(
            "realtime.compression-bytes-min",
            512,
            1,
            1_048_576,
            "From how many bytes on a message to a client is compressed; one message has what a channel says in a tick.");
    public static final Setting<Integer> LEVEL = Setting.integer(
            "realtime.compression-level", 1, 1, 9, "How hard compression tries: 1 is quickest, 9 shortest.");

    public static final List<Setting<?>> ALL = List.of(ENABLED, BYTES_MIN, LEVEL);

    /** How every message ends that is flushed to whole bytes; left away (RFC 7692, section 7.2.1). */
    private static final int TAIL_BYTES = 4;

    private final int bytesMin;
    private final FastThreadLocal<Deflater> deflaters;
    private final Compressing text = new Compressing(Framing.TEXT);
    private final Compressing binary = new Compressing(Framing.BINARY);

    private final Counter bytesBefore;
    private final Counter bytesAfter;

    Deflate(Settings settings, MeterRegistry meters) {
        bytesMin = settings.get(BYTES_MIN);
        bytesBefore = counter(meters, "before");
        bytesAfter = counter(meters, "after");
        int level = settings.get(LEVEL);
        deflaters = new FastThreadLocal<>() {
            @Override
            protected Deflater initialValue() {
                return new Deflater(level, true);
            }

            @Override
            protected void onRemoval(Deflater deflater) {
                deflater.end();
            }
        };
    }

    private static Counter counter(MeterRegistry meters, String stage) {
        return Counter.builder("jishi.compression.bytes")
                .description("What went through compression for WebSockets; a broadcast counts once a loop")
                .tag("stage", stage)
                .register(meters);
    }

    /** The same object at each call, as a broadcast wants it. */
    UnaryOperator<ByteBuf> framing(Framing plain) {
        return switch (plain) {
            case TEXT -> text;
            case BINARY -> binary;
        };
    }

    private final class Compressing implements UnaryOperator<ByteBuf> {
        private final Framing plain;

        Compressing(Framing plain) {
            this.plain = plain;
        }

        @Override
        public ByteBuf apply(ByteBuf message) {
            return frame(plain, message);
        }
    }

    private ByteBuf frame(Framing framing, ByteBuf message) {
        int length = message.readableBytes();
        if (length < bytesMin) {
            return framing.apply(message);
        }
        byte[] bytes = new byte[length];
        message.getBytes(message.readerIndex(), bytes);
        byte[] out = new byte[length + TAIL_BYTES];
        Deflater deflater = deflaters.get();
        deflater.setInput(bytes);
        int count = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.reset();
        bytesBefore.increment(length);
        bytesAfter.increment(Math.min(count, length));
        // a full buffer may lack the end, and saves nothing
        return count == out.length ? framing.apply(message) : framing.compressed(out, count - TAIL_BYTES);
    }
}
