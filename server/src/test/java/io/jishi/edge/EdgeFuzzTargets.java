package io.jishi.edge;

import io.jishi.core.Invalid;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** As FuzzTargets of the package realtime, for what the edge reads itself. */
public final class EdgeFuzzTargets {
    private EdgeFuzzTargets() {}

    private static void refusing(Runnable reading) {
        try {
            reading.run();
        } catch (Invalid refused) {
            // as it may be
        }
    }

    /** What the client of a stream sends. */
    public static final class Emulations {
        public static void fuzzerTestOneInput(byte[] bytes) {
            refusing(() -> EmulationRequest.ofJson(Buffer.buffer(bytes)));
            refusing(() -> EmulationRequest.ofProtobuf(Buffer.buffer(bytes)));
        }
    }

    /** The body of a command of the server API. */
    public static final class ApiRequests {
        public static void fuzzerTestOneInput(byte[] bytes) {
            refusing(() -> {
                ApiRequest request = ApiRequest.of(Buffer.buffer(bytes));
                List<Runnable> parts = List.of(
                        request::channel,
                        request::data,
                        request::whom,
                        request::terms,
                        () -> request.texts("channels"),
                        () -> request.number("limit"),
                        () -> request.flag("reverse"),
                        () -> request.instant("expire_at"));
                parts.forEach(EdgeFuzzTargets::refusing);
            });
        }
    }

    /** A compressed message; its bound is that of the embedded channel's handler. */
    public static final class CompressedMessages {
        private static final int BYTES_MAX = 4_096;

        public static void fuzzerTestOneInput(byte[] bytes) {
            EmbeddedChannel channel = new EmbeddedChannel(new Inflating(BYTES_MAX));
            try {
                channel.writeInbound(
                        new BinaryWebSocketFrame(true, ReservedBits.COMPRESSED, Unpooled.wrappedBuffer(bytes)));
                WebSocketFrame inflated = channel.readInbound();
                if (inflated.content().readableBytes() > BYTES_MAX) {
                    throw new IllegalStateException("more than the bound");
                }
                inflated.release();
            } catch (CorruptedWebSocketFrameException | TooLongFrameException refused) {
                // as it may be
            } finally {
                channel.finishAndReleaseAll();
            }
        }
    }

    /** The header in which a client offers to compress. */
    public static final class Offers {
        public static void fuzzerTestOneInput(byte[] bytes) {
            DeflateOffer.isIn(List.of(new String(bytes, StandardCharsets.ISO_8859_1)));
        }
    }
}
