package io.jishi.realtime;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Channels that keep what is published, for tests of capabilities. Thread-safe. */
public class RecordingChannels implements Channels {
    public record Sent(ChannelName channel, Object message) {}

    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, BiFunction<Caller, String, Future<Boolean>>> guards = new HashMap<>();
    private final Map<String, BiFunction<Caller, String, Future<Object>>> greetings = new HashMap<>();

    @Override
    public synchronized Future<Position> publish(ChannelName channel, Object message) {
        sent.add(new Sent(channel, message));
        return Future.succeededFuture(new Position("test", on(channel).size()));
    }

    @Override
    public Future<Position> publishKeyed(ChannelName channel, String key, Object message) {
        return publish(channel, message);
    }

    @Override
    public synchronized Future<Position> publishAll(ChannelName channel, List<?> messages) {
        messages.forEach(message -> sent.add(new Sent(channel, message)));
        return Future.succeededFuture(new Position("test", on(channel).size()));
    }

    @Override
    public Future<Position> publishFrom(Caller author, ChannelName channel, Object message) {
        return publish(channel, message);
    }

    @Override
    public Future<Position> publishAlwaysFrom(Caller author, ChannelName channel, Object message) {
        return publish(channel, message);
    }

    @Override
    public synchronized Future<List<Publication>> history(ChannelName channel, int limitMax) {
        List<Publication> all = new ArrayList<>();
        for (Object message : on(channel)) {
            all.add(new Publication(all.size() + 1L, "", Json.encode(message), null, 0));
        }
        return Future.succeededFuture(all.subList(Math.max(0, all.size() - limitMax), all.size()));
    }

    @Override
    public void guard(String namespace, BiFunction<Caller, String, Future<Boolean>> guard) {
        guards.put(namespace, guard);
    }

    @Override
    public void greet(String namespace, BiFunction<Caller, String, Future<Object>> greeting) {
        greetings.put(namespace, greeting);
    }

    @Override
    public void watch(String namespace, BiFunction<String, Integer, Future<Void>> watcher) {}

    public synchronized List<Object> on(ChannelName channel) {
        return sent.stream()
                .filter(s -> s.channel().equals(channel))
                .map(Sent::message)
                .toList();
    }

    public synchronized List<Sent> all() {
        return List.copyOf(sent);
    }

    public Future<Boolean> maySubscribe(Caller caller, ChannelName channel) {
        BiFunction<Caller, String, Future<Boolean>> guard = guards.get(channel.namespace());
        return guard == null ? Future.succeededFuture(true) : guard.apply(caller, channel.key());
    }

    public Future<Object> greeting(Caller caller, ChannelName channel) {
        BiFunction<Caller, String, Future<Object>> greeting = greetings.get(channel.namespace());
        return greeting == null ? Future.succeededFuture("") : greeting.apply(caller, channel.key());
    }
}
