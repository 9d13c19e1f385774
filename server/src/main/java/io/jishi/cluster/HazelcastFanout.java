package io.jishi.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.jishi.realtime.Attendance;
import io.jishi.realtime.ChannelLog;
import io.jishi.realtime.ChannelRule;
import io.jishi.realtime.Fanout;
import io.jishi.realtime.Publication;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The logs in a Hazelcast map, each operation on the thread of the log's partition with a synchronous backup. An append
 * answers which nodes hear the channel; publications then go to those nodes alone, over the event bus. A message that
 * gets lost there leaves a gap of offsets that its receiver fills from the log.
 */
final class HazelcastFanout implements Fanout {
    private static final int DEADLINE_SECONDS = 10;
    private static final int SEND_TIMEOUT_MILLIS = 2_000;
    /** What may be under way to one node; beyond it messages are left to the receiver's gap filling. */
    private static final long BYTES_UNDER_WAY_MAX = 64L << 20;

    private final Vertx vertx;
    private final ClusterMembership membership;
    private final int publishSizeMin;
    private final InstantSource clock;
    private final IMap<String, ChannelLog> logs;
    private final IMap<String, Attendance> presence;
    private final Map<String, AtomicLong> bytesUnderWay = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** @param publishSizeMin with fewer members nothing is appended */
    HazelcastFanout(
            Vertx vertx,
            HazelcastInstance hazelcast,
            ClusterMembership membership,
            int publishSizeMin,
            InstantSource clock) {
        this.vertx = vertx;
        this.membership = membership;
        this.publishSizeMin = publishSizeMin;
        this.clock = clock;
        this.logs = hazelcast.getMap(HazelcastConfiguration.CHANNELS);
        this.presence = hazelcast.getMap(HazelcastConfiguration.PRESENCE);
    }

    Future<Void> start() {
        Departures departures = new Departures(vertx, membership, logs, presence, this::departed);
        membership.onDeath(dead -> {
            bytesUnderWay.remove(dead);
            listeners.forEach(listener -> listener.died(dead));
            departures.died(dead).onComplete(cleaned -> listeners.forEach(Listener::membersChanged));
        });
        return Future.join(
                        receive(address(membership.self()), this::arrived),
                        receive(passing(membership.self()), this::passing),
                        receive(crowd(membership.self()), this::crowd))
                .mapEmpty();
    }

    private Future<Void> receive(String address, Consumer<ChannelCodec.Reader> action) {
        return vertx.eventBus()
                .<Buffer>consumer(address, message -> {
                    action.accept(new ChannelCodec.Reader(message.body().getBytes()));
                    message.reply(null);
                })
                .completion();
    }

    private Future<Void> departed(String channel, PresenceTask.Departed departed) {
        List<Buffer> infos = List.copyOf(departed.infos().values());
        return Future.join(listeners.stream()
                        .map(listener -> listener.departed(channel, departed.size(), infos))
                        .toList())
                .mapEmpty();
    }

    private static String passing(String node) {
        return address(node) + ".passing";
    }

    private static String crowd(String node) {
        return address(node) + ".crowd";
    }

    private static String address(String node) {
        return "jishi.fanout." + node;
    }

    private String newEpoch() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    private static <T> Future<T> within(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage).timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Future<Appended> append(String channel, List<Draft> drafts, long sequence, ChannelRule rule) {
        LogTask task = LogTask.append(membership.self(), newEpoch(), clock.millis(), rule, sequence, drafts);
        return amongEnough()
                .compose(before -> within(logs.submitToKey(channel, task)))
                .compose(result -> amongEnough().map(after -> LogTask.appended(result)))
                .onSuccess(appended -> send(channel, appended, drafts));
    }

    /** Fails where so few members are seen that others may go on without this one: what it appends would be dropped. */
    private Future<Void> amongEnough() {
        int members = membership.members().size();
        return members >= publishSizeMin
                ? Future.succeededFuture()
                : Future.failedFuture("only " + members + " members are seen, so nothing is published");
    }

