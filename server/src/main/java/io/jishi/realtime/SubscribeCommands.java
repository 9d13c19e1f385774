package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Subscribes, keeps subscriptions alive with new tokens, and unsubscribes. Keeps no state of its own. */
final class SubscribeCommands {
    private static final FaultLog FAULTS =
            new FaultLog(LoggerFactory.getLogger(SubscribeCommands.class), InstantSource.system());

    private final Hub hub;
    private final Authorization authorization;
    private final ChannelTokens tokens;

    SubscribeCommands(Hub hub, Authorization authorization, ChannelTokens tokens) {
        this.hub = hub;
        this.authorization = authorization;
        this.tokens = tokens;
    }

    /** Whether somebody may subscribe, and how. */
    sealed interface Permit {
        record Granted(ChannelTerms terms) implements Permit {}

        record Refused(ProtocolError error) implements Permit {}

        record Hostile(DisconnectCode code) implements Permit {}
    }

    boolean may(Caller caller, String operation, ChannelName channel, ChannelRule rule) {
        return rule.open() || authorization.mayUse(caller, operation, channel);
    }

    void subscribe(Session session, Stage.Connected connected, Command.Subscribe subscribe) {
        if (!SubscriptionOptions.isKnownDelta(subscribe.wishes().delta())) {
            session.close(DisconnectCode.BAD_REQUEST);
            return;
        }
        ChannelName channel = new ChannelName(subscribe.channel());
        ChannelRule rule = hub.rules().of(channel).orElse(null);
        Subscription earlier = session.subscriptions().get(channel.text());
        if (rule == null) {
            Replies.refuse(session, subscribe, ProtocolError.UNKNOWN_CHANNEL);
        } else if (earlier != null && earlier.holdsCommands()) {
            earlier.hold(subscribe);
        } else if (earlier != null) {
            Replies.refuse(session, subscribe, ProtocolError.ALREADY_SUBSCRIBED);
        } else if (session.subscriptions().size() >= hub.settings().get(RealtimeSettings.CHANNELS_MAX)) {
            Replies.refuse(session, subscribe, ProtocolError.LIMIT_EXCEEDED);
        } else {
            Subscription subscription = new Subscription(session, channel, rule, false);
            session.subscriptions().put(subscription);
            permit(session, connected, subscribe, channel, rule)
                    .onComplete(permit -> session.loop().loop.runSoon(() -> {
                        if (permit.failed()) {
                            refuse(subscription, subscribe, faulty(permit.cause()));
                        } else if (session.subscriptions().has(subscription)) {
                            permitted(connected, subscribe, subscription, permit.result());
                        }
                    }));
        }
    }

    private Future<Permit> permit(
            Session session,
            Stage.Connected connected,
            Command.Subscribe subscribe,
            ChannelName channel,
            ChannelRule rule) {
        if (!subscribe.token().isEmpty()) {
            return tokens.verifyChannel(subscribe.token())
                    .map(verdict -> judge(verdict, session, connected, subscribe.channel()))
                    .compose(permit -> permit instanceof Permit.Granted
                            ? guarded(connected.caller(), channel, permit)
                            : Future.succeededFuture(permit));
        }
        return may(connected.caller(), "subscribe", channel, rule)
                ? guarded(connected.caller(), channel, new Permit.Granted(ChannelTerms.PLAIN))
                : Future.succeededFuture(new Permit.Refused(ProtocolError.PERMISSION_DENIED));
    }

    private Future<Permit> guarded(Caller caller, ChannelName channel, Permit granted) {
        return hub.concerns()
                .guarded(caller, channel)
                .map(may -> may ? granted : new Permit.Refused(ProtocolError.PERMISSION_DENIED));
    }

    /** As Centrifugo: a token that is none is refused, one for somebody else or another channel closes the connection. */
    private Permit judge(ChannelTokens.Verdict verdict, Session session, Stage.Connected connected, String channel) {
        return switch (verdict) {
            case ChannelTokens.Verdict.Expired ignored -> new Permit.Refused(ProtocolError.TOKEN_EXPIRED);
            case ChannelTokens.Verdict.Forged ignored -> new Permit.Refused(ProtocolError.PERMISSION_DENIED);
            case ChannelTokens.Verdict.Granted granted -> {
                if (!isFor(granted, session, connected, channel)) {
                    yield new Permit.Hostile(DisconnectCode.INVALID_TOKEN);
                }
                yield isOver(granted.terms().expiresAt())
                        ? new Permit.Refused(ProtocolError.EXPIRED)
                        : new Permit.Granted(granted.terms());
            }
        };
    }

