package io.jishi.edge;

import io.jishi.realtime.DisconnectCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.VertxHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a WebSocket, from its handshake on. Vert.x reads the request and answers it; then its objects for
 * the connection, the request and the socket are let go, which were four fifths of what an idle connection held, and
 * the channel is ours: messages are read whole, checked and bounded by Netty's handlers, what is written is a frame
 * already. What was left is the closing handshake (RFC 6455, section 7). Everything happens on the channel's loop.
 */
final class Socket extends ChannelInboundHandlerAdapter {
    /** Takes what comes; called on the socket's loop, in its Vert.x context. */
    interface Receiver {
        /** @param message UTF-8 */
        void text(Buffer message);

        void binary(Buffer message);

        /** The peer broke the rules; the socket closes whatever is done here, and this is the moment to say why. */
        void broken(DisconnectCode why);

        /** The socket failed, as by a reset: nothing can be said any more, and it closes. */
        void failed(Throwable fault);

        /** There is room to write again. */
        void writable();

        void closed();
    }

    private static final String VERTX_NAME = "handler";
    private static final String NAME = "jishi-socket";

    /** How long the peer may take to answer that the socket closes. */
    private static final int CLOSING_SECONDS_MAX = 5;

    /** RFC 6455, section 5.5: a control frame has 125 bytes at most, two of which are the code. */
    private static final int REASON_BYTES_MAX = 123;

    private final Channel channel;
    private final ContextInternal vertx;
    private final Receiver receiver;
    /** The handler nearest to the wire: frames that go out pass no other of this pipeline. */
    private final ChannelHandlerContext wire;

    /** Whether nothing lies between the frames and the system. */
    private final boolean isStraight;

    private boolean closing;
    private boolean peerIsDone;
    private boolean mustFlush;

    /** Makes a receiver that may answer over the socket that it hears. */
    interface Opening {
        Receiver open(Socket socket);
    }

    @SuppressWarnings("ThisEscapedInObjectConstruction") // the receiver hears nothing before the socket is in its place
    private Socket(Channel channel, ContextInternal vertx, Opening opening) {
        this.channel = channel;
        this.vertx = vertx;
        this.wire = channel.pipeline().context(WebSocketFrameDecoder.class);
        this.isStraight =
                channel instanceof EpollSocketChannel && channel.pipeline().first() instanceof WebSocketFrameDecoder;
        this.receiver = opening.open(this);
    }

    /**
     * Takes a socket over from Vert.x, which believes it closed from then on.
     *
     * @param bytesMax the longest message, as it was before it was compressed
     * @param opening who hears its messages, from the first on
     */
    static void take(ServerWebSocket opened, int bytesMax, Opening opening) {
        ChannelHandlerContext old = ((WebSocketInternal) opened).channelHandlerContext();
        Channel channel = old.channel();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(WebSocketFrameEncoder.class);
        if (pipeline.get(IdleStateHandler.class) != null) {
            pipeline.remove(IdleStateHandler.class); // pings find out who is gone
        }
        check(pipeline, bytesMax);
        ContextInternal loop = ContextInternal.current().unwrap();
        VertxHandler<?> vertx =
                (VertxHandler<?>) pipeline.replace(VERTX_NAME, NAME, new Socket(channel, loop, opening));
        vertx.channelInactive(old);
        Unsent.limit(channel);
    }

    private static void check(ChannelPipeline pipeline, int bytesMax) {
        Utf8FrameValidator utf8 = new Utf8FrameValidator(false);
        WebSocketFrameAggregator whole = new WebSocketFrameAggregator(bytesMax);
        if (Upgrade.isCompressed(pipeline.channel())) {
            pipeline.addBefore(VERTX_NAME, "jishi-reserved-bits", ReservedBits.DEFLATE);
            pipeline.addBefore(VERTX_NAME, "jishi-whole", whole);
            pipeline.addBefore(VERTX_NAME, "jishi-inflate", new Inflating(bytesMax));
            pipeline.addBefore(VERTX_NAME, "jishi-utf8", utf8);
        } else {
            pipeline.addBefore(VERTX_NAME, "jishi-reserved-bits", ReservedBits.NONE);
            pipeline.addBefore(VERTX_NAME, "jishi-utf8", utf8); // in each frame, so that nobody gathers what is none
            pipeline.addBefore(VERTX_NAME, "jishi-whole", whole);
        }
    }

