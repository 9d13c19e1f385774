package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.jishi.realtime.Authenticator.Verdict;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/** Connects, with the server-side subscriptions, and keeps connections alive with new tokens. Keeps no state of its own. */
final class ConnectCommands {
    private static final FaultLog FAULTS =
            new FaultLog(LoggerFactory.getLogger(ConnectCommands.class), InstantSource.system());

    private final Hub hub;
    private final Authenticator authenticator;
    private final Function<Caller, List<ChannelName>> serverSubscriptions;
    private final SubscribeCommands subscriptions;
    private final String node;

    ConnectCommands(
            Hub hub,
            Authenticator authenticator,
            Function<Caller, List<ChannelName>> serverSubscriptions,
            SubscribeCommands subscriptions,
            String node) {
        this.hub = hub;
        this.authenticator = authenticator;
        this.serverSubscriptions = serverSubscriptions;
        this.subscriptions = subscriptions;
        this.node = node;
    }

    void connect(Session session, Command.Connect connect) {
        Stage.Connecting connecting = new Stage.Connecting(new HeldCommands(session, waitingMax()));
        session.enter(connecting);
        if (!connect.token().isEmpty()) {
            authenticator
                    .verifySoon(connect.token(), session.id())
                    .onComplete(verdict -> session.loop().loop.runSoon(() -> {
                        if (!session.isClosed()) {
                            judged(session, connect, connecting, verdict.result());
                        }
                    }));
        } else if (hub.rules().anonymous()) {
            Stage.Connected guest = new Stage.Connected(session.arrived(Caller.guest(session.id())), null, null);
            connected(session, connect, connecting, guest, Map.of());
        } else {
            refuse(session, connect, connecting, ProtocolError.UNAUTHORIZED);
        }
    }

    private void judged(Session session, Command.Connect connect, Stage.Connecting connecting, Verdict verdict) {
        switch (verdict) {
            case Verdict.Forged ignored -> session.close(DisconnectCode.INVALID_TOKEN);
            case Verdict.Expired ignored -> refuse(session, connect, connecting, ProtocolError.TOKEN_EXPIRED);
            case Verdict.Bearer bearer -> {
                Stage.Connected stage =
                        new Stage.Connected(session.arrived(bearer.caller()), bearer.expiresAt(), bearer.info());
                session.subscriptions().ofToken(bearer.channels().keySet());
                connected(session, connect, connecting, stage, bearer.channels());
            }
        }
    }

    /** The SDKs send their subscriptions and calls behind the connect without waiting for its reply. */
    private int waitingMax() {
        return hub.settings().get(RealtimeSettings.CHANNELS_MAX)
                + hub.settings().get(RealtimeSettings.COMMANDS_IN_FLIGHT_MAX);
    }

    private static void refuse(
            Session session, Command.Connect connect, Stage.Connecting connecting, ProtocolError error) {
        connecting.waiting().drop();
        session.enter(new Stage.Refused());
        Replies.refuse(session, connect, error);
    }

    private void connected(
            Session session,
            Command.Connect connect,
            Stage.Connecting connecting,
            Stage.Connected connected,
            Map<String, ChannelTerms> fromToken) {
        if (!session.belongsTo(connected.caller().user())) {
            session.close(DisconnectCode.CONNECTION_LIMIT);
            return;
        }
        wanted(connected.caller(), connect, fromToken)
                .compose(channels -> begin(session, connect, connected, channels))
                .onComplete(begun -> session.loop().loop.runSoon(() -> {
                    if (session.isClosed()) {
                        return;
                    }
                    if (begun.failed()) {
                        FAULTS.error("event=connect-failed", "connection=" + session.id(), begun.cause());
                        session.close(DisconnectCode.SERVER_ERROR);
                        return;
                    }
                    session.enter(connected);
                    session.reply(connect, reply(session, connected, begun.result()));
                    begun.result().forEach(each -> subscriptions.live(each.subscription(), each.begun()));
                    connecting.waiting().carryOut();
                }));
    }

