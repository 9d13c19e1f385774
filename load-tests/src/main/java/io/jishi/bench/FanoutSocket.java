package io.jishi.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a WebSocket, with as little as a benchmark needs, so that the client's core can take what the
 * server's can send: no check of the handshake's key, a mask of zeros, no object for a frame. It answers pings, those of
 * WebSockets and those of the side's protocol.
 */
final class FanoutSocket extends ByteToMessageDecoder {
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LENGTH_16_MAX = 0xffff;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private final FanoutProtocol protocol;
    private final String path;
    private final List<String> first;
    private final byte[] ping;
    private final Hearer hearer;
    private final Runnable closed;
    private final CompletableFuture<FanoutSocket> ready = new CompletableFuture<>();
    private volatile @Nullable Channel channel;
    private boolean upgraded;
    private int answersToCome;

    /** What is done with messages, once the first ones are answered. */
    @FunctionalInterface
    interface Hearer {
        /**
         * The text of a frame, from one place in the buffer to another.
         *
         * @param count how many messages it ends
         */
        void heard(ByteBuf bytes, int from, int end, int count);
    }

    private FanoutSocket(FanoutProtocol protocol, String path, List<String> first, Hearer hearer, Runnable closed) {
        this.protocol = protocol;
        this.path = path;
        this.first = first;
        this.ping = protocol.ping().getBytes(StandardCharsets.US_ASCII);
        this.hearer = hearer;
        this.closed = closed;
        this.answersToCome = protocol.answers(first);
    }

    static FanoutSocket listener(FanoutProtocol protocol, Hearer hearer, Runnable closed) {
        return new FanoutSocket(protocol, protocol.listenPath(), protocol.listenFirst(), hearer, closed);
    }

    static FanoutSocket publisher(FanoutProtocol protocol) {
        Hearer deaf = (bytes, from, end, count) -> {};
        return new FanoutSocket(protocol, protocol.publishPath(), protocol.publishFirst(), deaf, () -> {});
    }

    /** Completes when it is open and what it said first is answered. */
    CompletableFuture<FanoutSocket> ready() {
        return ready;
    }

    void failed(Throwable cause) {
        ready.completeExceptionally(cause);
    }

    /** From any thread; nothing happens where it is not open. */
    void send(String text) {
        Channel open = channel;
        if (open != null) {
            write(open, frame(open, TEXT, text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static void write(Channel open, ByteBuf bytes) {
        ChannelFuture _ = open.writeAndFlush(bytes, open.voidPromise());
    }

    private static ByteBuf frame(Channel open, int opcode, byte[] payload) {
        ByteBuf frame = open.alloc().directBuffer(payload.length + 14).writeByte(FINAL | opcode);
        if (payload.length < LENGTH_16) {
            frame.writeByte(MASKED | payload.length);
        } else if (payload.length <= LENGTH_16_MAX) {
            frame.writeByte(MASKED | LENGTH_16).writeShort(payload.length);
        } else {
            frame.writeByte(MASKED | LENGTH_64).writeLong(payload.length);
        }
        return frame.writeInt(0).writeBytes(payload);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        write(context.channel(), context.alloc().buffer().writeBytes(request.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        ready.completeExceptionally(new IllegalStateException("the server closed a socket"));
        closed.run();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ready.completeExceptionally(cause);
        ChannelFuture _ = context.close();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!upgraded && !upgrade(in)) {
            return;
        }
        while (readFrame(in)) {
            // on to the next
        }
    }

    private boolean upgrade(ByteBuf in) {
        String head = in.toString(StandardCharsets.ISO_8859_1);
        int end = head.indexOf(new String(HEAD_END, StandardCharsets.ISO_8859_1));
        if (end < 0) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IllegalStateException("not a WebSocket: " + head);
        }
        in.skipBytes(end + HEAD_END.length);
        upgraded = true;
        first.forEach(this::send);
        if (answersToCome == 0) {
            ready.complete(this);
        }
        return true;
    }

    /** Reads a frame, where it is whole. */
    private boolean readFrame(ByteBuf in) {
        int at = in.readerIndex();
        int readable = in.readableBytes();
        if (readable < 2) {
            return false;
        }
        int head = 2;
        long length = in.getByte(at + 1) & 0x7f;
        if (length == LENGTH_16) {
            head += Short.BYTES;
            length = readable < head ? Integer.MAX_VALUE : in.getUnsignedShort(at + 2);
        } else if (length == LENGTH_64) {
            head += Long.BYTES;
            length = readable < head ? Integer.MAX_VALUE : in.getLong(at + 2);
        }
        if (readable < head + length) {
            return false;
        }
        int from = at + head;
        int end = from + (int) length;
        int flags = in.getByte(at);
        in.readerIndex(end);
        heard(flags & 0x0f, (flags & FINAL) != 0, in, from, end);
        return true;
    }

    private void heard(int opcode, boolean last, ByteBuf in, int from, int end) {
        switch (opcode) {
            case TEXT, CONTINUATION -> text(in, from, end, last);
            case PING -> {
                byte[] payload = new byte[end - from];
                in.getBytes(from, payload);
                Channel open = Objects.requireNonNull(channel);
                write(open, frame(open, PONG, payload));
            }
            case CLOSE -> {
                ChannelFuture _ = Objects.requireNonNull(channel).close();
            }
            default -> {} // pongs
        }
    }

    private void text(ByteBuf in, int from, int end, boolean last) {
        int count = FanoutMessage.count(in, from, end, last);
        if (answersToCome > 0) {
            answersToCome -= count;
            if (answersToCome <= 0) {
                ready.complete(this);
            }
            return;
        }
        if (isPing(in, from, end)) {
            send(protocol.pong());
            count--;
        }
        hearer.heard(in, from, end, count);
    }

    /** Whether the first line is a ping. */
    private boolean isPing(ByteBuf in, int from, int end) {
        int after = from + ping.length;
        if (ping.length == 0 || after > end || (after < end && in.getByte(after) != '\n')) {
            return false;
        }
        for (int i = 0; i < ping.length; i++) {
            if (in.getByte(from + i) != ping[i]) {
                return false;
            }
        }
        return true;
    }
}
