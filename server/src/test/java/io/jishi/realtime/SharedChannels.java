package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** One log of channels for several nodes, for tests of capabilities on a cluster. Thread-safe. */
public final class SharedChannels {
    private final Map<ChannelName, List<Publication>> logs = new HashMap<>();
    private final AtomicInteger historyReads = new AtomicInteger();
    private final int historySize;

    /** @param historySize how many publications of a channel are kept */
    public SharedChannels(int historySize) {
        this.historySize = historySize;
    }

    /** The channels as one node sees them. */
    public Node node() {
        return new Node();
    }

    /** Everything that is kept of a channel, as JSON, oldest first. */
    public synchronized List<JsonNode> on(ChannelName channel) {
        return log(channel).stream().map(each -> Json.tree(each.data())).toList();
    }

    /** Those of one type. */
    public List<JsonNode> on(ChannelName channel, String type) {
        return on(channel).stream()
                .filter(each -> each.path("type").asText().equals(type))
                .toList();
    }

    public int historyReads() {
        return historyReads.get();
    }

    private List<Publication> log(ChannelName channel) {
        return logs.computeIfAbsent(channel, c -> new ArrayList<>());
    }

    private synchronized Channels.Position append(ChannelName channel, String key, Object message) {
        List<Publication> log = log(channel);
        long offset = log.isEmpty() ? 1 : log.getLast().offset() + 1;
        log.add(new Publication(offset, key, Json.encode(message), null, 0));
        if (log.size() > historySize) {
            log.removeFirst();
        }
        return new Channels.Position("test", offset);
    }

    private synchronized List<Publication> latest(ChannelName channel, int limitMax) {
        historyReads.incrementAndGet();
        List<Publication> log = log(channel);
        return List.copyOf(log.subList(Math.max(0, log.size() - limitMax), log.size()));
    }

    public final class Node implements Channels {
        private final Map<String, BiFunction<Caller, String, Future<Boolean>>> guards = new HashMap<>();
        private final Map<String, BiFunction<Caller, String, Future<Object>>> greetings = new HashMap<>();
        private final Map<String, BiFunction<String, Integer, Future<Void>>> watchers = new HashMap<>();
        private volatile boolean failing;
        private volatile boolean losingAnswers;

        /** From now on nothing that this node publishes arrives. */
        public void fail(boolean now) {
            failing = now;
        }

        /** From now on what this node publishes arrives, and its caller is told that it failed. */
        public void loseAnswers(boolean now) {
            losingAnswers = now;
        }

        private Future<Position> answer(ChannelName channel, String key, Object message) {
            if (failing) {
                return Future.failedFuture(new IllegalStateException("the channel is away"));
            }
            Position position = append(channel, key, message);
            return losingAnswers
                    ? Future.failedFuture(new IllegalStateException("the answer was lost"))
                    : Future.succeededFuture(position);
        }

        @Override
        public Future<Position> publish(ChannelName channel, Object message) {
            return answer(channel, "", message);
        }

        @Override
        public Future<Position> publishKeyed(ChannelName channel, String key, Object message) {
            return answer(channel, key, message);
        }

        @Override
        public Future<Position> publishAll(ChannelName channel, List<?> messages) {
            synchronized (SharedChannels.this) {
                Future<Position> last = Future.failedFuture("nothing to publish");
                for (Object message : messages) {
                    last = answer(channel, "", message);
                }
                return last;
            }
        }

        @Override
        public Future<Position> publishFrom(Caller author, ChannelName channel, Object message) {
            return answer(channel, "", message);
        }

        @Override
        public Future<Position> publishAlwaysFrom(Caller author, ChannelName channel, Object message) {
            return answer(channel, Publication.ALWAYS, message);
        }

        @Override
        public Future<List<Publication>> history(ChannelName channel, int limitMax) {
            return Future.succeededFuture(latest(channel, limitMax));
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
        public void watch(String namespace, BiFunction<String, Integer, Future<Void>> watcher) {
            watchers.put(namespace, watcher);
        }

        public Future<Boolean> maySubscribe(Caller caller, ChannelName channel) {
            return guards.get(channel.namespace()).apply(caller, channel.key());
        }

        /** What a newcomer is told, as JSON. */
        public Future<JsonNode> greeting(Caller caller, ChannelName channel) {
            return greetings
                    .get(channel.namespace())
                    .apply(caller, channel.key())
                    .map(Json::encode)
                    .map(Json::tree);
        }

        /** As if so many of this node's sessions were subscribed. */
        public void subscribers(ChannelName channel, int count) {
            watchers.get(channel.namespace()).apply(channel.key(), count).await();
        }
    }
}
