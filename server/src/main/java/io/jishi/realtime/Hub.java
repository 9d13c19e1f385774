package io.jishi.realtime;

import io.jishi.core.Settings;
import io.jishi.realtime.Fanout.Draft;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Real time on one node: the loops with their sessions, and for each channel a home loop that keeps its order. What a
 * capability publishes goes hub → publisher → fan-out (the cluster's log) → node channel → loops → sessions → sockets.
 */
public final class Hub implements Channels {
    private static final int LINGER_MILLIS = 5_000;

    private final ChannelRules rules;
    private final Fanout fanout;
    private final InstantSource clock;
    private final Settings settings;
    private final List<Home> homes = new ArrayList<>();
    private final AtomicLong sequences = new AtomicLong();
    private final Concerns concerns = new Concerns();
    private final UserSessions users = new UserSessions();
    final HubMeters meters;
    private final Presences presences;
    private final UserLimit userLimit;

    /** A loop with the channels that have their home on it. */
    private record Home(HubLoop loop, Map<String, NodeChannel> channels, Map<String, Publisher> publishers) {}

    public Hub(
            List<Loop> loops,
            ChannelRules rules,
            Fanout fanout,
            InstantSource clock,
            Settings settings,
            MeterRegistry registry) {
        this.rules = rules;
        this.fanout = fanout;
        this.clock = clock;
        this.settings = settings;
        this.meters = new HubMeters(registry);
        this.presences = new Presences(fanout);
        this.userLimit = new UserLimit(users, fanout, meters, settings.get(RealtimeSettings.CONNECTIONS_PER_USER_MAX));
        int tickMillis = settings.get(RealtimeSettings.TICK_MILLIS);
        int slice = settings.get(RealtimeSettings.SOCKETS_AT_ONCE);
        loops.forEach(loop -> homes.add(
                new Home(new HubLoop(loop, clock, meters, tickMillis, slice), new HashMap<>(), new HashMap<>())));
    }

    public void start() {
        fanout.listen(new Arrivals(this));
        for (Home home : homes) {
            home.loop().start();
            home.loop().loop.after(checkMillis(), () -> checkAgain(home));
        }
        limitUsers(firstLoop());
    }

    private void limitUsers(Loop loop) {
        loop.after(UserLimit.TICK_MILLIS, () -> {
            userLimit.tick();
            limitUsers(loop);
        });
    }

    private long checkMillis() {
        return settings.get(RealtimeSettings.CHECK_SECONDS) * 1_000L;
    }

    private void checkAgain(Home home) {
        checkAll(home);
        home.loop().loop.after(checkMillis(), () -> checkAgain(home));
    }

    private void checkAll(Home home) {
        home.channels().values().forEach(NodeChannel::check);
        home.publishers().values().removeIf(Publisher::isIdle);
    }

    /** The loop with this number, for sessions of a socket that lives on it. */
    HubLoop loop(int index) {
        return homes.get(index).loop();
    }

    ChannelRules rules() {
        return rules;
    }

    Settings settings() {
        return settings;
    }

    InstantSource clock() {
        return clock;
    }

    Fanout fanout() {
        return fanout;
    }

    Presences presence() {
        return presences;
    }

    private Home home(String channel) {
        return homes.get(Math.floorMod(channel.hashCode(), homes.size()));
    }

    private ChannelRule rule(ChannelName channel) {
        return rules.of(channel)
                .orElseThrow(() -> new IllegalArgumentException("no rule for channel " + channel.text()));
    }

    UserSessions users() {
        return users;
    }

    UserLimit userLimit() {
        return userLimit;
    }

    /** Does something with this node's part of a channel, where it has one, on the channel's home loop. */
    Future<Void> onHome(String name, Consumer<NodeChannel> action) {
        Promise<Void> promise = Promise.promise();
        ifHeard(name, action);
        home(name).loop().loop.run(promise::complete);
        return promise.future();
    }

    /** Compares this node's places in all channels with their logs. */
    void checkAll() {
        homes.forEach(home -> home.loop().loop.run(() -> checkAll(home)));
    }

    /** The loop that limits users. */
    Loop firstLoop() {
        return homes.getFirst().loop().loop;
    }

    void ifHeard(String name, Consumer<NodeChannel> action) {
        Home home = home(name);
        home.loop().loop.run(() -> {
            NodeChannel channel = home.channels().get(name);
            if (channel != null) {
                action.accept(channel);
            }
        });
    }

    /** Subscribers by channel on this node. */
    Future<Map<String, Integer>> channels() {
        Map<String, Integer> counts = new ConcurrentHashMap<>();
        List<Future<Void>> counted = new ArrayList<>();
        for (Home home : homes) {
            Promise<Void> promise = Promise.promise();
            counted.add(promise.future());
            home.loop().loop.run(() -> {
                home.channels().forEach((name, channel) -> {
                    if (channel.hasSubscribers()) {
                        counts.put(name, channel.subscriberCount());
                    }
                });
                promise.complete();
            });
        }
        return Future.join(counted).map(counts);
    }

    // What sessions ask.

    /** Subscribes; both callbacks run on the target's loop, {@code onCut} before anything behind the cut is delivered. */
    void attach(
            HubLoop target,
            Subscription subscription,
            Command.@Nullable Since since,
            Consumer<NodeChannel.Cut> onCut,
            Consumer<Throwable> onFailure) {
        String name = subscription.channel.text();
        Home home = home(name);
        home.loop().loop.runSoon(() -> {
            NodeChannel channel = home.channels()
                    .computeIfAbsent(
                            name,
                            n -> new NodeChannel(
                                    n,
                                    subscription.rule,
                                    fanout,
                                    home.loop().loop,
                                    clock,
                                    settings.get(RealtimeSettings.SAMPLE_MILLIS),
                                    meters));
            channel.attach(target, subscription.view(), since, onCut, onFailure);
            concerns.watched(subscription.channel, channel.subscriberCount());
        });
    }

    void detach(HubLoop target, ChannelName channelName) {
        Home home = home(channelName.text());
        home.loop().loop.run(() -> {
            NodeChannel channel = home.channels().get(channelName.text());
            if (channel == null) {
                return;
            }
            channel.detach(target);
            concerns.watched(channelName, channel.subscriberCount());
            if (!channel.hasSubscribers()) {
                home.loop().loop.after(LINGER_MILLIS, () -> leave(home, channel));
            }
        });
    }

    private static void leave(Home home, NodeChannel channel) {
        if (!channel.hasSubscribers() && home.channels().remove(channel.name, channel)) {
            channel.leave()
                    .onComplete(left -> home.loop().loop.run(() -> {
                        NodeChannel successor = home.channels().get(channel.name);
                        if (successor != null) {
                            successor.check();
                        }
                    }));
        }
    }

    /** What capabilities have to do with channels. */
    Concerns concerns() {
        return concerns;
    }

    Future<Position> publishDraft(ChannelName channel, Draft draft) {
        return append(channel, List.of(draft));
    }

    /** Publishes what no history keeps. */
    Future<Void> pass(ChannelName channel, Draft draft) {
        return fanout.pass(channel.text(), draft, rule(channel));
    }

    Future<Position> publishDraft(ChannelName channel, Buffer data, @Nullable Buffer info) {
        return append(channel, List.of(new Draft("", data, info, clock.millis())));
    }

    // What capabilities ask.

    @Override
    public Future<Position> publish(ChannelName channel, Object message) {
        return publishKeyed(channel, "", message);
    }

    @Override
    public Future<Position> publishKeyed(ChannelName channel, String key, Object message) {
        return append(channel, List.of(new Draft(key, Json.encode(message), null, clock.millis())));
    }

    @Override
    public Future<Position> publishAll(ChannelName channel, List<?> messages) {
        List<Draft> drafts = new ArrayList<>(messages.size());
        long now = clock.millis();
        messages.forEach(message -> drafts.add(new Draft("", Json.encode(message), null, now)));
        return append(channel, drafts);
    }

    @Override
    public Future<Position> publishFrom(Caller author, ChannelName channel, Object message) {
        return publishFrom(author, channel, "", message);
    }

    @Override
    public Future<Position> publishAlwaysFrom(Caller author, ChannelName channel, Object message) {
        return publishFrom(author, channel, Publication.ALWAYS, message);
    }

    private Future<Position> publishFrom(Caller author, ChannelName channel, String key, Object message) {
        Buffer info = new ClientInfo(author.user(), author.connection(), null, null).json();
        return append(channel, List.of(new Draft(key, Json.encode(message), info, clock.millis())));
    }

    private Future<Position> append(ChannelName channel, List<Draft> drafts) {
        ChannelRule rule = rule(channel);
        Promise<Position> promise = Promise.promise();
        Home home = home(channel.text());
        home.loop()
                .loop
                .runSoon(() -> home.publishers()
                        .computeIfAbsent(
                                channel.text(),
                                name -> new Publisher(
                                        name,
                                        rule,
                                        fanout,
                                        home.loop().loop,
                                        meters,
                                        sequences,
                                        settings.get(RealtimeSettings.PUBLISH_QUEUE_MAX)))
                        .publish(drafts, promise));
        return promise.future();
    }

    @Override
    public Future<List<Publication>> history(ChannelName channel, int limitMax) {
        return fanout.latest(channel.text(), limitMax, rule(channel)).map(Fanout.Slice::publications);
    }

    @Override
    public void guard(String namespace, BiFunction<Caller, String, Future<Boolean>> guard) {
        concerns.guard(namespace, guard);
    }

    @Override
    public void greet(String namespace, BiFunction<Caller, String, Future<Object>> greeting) {
        concerns.greet(namespace, greeting);
    }

    @Override
    public void watch(String namespace, BiFunction<String, Integer, Future<Void>> watcher) {
        concerns.watch(namespace, watcher);
    }

    /**
     * Tells clients to reconnect elsewhere, a batch at a time so that the other nodes are not overrun.
     *
     * @param millis over how long they are spread
     */
    public Future<Void> drain(long millis) {
        return Future.join(homes.stream()
                        .map(home -> Drain.of(home.loop(), millis))
                        .toList())
                .mapEmpty();
    }

    /** Lets go of what is on its way to sockets, as the loops are no more. */
    void forget() {
        homes.forEach(home -> home.loop().forget());
    }
}
