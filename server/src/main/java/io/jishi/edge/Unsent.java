package io.jishi.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * What lies between a session and its reader's network: in this process, and in the system. Vert.x's own queue counts
 * messages and not bytes, so it is passed by: what is full or has room again is told by Netty's channel.
 */
final class Unsent extends ChannelInboundHandlerAdapter {
    /**
     * How many bytes that are not on their way yet the process keeps for a socket, and the system, which would take
     * megabytes. What waits longer waits in the outbox, where priorities hold and where it is known what may be left
     * out.
     */
    static final int BYTES_MAX = 65_536;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(BYTES_MAX / 2, BYTES_MAX);
    private static final String NAME = "jishi-unsent";

    private final Runnable onRoom;

    private Unsent(Runnable onRoom) {
        this.onRoom = onRoom;
    }

    /** Holds a channel to the bound: the system too, where it is Linux. */
    static void limit(Channel channel) {
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        if (channel instanceof EpollSocketChannel linux) {
            linux.config().setTcpNotSentLowAt(BYTES_MAX);
        }
    }

    /**
     * The same for a channel of Vert.x's.
     *
     * @param vertx Vert.x's own place in the channel
     * @param onRoom called on the channel's loop when there is room again after there was none
     */
    static void bound(ChannelHandlerContext vertx, Runnable onRoom) {
        limit(vertx.channel());
        if (vertx.pipeline().get(NAME) == null) {
            vertx.pipeline().addBefore(vertx.name(), NAME, new Unsent(onRoom));
        }
    }

    /** Tells of room no more, as the channel goes on to something else. */
    static void unbound(ChannelHandlerContext vertx) {
        if (vertx.pipeline().get(NAME) != null) {
            vertx.pipeline().remove(NAME);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            context.channel().eventLoop().execute(onRoom); // not now: this is amid a flush
        }
        context.fireChannelWritabilityChanged();
    }
}
