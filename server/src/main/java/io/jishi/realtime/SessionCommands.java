package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.jishi.core.Invalid;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries out the commands of sessions. Shared by all sessions of a node; keeps no state of its own. */
public final class SessionCommands {
    private final Hub hub;
    private final Methods methods;
    private final Authorization authorization;
    private final Authenticator authenticator;
    private final Function<Caller, List<ChannelName>> serverSubscriptions;
    private final String node;
    private SubscribeCommands subscriptions;
    private ConnectCommands connections;
    private ChannelCommands channels;
    private @Nullable BiConsumer<Caller, JsonNode> messages;

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
        this.subscriptions = new SubscribeCommands(hub, authorization, ChannelTokens.none());
        this.connections = new ConnectCommands(hub, authenticator, serverSubscriptions, subscriptions, node);
        this.channels = new ChannelCommands(hub, subscriptions);
    }

    /** Sets who judges subscription tokens; before the first session. Without it every one is refused. */
    public SessionCommands channelTokens(ChannelTokens tokens) {
        subscriptions = new SubscribeCommands(hub, authorization, tokens);
        connections = new ConnectCommands(hub, authenticator, serverSubscriptions, subscriptions, node);
        channels = new ChannelCommands(hub, subscriptions);
        return this;
    }

    /**
     * Sets who takes the messages that clients send without expecting a reply; before the first session. Without it a
     * client that sends one is disconnected, or it would never know.
     */
    public SessionCommands onMessage(BiConsumer<Caller, JsonNode> handler) {
        messages = handler;
        return this;
    }

    /** @param loopIndex the number of the loop that the socket lives on */
    public Session open(int loopIndex, Transport transport, Format format) {
        return new Session(hub, hub.loop(loopIndex), transport, format, this);
    }

    ChannelCommands channels() {
        return channels;
    }

    SubscribeCommands subscriptions() {
        return subscriptions;
    }

    void carryOut(Session session, Command command) {
        switch (session.stage()) {
            case Stage.Connected connected -> carryOut(session, connected, command);
            case Stage.Connecting connecting -> hold(session, connecting, command);
            case Stage.Opened ignored -> {
                if (command instanceof Command.Connect connect) {
                    connections.connect(session, connect);
                } else {
                    session.close(DisconnectCode.BAD_REQUEST);
                }
            }
            case Stage.Refused ignored -> {
                if (command instanceof Command.Connect connect) {
                    connections.connect(session, connect);
                }
            }
            case Stage.Closed ignored -> {}
        }
    }

    private static void hold(Session session, Stage.Connecting connecting, Command command) {
        if (command instanceof Command.Connect) {
            session.close(DisconnectCode.BAD_REQUEST);
        } else {
            connecting.waiting().add(command);
        }
    }

    /**
     * A command about a channel whose subscription is under way waits for it, as if each were answered before the next is
     * read: the SDK takes the answer to an earlier subscribe for that to a later one, and publishes.
     */
    private static boolean waits(Session session, Command command) {
        String channel = switch (command) {
            case Command.Publish publish -> publish.channel();
            case Command.History history -> history.channel();
            case Command.Presence presence -> presence.channel();
            case Command.PresenceStats stats -> stats.channel();
            case Command.Connect _,
                    Command.Subscribe _,
                    Command.Unsubscribe _,
                    Command.SubRefresh _,
                    Command.Ping _,
                    Command.Send _,
                    Command.Rpc _,
                    Command.Refresh _,
                    Command.Unreadable _,
                    Command.Unknown _,
                    Command.Pong _ -> "";
        };
        Subscription subscription = session.subscriptions().get(channel);
        if (subscription == null || subscription.isLive()) {
            return false;
        }
        subscription.hold(command);
        return true;
    }

    private void carryOut(Session session, Stage.Connected connected, Command command) {
        if (waits(session, command)) {
            return;
        }
        try {
            switch (command) {
                case Command.Connect ignored -> session.close(DisconnectCode.BAD_REQUEST);
                case Command.Subscribe subscribe -> subscriptions.subscribe(session, connected, subscribe);
                case Command.Unsubscribe unsubscribe -> SubscribeCommands.unsubscribe(session, unsubscribe);
                case Command.SubRefresh refresh -> subscriptions.refresh(session, connected, refresh);
                case Command.Publish publish -> channels.publish(session, connected, publish);
                case Command.Presence presence -> channels.presence(session, connected, presence);
                case Command.PresenceStats stats -> channels.presenceStats(session, connected, stats);
                case Command.History history -> channels.history(session, connected, history);
                case Command.Ping ping -> session.reply(ping, new Reply.Done(Reply.Done.Kind.PING));
                case Command.Send send -> send(session, connected, send);
                case Command.Rpc rpc -> rpc(session, connected, rpc);
                case Command.Refresh refresh -> connections.refresh(session, connected, refresh);
                case Command.Unreadable unreadable -> Replies.invalid(session, unreadable, unreadable.why());
                case Command.Unknown unknown -> Replies.refuse(session, unknown, ProtocolError.NOT_AVAILABLE);
                case Command.Pong ignored -> {}
            }
        } catch (Invalid e) {
            Replies.invalid(session, command, e);
        }
    }

    private void send(Session session, Stage.Connected connected, Command.Send send) {
        if (messages == null) {
            session.close(DisconnectCode.NOT_AVAILABLE);
        } else {
            messages.accept(connected.caller(), send.data() == null ? NullNode.getInstance() : send.data());
        }
    }

    private void rpc(Session session, Stage.Connected connected, Command.Rpc rpc) {
        if (!session.beginCommand()) {
            Replies.refuse(session, rpc, ProtocolError.TOO_MANY_REQUESTS);
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
}
