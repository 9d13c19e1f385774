package io.jishi.realtime;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fan-out that stays in the process: for a node that is alone, and for tests of several hubs. Thread-safe. */
public final class LocalFanout {
    private final InstantSource clock;
    private final Map<String, ChannelLog> logs = new HashMap<>();
    private final Map<String, Attendance> presence = new HashMap<>();
    private final Map<String, List<Fanout.Listener>> listeners = new HashMap<>();

    public LocalFanout(InstantSource clock) {
        this.clock = clock;
    }

    /** The fan-out as one node sees it. */
    public Fanout node(String node) {
        return new Node(node);
    }

    /** Takes a node out, as its death would. */
    public synchronized void kill(String node) {
        listeners.remove(node);
        listeners.values().forEach(each -> each.forEach(listener -> listener.died(node)));
        logs.values().forEach(log -> log.forget(node));
        presence.values().forEach(there -> there.forget(Set.of(node)));
        listeners.values().stream().limit(1).forEach(survivor -> tellDeparted(survivor.get(0)));
        listeners.values().forEach(each -> each.forEach(Fanout.Listener::membersChanged));
    }

    /** One of the others tells of it, perhaps twice, as where a second one takes over. */
    private void tellDeparted(Fanout.Listener survivor) {
        presence.forEach((channel, there) -> {
            Map<String, Buffer> departed = there.departed();
            if (!departed.isEmpty()) {
                survivor.departed(channel, there.size(), List.copyOf(departed.values()));
                survivor.departed(channel, there.size(), List.copyOf(departed.values()))
                        .onSuccess(told -> there.told(departed.keySet()));
            }
        });
    }

    private ChannelLog log(String channel) {
        return logs.computeIfAbsent(
                channel, c -> new ChannelLog(UUID.randomUUID().toString().substring(0, 8)));
    }

    private Attendance attendance(String channel) {
        return presence.computeIfAbsent(channel, c -> new Attendance());
    }

    private void send(String channel, String epoch, List<Publication> publications, Iterable<String> nodes) {
        for (String node : nodes) {
            listeners.getOrDefault(node, List.of()).forEach(l -> l.published(channel, epoch, publications));
        }
    }

    private long oldest(ChannelRule rule) {
        return clock.millis() - rule.historySeconds() * 1_000L;
    }

    private final class Node implements Fanout {
        private final String self;

        Node(String self) {
            this.self = self;
        }

        @Override
        public Future<Appended> append(String channel, List<Draft> drafts, long sequence, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                Appended appended = log(channel).append(self, sequence, drafts, rule);
                send(channel, appended.epoch(), numbered(drafts, appended.firstOffset()), appended.nodes());
                return Future.succeededFuture(appended);
            }
        }

        @Override
        public Future<Top> join(String channel, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                return Future.succeededFuture(log(channel).join(self));
            }
        }

        @Override
        public Future<Void> leave(String channel, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                log(channel).leave(self);
                return Future.succeededFuture();
            }
        }

        @Override
        public Future<Slice> read(String channel, Page page, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                return Future.succeededFuture(log(channel).read(page, oldest(rule)));
            }
        }

        @Override
        public Future<Void> clear(String channel, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                log(channel).clear();
                return Future.succeededFuture();
            }
        }

        @Override
        public Future<Integer> enter(String channel, Attendee attendee, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                return Future.succeededFuture(attendance(channel).enter(self, attendee, rule.presenceMax()));
            }
        }

        @Override
        public Future<Integer> exit(String channel, String client) {
            synchronized (LocalFanout.this) {
                return Future.succeededFuture(attendance(channel).exit(self, client));
            }
        }

        @Override
        public Future<Presence> present(String channel) {
            synchronized (LocalFanout.this) {
                return Future.succeededFuture(attendance(channel).present(true));
            }
        }

        @Override
        public Future<Presence> headcount(String channel) {
            synchronized (LocalFanout.this) {
                return Future.succeededFuture(attendance(channel).present(false));
            }
        }

        @Override
        public Future<Void> tell(String channel, Move move, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                ChannelLog log = logs.get(channel);
                for (String node : log == null ? Set.<String>of() : log.nodes()) {
                    listeners.getOrDefault(node, List.of()).forEach(l -> l.moved(channel, move));
                }
                return Future.succeededFuture();
            }
        }

        @Override
        public String self() {
            return self;
        }

        @Override
        public Future<Void> crowd(boolean whole, Map<String, Integer> counts) {
            synchronized (LocalFanout.this) {
                if (listeners.containsKey(self)) {
                    listeners.forEach((node, each) -> {
                        if (!node.equals(self)) {
                            each.forEach(listener -> listener.crowd(self, whole, counts));
                        }
                    });
                }
                return Future.succeededFuture();
            }
        }

        @Override
        public Future<Void> pass(String channel, Draft draft, ChannelRule rule) {
            synchronized (LocalFanout.this) {
                ChannelLog log = logs.get(channel);
                for (String node : log == null ? Set.<String>of() : log.nodes()) {
                    listeners.getOrDefault(node, List.of()).forEach(l -> l.passed(channel, draft));
                }
                return Future.succeededFuture();
            }
        }

        @Override
        public void listen(Listener listener) {
            synchronized (LocalFanout.this) {
                listeners
                        .computeIfAbsent(self, s -> new CopyOnWriteArrayList<>())
                        .add(listener);
            }
        }
    }

    /** Drafts as publications from an offset on. */
    static List<Publication> numbered(List<Fanout.Draft> drafts, long firstOffset) {
        List<Publication> publications = new ArrayList<>(drafts.size());
        for (Fanout.Draft draft : drafts) {
            publications.add(Publication.of(firstOffset + publications.size(), draft));
        }
        return publications;
    }
}