    private static boolean isFor(
            ChannelTokens.Verdict.Granted granted, Session session, Stage.Connected connected, String channel) {
        return granted.channel().equals(channel)
                && granted.user().equals(connected.caller().user())
                && (granted.client().isEmpty() || granted.client().equals(session.id()));
    }

    private boolean isOver(@Nullable Instant expiresAt) {
        return expiresAt != null && expiresAt.toEpochMilli() <= hub.clock().millis();
    }

    /** A guard that was asked about a malformed key says so with {@link Invalid}; anything else is a fault. */
    private static ProtocolError faulty(Throwable fault) {
        if (fault instanceof Invalid) {
            return ProtocolError.BAD_REQUEST;
        }
        FAULTS.error("event=guard-failed", fault);
        return ProtocolError.INTERNAL;
    }

    private static void refuse(Subscription subscription, Command command, ProtocolError error) {
        Replies.refuse(subscription.session, command, error);
        subscription.fail();
    }

    private void permitted(
            Stage.Connected connected, Command.Subscribe subscribe, Subscription subscription, Permit permit) {
        switch (permit) {
            case Permit.Refused refused -> refuse(subscription, subscribe, refused.error());
            case Permit.Hostile hostile -> subscription.session.close(hostile.code());
            case Permit.Granted granted ->
                begin(connected, subscription, subscribe, granted.terms())
                        .onComplete(begun -> subscription.session.loop().loop.runSoon(() -> {
                            if (subscription.session.isClosed()) {
                                return;
                            }
                            if (begun.failed()) {
                                Replies.fault(subscription.session, subscribe, begun.cause());
                                subscription.fail();
                            } else if (subscribe.wishes().onlyRecovered()
                                    && begun.result().reply().wasRecovering()
                                    && !begun.result().reply().recovered()) {
                                refuse(subscription, subscribe, ProtocolError.UNRECOVERABLE_POSITION);
                            } else {
                                subscription.session.reply(
                                        subscribe, begun.result().reply());
                                live(subscription, begun.result());
                            }
                        }));
        }
    }

    /** Subscribes a session that has not asked and tells it; where it is subscribed or going nothing changes. */
    void subscribeUnasked(
            Session session, ChannelName channel, ChannelRule rule, ChannelTerms terms, Command.@Nullable Since since) {
        if (!(session.stage() instanceof Stage.Connected connected)
                || session.subscriptions().get(channel.text()) != null
                || session.subscriptions().size() >= hub.settings().get(RealtimeSettings.CHANNELS_MAX)) {
            return;
        }
        Subscription subscription = new Subscription(session, channel, rule, true);
        begin(connected, subscription, Command.Subscribe.serverSide(channel.text(), since), terms)
                .onComplete(begun -> session.loop().loop.runSoon(() -> {
                    if (session.isClosed()) {
                        return;
                    }
                    if (begun.failed()) {
                        FAULTS.error("event=subscribe-failed", "connection=" + session.id(), begun.cause());
                        subscription.fail();
                    } else {
                        session.subscribed(subscription, begun.result().reply());
                        session.pushEach(subscription, begun.result().reply().publications());
                        live(subscription, begun.result());
                    }
                }));
    }

