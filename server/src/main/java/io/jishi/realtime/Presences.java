package io.jishi.realtime;

import io.jishi.realtime.Fanout.Attendee;
import io.jishi.realtime.Fanout.Move;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters subscribers in the presence of their channels and takes them out, and tells of it where that is wanted and the
 * channel is not too full for it: in a room of n each coming costs n messages.
 */
final class Presences {
    private static final Logger LOG = LoggerFactory.getLogger(Presences.class);

    private final Fanout fanout;

    Presences(Fanout fanout) {
        this.fanout = fanout;
    }

    /**
     * Enters a subscriber as what others shall see of it.
     *
     * @return how many are there then; 0 where nobody is entered
     */
    Future<Integer> enter(Subscription subscription, String user, Buffer info) {
        if (!subscription.options().presence()) {
            return Future.succeededFuture(0);
        }
        subscription.entered(info);
        Attendee attendee = new Attendee(
                subscription.session.id(), user, info, subscription.options().joinLeave());
        return fanout.enter(subscription.channel.text(), attendee, subscription.rule);
    }

    /** Lets others see what a new token says of a subscriber that is entered already. */
    void renew(Subscription subscription, String user, Buffer info) {
        Buffer before = subscription.entered();
        if (before != null && !before.equals(info)) {
            enter(subscription, user, info).onFailure(fault -> failed(subscription, fault));
        }
    }

    /** Tells of a subscriber that was entered, once it can hear it itself. */
    void came(Subscription subscription, int size) {
        Buffer info = subscription.entered();
        if (info != null && subscription.options().joinLeave() && size <= subscription.rule.joinLeaveMax()) {
            tell(subscription, new Move(true, info));
        }
    }

    void exit(Subscription subscription) {
        Buffer info = subscription.entered();
        if (info == null) {
            return;
        }
        fanout.exit(subscription.channel.text(), subscription.session.id())
                .onSuccess(size -> went(subscription, info, size))
                .onFailure(fault -> failed(subscription, fault));
    }

    private void went(Subscription subscription, Buffer info, int size) {
        if (subscription.options().joinLeave() && size < subscription.rule.joinLeaveMax()) {
            tell(subscription, new Move(false, info));
        }
    }

    /**
     * Tells of those who went with a node that died, as if they had gone one after the other.
     *
     * @param size how many are in the channel still
     */
    Future<Void> departed(String channel, ChannelRule rule, int size, List<Buffer> infos) {
        int told = Math.clamp((long) rule.joinLeaveMax() - size, 0, infos.size());
        return Future.join(infos.subList(infos.size() - told, infos.size()).stream()
                        .map(info -> fanout.tell(channel, new Move(false, info), rule))
                        .toList())
                .mapEmpty();
    }

    private void tell(Subscription subscription, Move move) {
        fanout.tell(subscription.channel.text(), move, subscription.rule)
                .onFailure(fault -> failed(subscription, fault));
    }

    private static void failed(Subscription subscription, @Nullable Throwable fault) {
        LOG.warn("event=presence-failed channel={} cause={}", subscription.channel, String.valueOf(fault));
    }
}
