package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import io.jishi.realtime.Authenticator.Verdict;
import io.jishi.realtime.Session.Stage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the commands of sessions. Shared by all sessions of a node; keeps no state of its own. */
public final class SessionCommands {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCommands.class);
    private static final int HISTORY_LIMIT_MAX = 1_000;

    private final Hub hub;
    private final Methods methods;
    private final Authorization authorization;
    private final Authenticator authenticator;
    private final Function<Caller, List<ChannelName>> serverSubscriptions;
    private final String node;

    /** @param serverSubscriptions the channels that a caller hears without asking */
    public SessionCommands(
            Hub hub,
            Methods methods,
            Authorization authorization,
            Authenticator authenticator,
            Function<Caller, List<ChannelName>> serverSubscriptions,
            String node) {
        this.hub = hub;
        this.methods = methods;
        this.authorization = authorization;
        this.authenticator = authenticator;
        this.serverSubscriptions = serverSubscriptions;
        this.node = node;
    }

    /** @param loopIndex the number of the loop that the socket lives on */
    public Session open(int loopIndex, Transport transport, Format format) {
        return new Session(hub, hub.loop(loopIndex), transport, format, this);
    }

    void carryOut(Session session, Command command) {
        switch (session.stage()) {
            case Stage.Connected connected -> carryOut(session, connected, command);
            case Stage.Connecting connecting -> hold(session, connecting, command);
            case Stage.Opened ignored -> {
                if (command instanceof Command.Connect connect) {
                    connect(session, connect);
                } else {
                    session.close(DisconnectCode.BAD_REQUEST);
                }
            }
            case Stage.Refused ignored -> {
                if (command instanceof Command.Connect connect) {
                    connect(session, connect);
                }
            }
            case Stage.Closed ignored -> {}
        }
    }

    /** The SDKs send their subscriptions and calls behind the connect without waiting for its reply. */
    private void hold(Session session, Stage.Connecting connecting, Command command) {
        int waitingMax = hub.settings().get(RealtimeSettings.CHANNELS_MAX)
                + hub.settings().get(RealtimeSettings.COMMANDS_IN_FLIGHT_MAX);
        if (command instanceof Command.Connect) {
            session.close(DisconnectCode.BAD_REQUEST);
        } else if (connecting.waiting().size() >= waitingMax) {
            session.close(DisconnectCode.TOO_MANY_REQUESTS);
        } else {
            connecting.waiting().add(command);
        }
    }

    private void refuseConnect(Session session, Command.Connect connect, ProtocolError error) {
        session.enter(new Stage.Refused());
        refuse(session, connect, error);
    }

    private void carryOut(Session session, Stage.Connected connected, Command command) {
        try {
            switch (command) {
                case Command.Connect ignored -> session.close(DisconnectCode.BAD_REQUEST);
                case Command.Subscribe subscribe -> subscribe(session, connected, subscribe);
                case Command.Unsubscribe unsubscribe -> unsubscribe(session, unsubscribe);
                case Command.Publish publish -> publish(session, connected, publish);
                case Command.Presence presence -> presence(session, connected, presence);
                case Command.PresenceStats stats -> presenceStats(session, connected, stats);
                case Command.History history -> history(session, connected, history);
                case Command.Ping ping -> session.reply(ping, new Reply.Done(Reply.Done.Kind.PING));
                case Command.Send ignored -> LOG.debug("event=message-ignored connection={}", session.id());
                case Command.Rpc rpc -> rpc(session, connected, rpc);
                case Command.Refresh refresh -> refresh(session, connected, refresh);
                case Command.Unknown unknown -> refuse(session, unknown, ProtocolError.NOT_AVAILABLE);
                case Command.Pong ignored -> {}
            }
        } catch (Invalid e) {
            session.reply(
                    command,
                    new Reply.Error(
                            ProtocolError.BAD_REQUEST.code(),
                            ProtocolError.BAD_REQUEST.message() + ": " + e.sentence(),
                            false));
        }
    }

    private static void refuse(Session session, Command command, ProtocolError error) {
        session.reply(command, Reply.Error.of(error));
    }

    private static void fault(Session session, Command command, Throwable fault) {
        if (fault instanceof Publisher.QueueFull) {
            refuse(session, command, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        LOG.error(
                "event=command-failed connection={} command={}",
                session.id(),
                command.getClass().getSimpleName(),
                fault);
        refuse(session, command, ProtocolError.INTERNAL);
    }

    // Connect and refresh.

    private void connect(Session session, Command.Connect connect) {
        if (connect.token().isEmpty()) {
            if (hub.rules().anonymous()) {
                connected(session, connect, new Stage.Connected(Caller.guest(session.id()), null, null), List.of());
            } else {
                refuseConnect(session, connect, ProtocolError.UNAUTHORIZED);
            }
            return;
        }
        switch (authenticator.verify(connect.token(), session.id())) {
            case Verdict.Forged ignored -> session.close(DisconnectCode.INVALID_TOKEN);
            case Verdict.Expired ignored -> refuseConnect(session, connect, ProtocolError.TOKEN_EXPIRED);
            case Verdict.Bearer bearer -> {
                Stage.Connected stage = new Stage.Connected(bearer.caller(), bearer.expiresAt(), bearer.info());
                List<ChannelName> channels = new ArrayList<>();
                bearer.channels().forEach(name -> channels.add(new ChannelName(name)));
                connected(session, connect, stage, channels);
            }
        }
    }

    private void connected(
            Session session, Command.Connect connect, Stage.Connected connected, List<ChannelName> fromToken) {
        Stage.Connecting connecting = new Stage.Connecting(new ArrayDeque<>());
        session.enter(connecting);
        Set<String> names = new TreeSet<>();
        serverSubscriptions.apply(connected.caller()).forEach(channel -> names.add(channel.text()));
        fromToken.forEach(channel -> names.add(channel.text()));
        Map<String, Reply.Subscribed> replies = new LinkedHashMap<>();
        List<Subscription> begun = new ArrayList<>();
        List<Future<Void>> all = new ArrayList<>();
        for (String name : names) {
            ChannelName channel = new ChannelName(name);
            ChannelRule rule = hub.rules().of(channel).orElse(null);
            if (rule == null) {
                continue;
            }
            Subscription subscription = new Subscription(session, channel, rule);
            begun.add(subscription);
            all.add(begin(session, connected, subscription, connect.subs().get(name))
                    .onSuccess(subscribed -> replies.put(name, subscribed))
                    .mapEmpty());
        }
        Future.join(all)
                .onComplete(done -> session.loop().loop.runSoon(() -> {
                    if (session.isClosed()) {
                        return;
                    }
                    if (done.failed()) {
                        LOG.error("event=connect-failed connection={}", session.id(), done.cause());
                        session.close(DisconnectCode.SERVER_ERROR);
                        return;
                    }
                    session.enter(connected);
                    session.reply(
                            connect,
                            new Reply.Connected(
                                    session.id(),
                                    session.id(),
                                    node,
                                    ttlSeconds(connected.expiresAt()),
                                    hub.settings().get(RealtimeSettings.PING_SECONDS),
                                    replies));
                    begun.forEach(Subscription::goLive);
                    connecting.waiting().forEach(command -> carryOut(session, command));
                }));
    }

    private long ttlSeconds(@Nullable Instant expiresAt) {
        return expiresAt == null
                ? 0
                : Math.max(1, (expiresAt.toEpochMilli() - hub.clock().millis()) / 1_000);
    }

    private void refresh(Session session, Stage.Connected connected, Command.Refresh refresh) {
        switch (authenticator.verify(refresh.token(), session.id())) {
            case Verdict.Forged ignored -> session.close(DisconnectCode.INVALID_TOKEN);
            case Verdict.Expired ignored -> refuse(session, refresh, ProtocolError.TOKEN_EXPIRED);
            case Verdict.Bearer bearer -> {
                if (!bearer.caller().user().equals(connected.caller().user())) {
                    session.close(DisconnectCode.INVALID_TOKEN);
                    return;
                }
                session.enter(new Stage.Connected(bearer.caller(), bearer.expiresAt(), bearer.info()));
                session.reply(refresh, new Reply.Refreshed(session.id(), ttlSeconds(bearer.expiresAt())));
            }
        }
    }

    // Subscriptions.

    private void subscribe(Session session, Stage.Connected connected, Command.Subscribe subscribe) {
        ChannelName channel = new ChannelName(subscribe.channel());
        ChannelRule rule = hub.rules().of(channel).orElse(null);
        if (rule == null) {
            refuse(session, subscribe, ProtocolError.UNKNOWN_CHANNEL);
        } else if (session.subscriptions().containsKey(channel.text())) {
            refuse(session, subscribe, ProtocolError.ALREADY_SUBSCRIBED);
        } else if (session.subscriptions().size() >= hub.settings().get(RealtimeSettings.CHANNELS_MAX)) {
            refuse(session, subscribe, ProtocolError.LIMIT_EXCEEDED);
        } else if (!may(connected, "subscribe", channel, rule)) {
            refuse(session, subscribe, ProtocolError.PERMISSION_DENIED);
        } else {
            Subscription subscription = new Subscription(session, channel, rule);
            session.subscriptions().put(channel.text(), subscription);
            hub.guarded(connected.caller(), channel)
                    .onComplete(may -> session.loop().loop.runSoon(() -> {
                        if (may.failed() || !may.result()) {
                            session.subscriptions().remove(channel.text(), subscription);
                            refuse(
                                    session,
                                    subscribe,
                                    may.failed() ? faulty(may.cause()) : ProtocolError.PERMISSION_DENIED);
                        } else {
                            subscribe(session, connected, subscribe, subscription);
                        }
                    }));
        }
    }

    /** A guard that was asked about a malformed key says so with {@link Invalid}; anything else is a fault. */
    private static ProtocolError faulty(Throwable fault) {
        if (fault instanceof Invalid) {
            return ProtocolError.BAD_REQUEST;
        }
        LOG.error("event=guard-failed", fault);
        return ProtocolError.INTERNAL;
    }

    private void subscribe(
            Session session, Stage.Connected connected, Command.Subscribe subscribe, Subscription subscription) {
        begin(session, connected, subscription, subscribe.since())
                .onComplete(begun -> session.loop().loop.runSoon(() -> {
                    if (begun.failed()) {
                        session.drop(subscription);
                        fault(session, subscribe, begun.cause());
                    } else {
                        session.reply(subscribe, begun.result());
                        subscription.goLive();
                    }
                }));
    }

    /** Takes the cut, enters the presence and fetches the greeting; the subscription is not live yet. */
    private Future<Reply.Subscribed> begin(
            Session session, Stage.Connected connected, Subscription subscription, Command.@Nullable Since since) {
        Promise<NodeChannel.Cut> promise = Promise.promise();
        String name = subscription.channel.text();
        session.subscriptions().put(name, subscription);
        hub.attach(
                session.loop(),
                subscription,
                since,
                cut -> {
                    if (session.subscriptions().get(name) != subscription) {
                        hub.detach(session.loop(), subscription.channel);
                        promise.fail(new IllegalStateException("the session has ended"));
                    } else {
                        session.loop().add(subscription);
                        hub.meters.subscribed(1);
                        promise.complete(cut);
                    }
                },
                promise::fail);
        return promise.future()
                .compose(cut -> enter(session, connected, subscription).map(cut))
                .compose(cut -> hub.greeting(connected.caller(), subscription.channel)
                        .map(data -> subscribed(subscription.rule, cut, data)));
    }

    private Future<Void> enter(Session session, Stage.Connected connected, Subscription subscription) {
        if (!subscription.rule.presence()) {
            return Future.succeededFuture();
        }
        return hub.fanout().enter(subscription.channel.text(), session.id(), info(session, connected));
    }

    private static Buffer info(Session session, Stage.Connected connected) {
        String info = connected.info();
        Buffer connInfo = info == null ? null : Buffer.buffer(info);
        return new ClientInfo(connected.caller().user(), session.id(), connInfo).json();
    }

    private static Reply.Subscribed subscribed(ChannelRule rule, NodeChannel.Cut cut, @Nullable Buffer data) {
        return new Reply.Subscribed(
                rule.hasHistory(),
                cut.epoch(),
                cut.offset(),
                cut.wasRecovering(),
                cut.recovered(),
                cut.publications(),
                data);
    }

    private static void unsubscribe(Session session, Command.Unsubscribe unsubscribe) {
        Subscription subscription = session.subscriptions().get(unsubscribe.channel());
        if (subscription != null) {
            session.drop(subscription);
        }
        session.reply(unsubscribe, new Reply.Done(Reply.Done.Kind.UNSUBSCRIBE));
    }

    private boolean may(Stage.Connected connected, String operation, ChannelName channel, ChannelRule rule) {
        return rule.open() || authorization.mayUse(connected.caller(), operation, channel);
    }

    // Everything else.

    /** The rule of a channel on which the caller may do this; otherwise the refusal is sent, and null returned. */
    private @Nullable ChannelRule permitted(
            Session session, Stage.Connected connected, Command command, String operation, ChannelName channel) {
        ChannelRule rule = hub.rules().of(channel).orElse(null);
        if (rule == null) {
            refuse(session, command, ProtocolError.UNKNOWN_CHANNEL);
            return null;
        }
        if (!may(connected, operation, channel, rule)) {
            refuse(session, command, ProtocolError.PERMISSION_DENIED);
            return null;
        }
        return rule;
    }

    private void publish(Session session, Stage.Connected connected, Command.Publish publish) {
        ChannelName channel = new ChannelName(publish.channel());
        JsonNode data = publish.data();
        if (data.isMissingNode() || data.isNull()) {
            refuse(session, publish, ProtocolError.BAD_REQUEST);
        } else if (permitted(session, connected, publish, "publish", channel) != null) {
            answer(
                    session,
                    publish,
                    hub.guarded(connected.caller(), channel)
                            .compose(may -> may
                                    ? hub.publishDraft(channel, Json.encode(data), info(session, connected))
                                            .map(position -> (Reply) new Reply.Done(Reply.Done.Kind.PUBLISH))
                                    : Future.succeededFuture(Reply.Error.of(ProtocolError.PERMISSION_DENIED))));
        }
    }

    private void presence(Session session, Stage.Connected connected, Command.Presence presence) {
        ChannelName channel = new ChannelName(presence.channel());
        ChannelRule rule = permitted(session, connected, presence, "presence", channel);
        if (rule != null) {
            answer(
                    session,
                    presence,
                    rule.presence()
                            ? hub.fanout().present(channel.text()).map(Reply.Present::new)
                            : Future.succeededFuture(Reply.Error.of(ProtocolError.NOT_AVAILABLE)));
        }
    }

    private void presenceStats(Session session, Stage.Connected connected, Command.PresenceStats stats) {
        ChannelName channel = new ChannelName(stats.channel());
        ChannelRule rule = permitted(session, connected, stats, "presence", channel);
        if (rule != null) {
            answer(
                    session,
                    stats,
                    rule.presence()
                            ? hub.fanout().present(channel.text()).map(SessionCommands::count)
                            : Future.succeededFuture(Reply.Error.of(ProtocolError.NOT_AVAILABLE)));
        }
    }

    private static Reply count(Map<String, Buffer> infos) {
        Set<String> users = new HashSet<>();
        infos.values().forEach(info -> users.add(ClientInfo.of(info).user()));
        return new Reply.PresenceCount(infos.size(), users.size());
    }

    private void history(Session session, Stage.Connected connected, Command.History history) {
        ChannelName channel = new ChannelName(history.channel());
        ChannelRule rule = permitted(session, connected, history, "history", channel);
        if (rule == null) {
            return;
        }
        if (!rule.hasHistory()) {
            refuse(session, history, ProtocolError.NOT_AVAILABLE);
            return;
        }
        answer(
                session,
                history,
                hub.guarded(connected.caller(), channel)
                        .compose(may -> may
                                ? past(channel.text(), rule, history)
                                : Future.succeededFuture(Reply.Error.of(ProtocolError.PERMISSION_DENIED))));
    }

    private Future<Reply> past(String channel, ChannelRule rule, Command.History history) {
        int limit = history.limit() < 0 ? HISTORY_LIMIT_MAX : Math.min(history.limit(), HISTORY_LIMIT_MAX);
        Command.Since since = history.since();
        // A reader going backwards starts at the end, or just before its position; all is kept in memory anyway.
        int fetchMax = since != null && history.reverse() ? Integer.MAX_VALUE : limit;
        Future<Fanout.Slice> read = since == null
                ? (history.reverse()
                        ? hub.fanout().latest(channel, limit, rule)
                        : hub.fanout().read(channel, 0, limit, rule))
                : hub.fanout().read(channel, history.reverse() ? 0 : since.offset(), fetchMax, rule);
        return read.map(slice -> {
            if (since != null && !since.epoch().isEmpty() && !since.epoch().equals(slice.epoch())) {
                return Reply.Error.of(ProtocolError.UNRECOVERABLE_POSITION);
            }
            return new Reply.Past(slice.epoch(), slice.topOffset(), ordered(slice.publications(), history, limit));
        });
    }

    private static List<Publication> ordered(List<Publication> publications, Command.History history, int limit) {
        if (!history.reverse()) {
            return publications;
        }
        Command.Since since = history.since();
        List<Publication> reversed = new ArrayList<>();
        for (int i = publications.size() - 1; i >= 0 && reversed.size() < limit; i--) {
            if (since == null || publications.get(i).offset() < since.offset()) {
                reversed.add(publications.get(i));
            }
        }
        return reversed;
    }

    private void rpc(Session session, Stage.Connected connected, Command.Rpc rpc) {
        if (!session.beginCommand()) {
            refuse(session, rpc, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        methods.call(rpc.method(), connected.caller(), rpc.data())
                .onComplete(answered -> session.loop().loop.runSoon(() -> {
                    session.endCommand();
                    session.reply(
                            rpc,
                            switch (answered.result()) {
                                case Methods.Answer.Result result -> new Reply.RpcResult(result.json());
                                case Methods.Answer.Error error ->
                                    new Reply.Error(error.code(), error.message(), error.temporary());
                            });
                }));
    }

    private static void answer(Session session, Command command, Future<? extends Reply> reply) {
        if (!session.beginCommand()) {
            refuse(session, command, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        reply.onComplete(answered -> session.loop().loop.runSoon(() -> {
            session.endCommand();
            if (answered.failed()) {
                fault(session, command, answered.cause());
            } else {
                session.reply(command, answered.result());
            }
        }));
    }
}