    private void send(String channel, Appended appended, List<Draft> drafts) {
        List<Publication> publications = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            publications.add(Publication.of(appended.firstOffset() + publications.size(), draft));
        }
        Buffer message = null;
        for (String node : appended.nodes()) {
            if (node.equals(membership.self())) {
                listeners.forEach(listener -> listener.published(channel, appended.epoch(), publications));
            } else if (membership.members().contains(node)) {
                message = message == null ? encode(channel, appended.epoch(), publications) : message;
                send(node, address(node), message);
            }
        }
    }

    private static Buffer encode(String channel, String epoch, List<Publication> publications) {
        Buffer message = Buffer.buffer();
        ChannelCodec.text(message, channel);
        ChannelCodec.text(message, epoch);
        ChannelCodec.publications(message, publications);
        return message;
    }

    private Future<Void> send(String node, String address, Buffer message) {
        AtomicLong underWay = bytesUnderWay.computeIfAbsent(node, n -> new AtomicLong());
        if (underWay.get() + message.length() > BYTES_UNDER_WAY_MAX) {
            return Future.failedFuture("too much is under way to " + node);
        }
        underWay.addAndGet(message.length());
        return vertx.eventBus()
                .request(address, message, new DeliveryOptions().setSendTimeout(SEND_TIMEOUT_MILLIS))
                .onComplete(sent -> underWay.addAndGet(-message.length()))
                .mapEmpty();
    }

    private void arrived(ChannelCodec.Reader in) {
        String channel = in.text();
        String epoch = in.text();
        List<Publication> publications = ChannelCodec.publications(in);
        listeners.forEach(listener -> listener.published(channel, epoch, publications));
    }

    @Override
    public Future<Top> join(String channel, ChannelRule rule) {
        LogTask task = LogTask.join(membership.self(), newEpoch(), clock.millis(), rule);
        return within(logs.submitToKey(channel, task)).map(LogTask::top);
    }

    @Override
    public Future<Void> leave(String channel, ChannelRule rule) {
        return within(logs.submitToKey(channel, LogTask.leave(membership.self(), clock.millis(), rule)))
                .mapEmpty();
    }

    @Override
    public Future<Void> clear(String channel, ChannelRule rule) {
        return within(logs.submitToKey(channel, LogTask.clear(newEpoch(), clock.millis(), rule)))
                .mapEmpty();
    }

    @Override
    public Future<Slice> read(String channel, Page page, ChannelRule rule) {
        return within(logs.submitToKey(channel, LogTask.read(newEpoch(), clock.millis(), rule, page)))
                .map(LogTask::slice);
    }

    @Override
    public Future<Integer> enter(String channel, Attendee attendee, ChannelRule rule) {
        PresenceTask task = PresenceTask.enter(membership.self(), attendee, rule.presenceMax());
        return within(presence.submitToKey(channel, task)).map(PresenceTask::size);
    }

    @Override
    public Future<Integer> exit(String channel, String client) {
        return within(presence.submitToKey(channel, PresenceTask.exit(membership.self(), client)))
                .map(PresenceTask::size);
    }

    @Override
    public Future<Presence> present(String channel) {
        return within(presence.submitToKey(channel, PresenceTask.list())).map(PresenceTask::presence);
    }

    @Override
    public Future<Presence> headcount(String channel) {
        return within(presence.submitToKey(channel, PresenceTask.count())).map(PresenceTask::presence);
    }

    @Override
    public Future<Void> tell(String channel, Move move, ChannelRule rule) {
        Buffer message = Buffer.buffer();
        ChannelCodec.text(message, channel);
        message.appendInt(move.came() ? CAME : WENT);
        ChannelCodec.block(message, move.info());
        return toHearers(channel, rule, message);
    }

    @Override
    public Future<Void> pass(String channel, Draft draft, ChannelRule rule) {
        Buffer message = Buffer.buffer();
        ChannelCodec.text(message, channel);
        message.appendInt(PASSED);
        ChannelCodec.draft(message, draft);
        return toHearers(channel, rule, message);
    }

    private static final int WENT = 0;
    private static final int CAME = 1;
    private static final int PASSED = 2;

    private Future<Void> toHearers(String channel, ChannelRule rule, Buffer message) {
        return within(logs.submitToKey(channel, LogTask.hearers(clock.millis(), rule)))
                .onSuccess(nodes -> {
                    for (String node : LogTask.nodes(nodes)) {
                        if (node.equals(membership.self())) {
                            passing(new ChannelCodec.Reader(message.getBytes()));
                        } else if (membership.members().contains(node)) {
                            send(node, passing(node), message);
                        }
                    }
                })
                .mapEmpty();
    }

    /** What nobody keeps has come. */
    private void passing(ChannelCodec.Reader in) {
        String channel = in.text();
        int what = in.integer();
        if (what == PASSED) {
            Draft draft = ChannelCodec.draft(in);
            listeners.forEach(listener -> listener.passed(channel, draft));
        } else {
            Move move = new Move(what == CAME, in.block());
            listeners.forEach(listener -> listener.moved(channel, move));
        }
    }

    @Override
    public String self() {
        return membership.self();
    }

    @Override
    public Future<Void> crowd(boolean whole, Map<String, Integer> counts) {
        Buffer message = Buffer.buffer();
        ChannelCodec.text(message, membership.self());
        message.appendInt(whole ? 1 : 0);
        counts.forEach((user, count) -> {
            ChannelCodec.text(message, user);
            message.appendInt(count);
        });
        return Future.join(membership.members().stream()
                        .filter(node -> !node.equals(membership.self()))
                        .map(node -> send(node, crowd(node), message))
                        .toList())
                .mapEmpty();
    }

    private void crowd(ChannelCodec.Reader in) {
        String node = in.text();
        boolean whole = in.integer() == 1;
        Map<String, Integer> counts = new HashMap<>();
        while (in.hasMore()) {
            counts.put(in.text(), in.integer());
        }
        if (membership.members().contains(node)) {
            listeners.forEach(listener -> listener.crowd(node, whole, counts));
        }
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }
}
