package io.jishi.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Goes with a connection until it becomes a WebSocket: agrees on compression, in place of Vert.x's own handler, which
 * bounds nothing that it inflates; and holds the frames that come along with the handshake until somebody reads them,
 * which Vert.x would lose, and never free.
 */
final class Upgrade extends ChannelDuplexHandler {
    private static final String NAME = "jishi-upgrade";
    private static final String VERTX_NAME = "handler";
    private static final String VERTX_COMPRESSION_NAME = "webSocketExtensionHandler";
    private static final AttributeKey<Boolean> COMPRESSED = AttributeKey.valueOf("jishi.compressed");

    private final boolean compresses;
    private boolean offered;
    /** No more than one reading of the socket brings: they are handed on in the same turn of the loop. */
    private final Queue<Object> early = new ArrayDeque<>(0);

    private Upgrade(boolean compresses) {
        this.compresses = compresses;
    }

    /** @param compresses whether the server was told to agree on compression */
    static void install(Channel channel, boolean compresses) {
        ChannelPipeline pipeline = channel.pipeline();
        if (compresses) {
            pipeline.remove(VERTX_COMPRESSION_NAME);
        }
        pipeline.addBefore(VERTX_NAME, NAME, new Upgrade(compresses));
    }

    static boolean isCompressed(Channel channel) {
        return channel.hasAttr(COMPRESSED);
    }

    /** Hands on what came early, now that the WebSocket has its readers. */
    static void done(Channel channel) {
        Upgrade upgrade = channel.pipeline().get(Upgrade.class);
        if (upgrade != null) {
            ChannelHandlerContext context = channel.pipeline().context(upgrade);
            upgrade.handOn(context);
            channel.pipeline().remove(upgrade);
        }
    }

    private void handOn(ChannelHandlerContext context) {
        for (Object each = early.poll(); each != null; each = early.poll()) {
            if (each instanceof Throwable fault) {
                context.fireExceptionCaught(fault);
            } else {
                context.fireChannelRead(each);
            }
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame || !early.isEmpty()) {
            early.add(message);
            return;
        }
        if (compresses && message instanceof HttpRequest request) {
            offered = DeflateOffer.isIn(request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
        }
        context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof CorruptedFrameException || !early.isEmpty()) {
            early.add(cause);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
                && offered) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, DeflateOffer.ANSWER);
            context.channel().attr(COMPRESSED).set(true);
        }
        var _ = context.write(message, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }
}