    /** Takes the cut, enters the presence and fetches the greeting; the subscription is not live yet. */
    Future<Begun> begin(
            Stage.Connected connected, Subscription subscription, Command.Subscribe request, ChannelTerms terms) {
        Session session = subscription.session;
        Promise<NodeChannel.Cut> promise = Promise.promise();
        subscription.settle(options(connected.caller(), subscription, request, terms), terms);
        session.subscriptions().put(subscription);
        hub.attach(
                session.loop(),
                subscription,
                subscription.options().recoverable() ? request.since() : null,
                cut -> {
                    if (!session.subscriptions().has(subscription)) {
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
                .compose(cut -> hub.presence()
                        .enter(subscription, connected.caller().user(), info(session, connected, subscription.info()))
                        .map(size -> new Entry(cut, size)))
                .compose(entry -> data(connected, subscription)
                        .map(data -> new Begun(reply(subscription, request, entry.cut(), data), entry.size())));
    }

    private record Entry(NodeChannel.Cut cut, int size) {}

    /**
     * A subscription that only waits for its reply to be sent.
     *
     * @param size how many are in the channel with it
     */
    record Begun(Reply.Subscribed reply, int size) {}

    /** The reply is on its way: publications may follow, and others may hear of it. */
    void live(Subscription subscription, Begun begun) {
        if (!subscription.session.isClosed()) {
            hub.presence().came(subscription, begun.size());
            subscription.goLive();
        }
    }

    private SubscriptionOptions options(
            Caller caller, Subscription subscription, Command.Subscribe request, ChannelTerms terms) {
        return SubscriptionOptions.of(
                subscription.rule,
                terms,
                request.wishes(),
                may(caller, "presence", subscription.channel, subscription.rule),
                may(caller, "history", subscription.channel, subscription.rule));
    }

    private Future<@Nullable Buffer> data(Stage.Connected connected, Subscription subscription) {
        Buffer fromToken = subscription.options().data();
        return fromToken == null
                ? hub.concerns().greeting(connected.caller(), subscription.channel)
                : Future.succeededFuture(fromToken);
    }

    /** Who the bearer of a session is to others. */
    static Buffer info(Session session, Stage.Connected connected, @Nullable Buffer chanInfo) {
        String info = connected.info();
        Buffer connInfo = info == null ? null : Buffer.buffer(info);
        return new ClientInfo(connected.caller().user(), session.id(), connInfo, chanInfo).json();
    }

    private Reply.Subscribed reply(
            Subscription subscription, Command.Subscribe request, NodeChannel.Cut cut, @Nullable Buffer data) {
        Command.Since since = request.since();
        long offset = since != null && cut.recovered() ? since.offset() : cut.offset();
        boolean delta = subscription.options().delta();
        subscription.hasBase(delta && !cut.publications().isEmpty());
        return new Reply.Subscribed(
                ttlSeconds(subscription.expiresAt(), hub.clock().millis()),
                subscription.options().positioned(),
                subscription.options().recoverable(),
                cut.epoch(),
                offset,
                since != null,
                since != null && cut.recovered(),
                delta,
                cut.publications(),
                data);
    }

    /** Whole seconds left, at least one; 0 for what does not expire. */
    static long ttlSeconds(@Nullable Instant expiresAt, long nowMillis) {
        return expiresAt == null ? 0 : Math.max(1, (expiresAt.toEpochMilli() - nowMillis) / 1_000);
    }

    void refresh(Session session, Stage.Connected connected, Command.SubRefresh refresh) {
        Subscription subscription = session.subscriptions().get(refresh.channel());
        if (subscription == null) {
            Replies.refuse(session, refresh, ProtocolError.PERMISSION_DENIED);
        } else if (!subscription.isLive()) {
            subscription.hold(refresh);
        } else if (refresh.token().isEmpty()) {
            Replies.refuse(session, refresh, ProtocolError.BAD_REQUEST);
        } else {
            tokens.verifyChannel(refresh.token())
                    .onComplete(verdict -> session.loop().loop.runSoon(() -> {
                        if (session.subscriptions().has(subscription)) {
                            refreshed(connected, refresh, subscription, verdict.result());
                        } else {
                            Replies.refuse(session, refresh, ProtocolError.PERMISSION_DENIED);
                        }
                    }));
        }
    }

    private void refreshed(
            Stage.Connected connected,
            Command.SubRefresh refresh,
            Subscription subscription,
            ChannelTokens.Verdict verdict) {
        Session session = subscription.session;
        if (verdict instanceof ChannelTokens.Verdict.Forged) {
            session.close(DisconnectCode.INVALID_TOKEN);
            return;
        }
        switch (judge(verdict, session, connected, refresh.channel())) {
            case Permit.Refused refused -> Replies.refuse(session, refresh, refused.error());
            case Permit.Hostile hostile -> session.close(hostile.code());
            case Permit.Granted granted -> {
                subscription.renew(granted.terms());
                hub.presence()
                        .renew(subscription, connected.caller().user(), info(session, connected, subscription.info()));
                session.reply(
                        refresh,
                        new Reply.SubRefreshed(
                                ttlSeconds(subscription.expiresAt(), hub.clock().millis())));
            }
        }
    }

    static void unsubscribe(Session session, Command.Unsubscribe unsubscribe) {
        Subscription subscription = session.subscriptions().get(unsubscribe.channel());
        if (subscription != null && !subscription.isLive()) {
            subscription.hold(unsubscribe);
            return;
        }
        if (subscription != null) {
            session.drop(subscription);
        }
        session.reply(unsubscribe, new Reply.Done(Reply.Done.Kind.UNSUBSCRIBE));
    }
}
