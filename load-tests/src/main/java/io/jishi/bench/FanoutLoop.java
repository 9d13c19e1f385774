package io.jishi.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The one thread on which all sockets of a client process are. */
record FanoutLoop(EventLoopGroup group, Class<? extends Channel> kind) implements AutoCloseable {
    static FanoutLoop start() {
        return Epoll.isAvailable()
                ? new FanoutLoop(
                        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()), EpollSocketChannel.class)
                : new FanoutLoop(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()), NioSocketChannel.class);
    }

    /** @param from an address of this machine, which has so many ports only */
    void connect(String from, int port, ChannelHandler handler) {
        new Bootstrap()
                .group(group)
                .channel(kind)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .handler(handler)
                .connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        new InetSocketAddress(InetAddress.ofLiteral(from), 0))
                .addListener(connected -> {
                    if (!connected.isSuccess() && handler instanceof FanoutSocket socket) {
                        socket.failed(connected.cause());
                    }
                });
    }

    void every(int millis, Runnable action) {
        Future<?> _ = group.next().scheduleAtFixedRate(action, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
