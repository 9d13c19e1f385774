package io.jishi.edge;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Lets the reserved bits of frames pass only where they were agreed on (RFC 6455, section 5.2): Netty's decoder lets them
 * pass for every socket of a server that can compress.
 */
@Sharable
final class ReservedBits extends ChannelInboundHandlerAdapter {
    /** Of a frame that begins a compressed message (RFC 7692, section 6). */
    static final int COMPRESSED = 4;

    static final ReservedBits NONE = new ReservedBits(false);
    static final ReservedBits DEFLATE = new ReservedBits(true);

    private final boolean compressed;

    private ReservedBits(boolean compressed) {
        this.compressed = compressed;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame frame && frame.rsv() != 0 && !isAgreed(frame)) {
            frame.release();
            throw new CorruptedWebSocketFrameException();
        }
        context.fireChannelRead(message);
    }

    private boolean isAgreed(WebSocketFrame frame) {
        return compressed
                && frame.rsv() == COMPRESSED
                && (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame);
    }
}
