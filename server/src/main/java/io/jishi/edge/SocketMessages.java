package io.jishi.edge;

import io.jishi.realtime.DisconnectCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * What comes over a WebSocket, as whole messages, checked and bounded. Netty's handlers do it in front of Vert.x's own,
 * which loses messages that begin with an empty frame and reads what is not UTF-8 as other characters.
 */
final class SocketMessages {
    /** Takes what comes; called on the socket's loop. */
    interface Receiver {
        /** @param message UTF-8 */
        void text(Buffer message);

        void binary(Buffer message);

        /** The peer broke the rules; the socket closes whatever is done here, and this is the moment to say why. */
        void broken(DisconnectCode why);

        /** The socket failed, as by a reset: nothing can be said any more. */
        void failed(Throwable fault);

        /** There is room to write again. */
        void writable();

        void closed();
    }

    private SocketMessages() {}

    /**
     * Hands a socket's messages to their receiver, from the first on.
     *
     * @param bytesMax the longest message, as it was before it was compressed
     */
    static void receive(ServerWebSocket socket, int bytesMax, Receiver receiver) {
        ChannelHandlerContext vertx = ((WebSocketInternal) socket).channelHandlerContext();
        check(vertx.pipeline(), vertx.name(), bytesMax);
        socket.frameHandler(frame -> pass(frame, receiver));
        Unsent.bound(vertx, receiver::writable);
        socket.exceptionHandler(fault -> {
            judge(fault, receiver);
            vertx.flush(); // Vert.x leaves the close to be flushed after reading, but closes the channel before that
        });
        socket.closeHandler(ignored -> receiver.closed());
    }

    private static void check(ChannelPipeline pipeline, String vertx, int bytesMax) {
        Utf8FrameValidator utf8 = new Utf8FrameValidator(false);
        WebSocketFrameAggregator whole = new WebSocketFrameAggregator(bytesMax);
        if (Upgrade.isCompressed(pipeline.channel())) {
            pipeline.addBefore(vertx, "jishi-reserved-bits", ReservedBits.DEFLATE);
            pipeline.addBefore(vertx, "jishi-whole", whole);
            pipeline.addBefore(vertx, "jishi-inflate", new Inflating(bytesMax));
            pipeline.addBefore(vertx, "jishi-utf8", utf8);
        } else {
            pipeline.addBefore(vertx, "jishi-reserved-bits", ReservedBits.NONE);
            pipeline.addBefore(vertx, "jishi-utf8", utf8); // in each frame, so that nobody gathers what is none
            pipeline.addBefore(vertx, "jishi-whole", whole);
        }
    }

    private static void pass(WebSocketFrame frame, Receiver receiver) {
        switch (frame.type()) {
            case TEXT -> receiver.text(frame.binaryData());
            case BINARY -> receiver.binary(frame.binaryData());
            case CONTINUATION -> throw new IllegalStateException("a frame that is no whole message");
            case CLOSE, PING, PONG -> {} // answered by Vert.x
        }
    }

    private static void judge(Throwable fault, Receiver receiver) {
        switch (fault) {
            case CorruptedWebSocketFrameException corrupted -> receiver.broken(code(corrupted.closeStatus()));
            case TooLongFrameException _ -> receiver.broken(DisconnectCode.MESSAGE_TOO_BIG);
            default -> receiver.failed(fault);
        }
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
