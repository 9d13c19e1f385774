package io.jishi.bench;

import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Publication;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiFunction;

/** Channels that nobody listens to, for benchmarks of what lies beneath. */
final class SilentChannels implements Channels {
    private static final Future<Position> NOWHERE = Future.succeededFuture(new Position("silent", 0));

    @Override
    public Future<Position> publish(ChannelName channel, Object message) {
        return NOWHERE;
    }

    @Override
    public Future<Position> publishKeyed(ChannelName channel, String key, Object message) {
        return NOWHERE;
    }

    @Override
    public Future<Position> publishAll(ChannelName channel, List<?> messages) {
        return NOWHERE;
    }

    @Override
    public Future<Position> publishFrom(Caller author, ChannelName channel, Object message) {
        return NOWHERE;
    }

    @Override
    public Future<Position> publishAlwaysFrom(Caller author, ChannelName channel, Object message) {
        return NOWHERE;
    }

    @Override
    public Future<List<Publication>> history(ChannelName channel, int limitMax) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public void guard(String namespace, BiFunction<Caller, String, Future<Boolean>> guard) {}

    @Override
    public void greet(String namespace, BiFunction<Caller, String, Future<Object>> greeting) {}

    @Override
    public void watch(String namespace, BiFunction<String, Integer, Future<Void>> watcher) {}
}
