package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.jishi.realtime.Channels.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a program of the shop's own, not a client, asks of real time. Channels are the whole cluster's; what concerns
 * sessions reaches those of this node, and whoever wants all of them asks every node.
 */
public final class HubControl {
    private final Hub hub;
    private final SessionCommands commands;

    /**
     * Which sessions of a user are meant.
     *
     * @param user empty for guests
     * @param client the one connection with this id; empty for all
     * @param session the one with this secret; empty for all
     * @param exceptClients connections that are left alone
     */
    public record Whom(String user, String client, String session, List<String> exceptClients) {
        public Whom {
            exceptClients = List.copyOf(exceptClients);
        }

        private boolean means(Session candidate) {
            return (client.isEmpty() || client.equals(candidate.id()))
                    && (session.isEmpty() || session.equals(secret(candidate)))
                    && !exceptClients.contains(candidate.id());
        }

        private static String secret(Session candidate) {
            return candidate
                    .returnAddress()
                    .map(Transport.ReturnAddress::session)
                    .orElse("");
        }
    }

    /** What a channel has kept. */
    public record Past(String epoch, long offset, List<Publication> publications) {}

    /** How many are in a channel. */
    public record PresenceCount(int clients, int users) {}

    /** What lives on this node. */
    public record Census(int clients, int users, int channels, int subscriptions) {}

    public HubControl(Hub hub, SessionCommands commands) {
        this.hub = hub;
        this.commands = commands;
    }

    /** The rule of a channel; empty where there are no such channels. */
    public Optional<ChannelRule> rule(ChannelName channel) {
        return hub.rules().of(channel);
    }

    /**
     * Publishes JSON.
     *
     * @param tags none of them named as the server's own
     */
    public Future<Position> publish(ChannelName channel, Buffer data, Map<String, String> tags, Fanout.Once once) {
        return hub.publishDraft(channel, draft(data, tags, once));
    }

    /** Publishes JSON that no history keeps: it has no position, and who is not there or slow does not hear it. */
    public Future<Void> pass(ChannelName channel, Buffer data, Map<String, String> tags) {
        return hub.pass(channel, draft(data, tags, Fanout.Once.NEVER_MIND));
    }

    private Fanout.Draft draft(Buffer data, Map<String, String> tags, Fanout.Once once) {
        if (tags.containsKey(Content.LEFT_OUT)) {
            throw new Invalid("tags", "The tag " + Content.LEFT_OUT + " is the server's own.");
        }
        return new Fanout.Draft("", data, null, hub.clock().millis(), tags, once);
    }

    /** Client infos in JSON by client id; empty where there are too many to be known by name. */
    public Future<Optional<Map<String, Buffer>>> present(ChannelName channel) {
        return hub.fanout()
                .present(channel.text())
                .map(there -> there.infos().size() < there.clients() ? Optional.empty() : Optional.of(there.infos()));
    }

    public Future<PresenceCount> presenceCount(ChannelName channel) {
        return hub.fanout().headcount(channel.text()).map(there -> new PresenceCount(there.clients(), there.users()));
    }

    /**
     * Reads a channel's history.
     *
     * @param limit 0 for the position alone, negative for all
     * @param sinceEpoch null to start at an end
     * @return empty where the log does not go back to that position
     */
    public Future<Optional<Past>> history(
            ChannelName channel, int limit, @Nullable String sinceEpoch, long sinceOffset, boolean reverse) {
        Command.Since since = sinceEpoch == null ? null : new Command.Since(sinceEpoch, sinceOffset);
        ChannelRule rule =
                rule(channel).orElseThrow(() -> new Invalid("channel", "There is no channel of that namespace."));
        return commands.channels()
                .past(channel.text(), rule, new Command.History(0, channel.text(), limit, since, reverse))
                .map(reply -> reply instanceof Reply.Past past
                        ? Optional.of(new Past(past.epoch(), past.offset(), past.publications()))
                        : Optional.empty());
    }

    /** Forgets a channel's publications, not its position; every node is to {@link #forgetRecent} afterwards. */
    public Future<Void> removeHistory(ChannelName channel, ChannelRule rule) {
        return hub.fanout().clear(channel.text(), rule);
    }

    public Future<Void> forgetRecent(ChannelName channel) {
        return hub.onHome(channel.text(), NodeChannel::forgetPast);
    }

    public Future<Integer> disconnect(Whom whom, int code, String reason) {
        return each(whom, session -> session.close(code, reason));
    }

    /** @param channel empty for all channels of those sessions */
    public Future<Integer> unsubscribe(Whom whom, String channel, int code, String reason) {
        return each(
                whom,
                session -> session.subscriptions().all().stream()
                        .filter(subscription -> channel.isEmpty() || channel.equals(subscription.channel.text()))
                        .forEach(subscription -> session.unsubscribed(subscription, code, reason)));
    }

    /**
     * Subscribes sessions that have not asked for it; their clients are told.
     *
     * @param since what came behind this is sent first, where the channel can recover it; null for nothing
     */
    public Future<Integer> subscribe(
            Whom whom, ChannelName channel, ChannelRule rule, ChannelTerms terms, @Nullable Position since) {
        Command.Since from = since == null ? null : new Command.Since(since.epoch(), since.offset());
        return each(whom, session -> commands.subscriptions().subscribeUnasked(session, channel, rule, terms, from));
    }

    /** @param expiresAt null for never; sessions that have expired are closed as such */
    public Future<Integer> refresh(Whom whom, boolean expired, @Nullable Instant expiresAt) {
        return each(whom, session -> {
            if (expired || (expiresAt != null && !expiresAt.isAfter(hub.clock().instant()))) {
                session.close(DisconnectCode.EXPIRED);
            } else {
                session.expireAt(expiresAt);
            }
        });
    }

    private Future<Integer> each(Whom whom, Consumer<Session> action) {
        List<Future<Void>> done = new ArrayList<>();
        for (Session session : hub.users().of(whom.user())) {
            if (whom.means(session)) {
                Promise<Void> promise = Promise.promise();
                done.add(promise.future());
                session.loop().loop.run(() -> {
                    action.accept(session);
                    promise.complete();
                });
            }
        }
        return Future.join(done).map(done.size());
    }

    /** Subscribers by channel on this node. */
    public Future<Map<String, Integer>> channels() {
        return hub.channels();
    }

    public Future<Census> census() {
        return channels()
                .map(channels -> new Census(
                        hub.users().clients(),
                        hub.users().users(),
                        channels.size(),
                        channels.values().stream().mapToInt(Integer::intValue).sum()));
    }
}
