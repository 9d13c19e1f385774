package io.jishi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads compressed messages (RFC 7692, section 7.2.2), each by itself, so that a connection keeps nothing between two:
 * all connections of a loop use one inflater. What a message grows to is bounded before it has grown.
 */
final class Inflating extends ChannelInboundHandlerAdapter {
    /** What the sender leaves away at the end. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    /** A message may end with a final block and, behind it, the empty one whose end the tail is. */
    private static final int BEHIND_FINAL_BLOCK_MAX = TAIL.length + 1;

    private static final int BYTES_MIN = 256;
    private static final int GROWTH = 4;

    private static final FastThreadLocal<Inflater> INFLATERS = new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
            return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
            inflater.end();
        }
    };

    private final int bytesMax;

    Inflating(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame frame && frame.rsv() == ReservedBits.COMPRESSED) {
            ByteBuf inflated;
            try {
                inflated = inflate(frame.content());
            } finally {
                frame.release();
            }
            context.fireChannelRead(
                    frame instanceof TextWebSocketFrame
                            ? new TextWebSocketFrame(inflated)
                            : new BinaryWebSocketFrame(inflated));
        } else {
            context.fireChannelRead(message);
        }
    }

    private ByteBuf inflate(ByteBuf message) {
        int length = message.readableBytes();
        byte[] compressed = new byte[length + TAIL.length];
        message.getBytes(message.readerIndex(), compressed, 0, length);
        System.arraycopy(TAIL, 0, compressed, length, TAIL.length);
        Inflater inflater = INFLATERS.get();
        try {
            inflater.setInput(compressed);
            return inflate(inflater, Math.clamp((long) length * GROWTH, BYTES_MIN, bytesMax));
        } catch (DataFormatException e) {
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, e.getMessage(), e);
        } finally {
            inflater.reset();
        }
    }

    private ByteBuf inflate(Inflater inflater, int expected) throws DataFormatException {
        byte[] out = new byte[expected];
        int count = 0;
        while (true) {
            int more = inflater.inflate(out, count, out.length - count);
            count += more;
            if (count > bytesMax) {
                throw new TooLongFrameException("a message inflates to more than " + bytesMax + " bytes");
            }
            if (inflater.finished() && inflater.getRemaining() > BEHIND_FINAL_BLOCK_MAX) {
                throw new DataFormatException("data behind the final block");
            }
            if (inflater.finished() || (more == 0 && out.length > count)) {
                return Unpooled.wrappedBuffer(out, 0, count);
            }
            if (count == out.length) {
                // one byte above the bound tells a message at the bound from one beyond it
                out = Arrays.copyOf(out, (int) Math.min((long) out.length * 2, bytesMax + 1L));
            }
        }
    }
}
