package io.jishi.realtime;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What capabilities have to do with the channels of their namespaces: who may, what newcomers are told, who is there. */
final class Concerns {
    private static final Logger LOG = LoggerFactory.getLogger(Concerns.class);

    private final Map<String, BiFunction<Caller, String, Future<Boolean>>> guards = new ConcurrentHashMap<>();
    private final Map<String, BiFunction<Caller, String, Future<Object>>> greetings = new ConcurrentHashMap<>();
    private final Map<String, BiFunction<String, Integer, Future<Void>>> watchers = new ConcurrentHashMap<>();

    void guard(String namespace, BiFunction<Caller, String, Future<Boolean>> guard) {
        guards.put(namespace, guard);
    }

    void greet(String namespace, BiFunction<Caller, String, Future<Object>> greeting) {
        greetings.put(namespace, greeting);
    }

    void watch(String namespace, BiFunction<String, Integer, Future<Void>> watcher) {
        watchers.put(namespace, watcher);
    }

    /** Whether the capability lets somebody use the channel; where none has a say, everybody. */
    Future<Boolean> guarded(Caller caller, ChannelName channel) {
        BiFunction<Caller, String, Future<Boolean>> guard = guards.get(channel.namespace());
        return guard == null ? Future.succeededFuture(true) : guard.apply(caller, channel.key());
    }

    /** The greeting as JSON; null where the namespace has none. */
    Future<@Nullable Buffer> greeting(Caller caller, ChannelName channel) {
        BiFunction<Caller, String, Future<Object>> greeting = greetings.get(channel.namespace());
        return greeting == null
                ? Future.succeededFuture(null)
                : greeting.apply(caller, channel.key()).map(Json::encode);
    }

    /** This node has so many subscribers of a channel now. */
    void watched(ChannelName channel, int subscribers) {
        BiFunction<String, Integer, Future<Void>> watcher = watchers.get(channel.namespace());
        if (watcher != null) {
            watcher.apply(channel.key(), subscribers)
                    .onFailure(fault -> LOG.warn("event=watcher-failed channel={}", channel, fault));
        }
    }
}
