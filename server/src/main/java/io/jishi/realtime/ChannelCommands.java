package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes to channels, and looks at their presence and history. Keeps no state of its own. */
final class ChannelCommands {
    private static final int HISTORY_LIMIT_MAX = 1_000;

    private final Hub hub;
    private final SubscribeCommands subscriptions;

    ChannelCommands(Hub hub, SubscribeCommands subscriptions) {
        this.hub = hub;
        this.subscriptions = subscriptions;
    }

    /** The rule of a channel on which the caller may do this; otherwise the refusal is sent, and null returned. */
    private @Nullable ChannelRule permitted(
            Session session, Stage.Connected connected, Command command, String operation, ChannelName channel) {
        ChannelRule rule = hub.rules().of(channel).orElse(null);
        if (rule == null) {
            Replies.refuse(session, command, ProtocolError.UNKNOWN_CHANNEL);
            return null;
        }
        if (!subscriptions.may(connected.caller(), operation, channel, rule)) {
            Replies.refuse(session, command, ProtocolError.PERMISSION_DENIED);
            return null;
        }
        return rule;
    }

    void publish(Session session, Stage.Connected connected, Command.Publish publish) {
        ChannelName channel = new ChannelName(publish.channel());
        JsonNode data = publish.data();
        if (data.isMissingNode() || data.isNull()) {
            Replies.refuse(session, publish, ProtocolError.BAD_REQUEST);
        } else if (permitted(session, connected, publish, "publish", channel) != null) {
            Replies.later(
                    session,
                    publish,
                    hub.concerns()
                            .guarded(connected.caller(), channel)
                            .compose(may -> may
                                    ? hub.publishDraft(channel, Json.encode(data), info(session, connected, channel))
                                            .map(position -> (Reply) new Reply.Done(Reply.Done.Kind.PUBLISH))
                                    : Future.succeededFuture(Reply.Error.of(ProtocolError.PERMISSION_DENIED))));
        }
    }

    void presence(Session session, Stage.Connected connected, Command.Presence presence) {
        ChannelName channel = new ChannelName(presence.channel());
        ChannelRule rule = permitted(session, connected, presence, "presence", channel);
        if (rule != null) {
            Replies.later(
                    session,
                    presence,
                    rule.presence()
                            ? hub.fanout().present(channel.text()).map(ChannelCommands::list)
                            : Future.succeededFuture(Reply.Error.of(ProtocolError.NOT_AVAILABLE)));
        }
    }

    void presenceStats(Session session, Stage.Connected connected, Command.PresenceStats stats) {
        ChannelName channel = new ChannelName(stats.channel());
        ChannelRule rule = permitted(session, connected, stats, "presence", channel);
        if (rule != null) {
            Replies.later(
                    session,
                    stats,
                    rule.presence()
                            ? hub.fanout()
                                    .headcount(channel.text())
                                    .map(there -> new Reply.PresenceCount(there.clients(), there.users()))
                            : Future.succeededFuture(Reply.Error.of(ProtocolError.NOT_AVAILABLE)));
        }
    }

    /** A list that lacks some would be taken for whole, so above the limit there is only a number. */
    private static Reply list(Fanout.Presence there) {
        return there.infos().size() < there.clients()
                ? Reply.Error.of(ProtocolError.LIMIT_EXCEEDED)
                : new Reply.Present(there.infos());
    }

    void history(Session session, Stage.Connected connected, Command.History history) {
        ChannelName channel = new ChannelName(history.channel());
        ChannelRule rule = permitted(session, connected, history, "history", channel);
        if (rule == null) {
            return;
        }
        if (!rule.hasHistory()) {
            Replies.refuse(session, history, ProtocolError.NOT_AVAILABLE);
            return;
        }
        if (history.reverse() && history.since() != null && history.since().offset() == 0) {
            Replies.refuse(session, history, ProtocolError.BAD_REQUEST);
            return;
        }
        Replies.later(
                session,
                history,
                hub.concerns()
                        .guarded(connected.caller(), channel)
                        .compose(may -> may
                                ? past(channel.text(), rule, history)
                                : Future.succeededFuture(Reply.Error.of(ProtocolError.PERMISSION_DENIED))));
    }

    Future<Reply> past(String channel, ChannelRule rule, Command.History history) {
        int limit = history.limit() < 0 ? HISTORY_LIMIT_MAX : Math.min(history.limit(), HISTORY_LIMIT_MAX);
        return hub.fanout().read(channel, page(history, limit), rule).map(slice -> {
            Command.Since since = history.since();
            if (since != null && !since.epoch().isEmpty() && !since.epoch().equals(slice.epoch())) {
                return Reply.Error.of(ProtocolError.UNRECOVERABLE_POSITION);
            }
            List<Publication> publications = slice.publications();
            return new Reply.Past(
                    slice.epoch(), slice.topOffset(), history.reverse() ? publications.reversed() : publications);
        });
    }

    private static Fanout.Page page(Command.History history, int limit) {
        Command.Since since = history.since();
        if (since == null) {
            return history.reverse() ? Fanout.Page.before(Fanout.Page.END, limit) : Fanout.Page.behind(0, limit);
        }
        return new Fanout.Page(since.epoch(), since.offset(), history.reverse(), limit);
    }

    private static Buffer info(Session session, Stage.Connected connected, ChannelName channel) {
        Subscription subscription = session.subscriptions().get(channel.text());
        return SubscribeCommands.info(session, connected, subscription == null ? null : subscription.info());
    }
}