    boolean isCompressed() {
        return Upgrade.isCompressed(channel);
    }

    /** Whether something may still be written. */
    boolean isOpen() {
        return !closing && channel.isActive();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /**
     * Queues a frame until the next {@link #flush}.
     *
     * @param frame given away
     */
    void write(ByteBuf frame) {
        var _ = wire.write(frame, channel.voidPromise());
    }

    void flush() {
        if (channel.isActive()) {
            wire.flush();
        }
    }

    /**
     * Sends a frame behind all that is queued. Where nothing is, the bytes go to the system as they lie, with nothing
     * allocated; what it does not take is queued.
     *
     * @param frame still owned by the caller; direct
     */
    void send(ByteBuf frame) {
        int sent = isStraight && isQueueEmpty() ? sendStraight(frame) : 0;
        if (sent < frame.readableBytes()) {
            write(frame.retainedSlice(frame.readerIndex() + sent, frame.readableBytes() - sent));
            flush();
        }
    }

    private boolean isQueueEmpty() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue != null && queue.totalPendingWriteBytes() == 0;
    }

    private int sendStraight(ByteBuf frame) {
        try {
            var system = (io.netty.channel.unix.Socket) ((EpollSocketChannel) channel).fd();
            return system.sendAddress(frame.memoryAddress(), frame.readerIndex(), frame.writerIndex());
        } catch (IOException e) {
            return 0; // the peer is gone: the queue finds out as well, and tells all whom it concerns
        }
    }

    /** Tells the peer why and closes once it has answered. May be called more than once. */
    void close(int code, String reason) {
        if (isOpen()) {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            ByteBuf payload = Unpooled.buffer(Short.BYTES + text.length).writeShort(code);
            close(payload.writeBytes(text, 0, wholeCharacters(text, REASON_BYTES_MAX)));
        }
    }

    private static int wholeCharacters(byte[] utf8, int max) {
        int end = Math.min(utf8.length, max);
        while (end < utf8.length && (utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }

    private void close(ByteBuf payload) {
        closing = true;
        ChannelFuture said = wire.writeAndFlush(Framing.close(payload));
        said.addListener(done -> {
            if (peerIsDone) {
                end();
            }
        });
        var overdue = channel.eventLoop().schedule(this::end, CLOSING_SECONDS_MAX, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> overdue.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            switch (message) {
                case TextWebSocketFrame text -> vertx.emit(copied(text), receiver::text);
                case BinaryWebSocketFrame binary -> vertx.emit(copied(binary), receiver::binary);
                case PingWebSocketFrame ping -> answer(ping);
                case CloseWebSocketFrame close -> peerCloses(close);
                default -> {} // a pong that nobody asked for
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static Buffer copied(WebSocketFrame frame) {
        return Buffer.buffer(ByteBufUtil.getBytes(frame.content()));
    }

    /** Who does not read is not answered: an answer to each ping would pile up. */
    private void answer(PingWebSocketFrame ping) {
        if (isOpen() && channel.isWritable()) {
            write(Framing.pong(ping.content()));
            mustFlush = true;
        }
    }

    private void peerCloses(CloseWebSocketFrame frame) {
        peerIsDone = true;
        if (closing) {
            end();
        } else {
            close(frame.content());
        }
    }

    private void end() {
        var _ = channel.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (mustFlush) {
            mustFlush = false;
            wire.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            vertx.emit(receiver, Receiver::writable);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        vertx.emit(receiver, Receiver::closed);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        peerIsDone = true; // what it sends from now on cannot be read
        DisconnectCode broken = code(fault);
        if (broken == null) {
            vertx.emit(fault, receiver::failed);
        } else if (!closing) {
            vertx.emit(broken, receiver::broken);
        }
        if (broken == null || !closing) {
            end();
        }
    }

    /** What the peer did wrong; null where the socket itself failed. */
    private static @Nullable DisconnectCode code(Throwable fault) {
        return switch (fault) {
            case CorruptedWebSocketFrameException corrupted -> code(corrupted.closeStatus());
            case TooLongFrameException _ -> DisconnectCode.MESSAGE_TOO_BIG;
            default -> null;
        };
    }

    private static DisconnectCode code(WebSocketCloseStatus status) {
        if (status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA)) {
            return DisconnectCode.INVALID_TEXT;
        }
        return status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)
                ? DisconnectCode.MESSAGE_TOO_BIG
                : DisconnectCode.PROTOCOL_ERROR;
    }
}