    /** The channels that come with the connection: by role, by token, and what the client had and may have. */
    private Future<Map<String, ChannelTerms>> wanted(
            Caller caller, Command.Connect connect, Map<String, ChannelTerms> fromToken) {
        Map<String, ChannelTerms> wanted = new ConcurrentSkipListMap<>();
        serverSubscriptions.apply(caller).forEach(channel -> wanted.put(channel.text(), ChannelTerms.PLAIN));
        wanted.putAll(fromToken);
        List<Future<Boolean>> asked = new ArrayList<>();
        for (String name : connect.subs().keySet()) {
            if (!wanted.containsKey(name)) {
                asked.add(permitted(caller, name).onSuccess(may -> {
                    if (may) {
                        wanted.put(name, ChannelTerms.PLAIN);
                    }
                }));
            }
        }
        return Future.join(asked).map(wanted);
    }

    private Future<Boolean> permitted(Caller caller, String name) {
        try {
            ChannelName channel = new ChannelName(name);
            ChannelRule rule = hub.rules().of(channel).orElse(null);
            return rule != null && subscriptions.may(caller, "subscribe", channel, rule)
                    ? hub.concerns().guarded(caller, channel).otherwise(false)
                    : Future.succeededFuture(false);
        } catch (Invalid e) {
            return Future.succeededFuture(false);
        }
    }

    private record Each(Subscription subscription, SubscribeCommands.Begun begun) {}

    private Future<List<Each>> begin(
            Session session, Command.Connect connect, Stage.Connected connected, Map<String, ChannelTerms> channels) {
        if (channels.size() > hub.settings().get(RealtimeSettings.CHANNELS_MAX)) {
            session.close(DisconnectCode.CHANNEL_LIMIT);
            return Future.succeededFuture(List.of());
        }
        List<Future<Each>> all = new ArrayList<>();
        channels.forEach((name, terms) -> {
            ChannelName channel = new ChannelName(name);
            ChannelRule rule = hub.rules().of(channel).orElse(null);
            if (rule != null) {
                Subscription subscription = new Subscription(session, channel, rule, true);
                Command.Subscribe request = connect.subs().getOrDefault(name, Command.Subscribe.serverSide(name));
                all.add(subscriptions
                        .begin(connected, subscription, request, terms)
                        .map(begun -> new Each(subscription, begun)));
            }
        });
        return Future.join(all).map(done -> all.stream().map(Future::result).toList());
    }

    private Reply.Connected reply(Session session, Stage.Connected connected, List<Each> subscriptions) {
        Map<String, Reply.Subscribed> subscribed = new LinkedHashMap<>();
        subscriptions.forEach(each ->
                subscribed.put(each.subscription().channel.text(), each.begun().reply()));
        Optional<Transport.ReturnAddress> address = session.returnAddress();
        return new Reply.Connected(
                session.id(),
                address.map(Transport.ReturnAddress::session).orElse(""),
                address.map(Transport.ReturnAddress::node).orElse(node),
                SubscribeCommands.ttlSeconds(connected.expiresAt(), hub.clock().millis()),
                hub.settings().get(RealtimeSettings.PING_SECONDS),
                subscribed);
    }

    void refresh(Session session, Stage.Connected connected, Command.Refresh refresh) {
        if (refresh.token().isEmpty()) {
            session.close(DisconnectCode.BAD_REQUEST);
            return;
        }
        authenticator
                .verifySoon(refresh.token(), session.id())
                .onComplete(verdict -> session.loop().loop.runSoon(() -> {
                    if (!session.isClosed()) {
                        refreshed(session, connected, refresh, verdict.result());
                    }
                }));
    }

    private void refreshed(Session session, Stage.Connected connected, Command.Refresh refresh, Verdict verdict) {
        switch (verdict) {
            case Verdict.Forged ignored -> session.close(DisconnectCode.INVALID_TOKEN);
            case Verdict.Expired ignored -> session.close(DisconnectCode.EXPIRED);
            case Verdict.Bearer bearer -> {
                if (!bearer.caller().user().equals(connected.caller().user())) {
                    session.close(DisconnectCode.INVALID_TOKEN);
                    return;
                }
                if (!session.subscriptions().ofToken().equals(bearer.channels().keySet())) {
                    // The client comes again with the new token, and gets its channels then.
                    session.close(DisconnectCode.INSUFFICIENT_STATE);
                    return;
                }
                session.enter(new Stage.Connected(session.arrived(bearer.caller()), bearer.expiresAt(), bearer.info()));
                session.reply(
                        refresh,
                        new Reply.Refreshed(
                                session.id(),
                                SubscribeCommands.ttlSeconds(
                                        bearer.expiresAt(), hub.clock().millis())));
            }
        }
    }
}
