package io.jishi.cluster;

import com.hazelcast.map.IMap;
import io.jishi.cluster.PresenceTask.Departed;
import io.jishi.realtime.Attendance;
import io.jishi.realtime.ChannelLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up what members that are gone have left behind in logs and presence, and lets others be told that their clients
 * went. The oldest member does it for all; if it dies while it does, the next one finds what is left. So it is looked
 * at again a while after each death, when what the dead member had under way has arrived too.
 */
final class Departures {
    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
    private static final long[] AGAIN_MILLIS = {1_000, 5_000, 20_000};
    private static final int TELLING_SECONDS_MAX = 10;

    private final Vertx vertx;
    private final ClusterMembership membership;
    private final IMap<String, ChannelLog> logs;
    private final IMap<String, Attendance> presence;
    private final Teller teller;

    /** Lets it be told that clients went with their node. */
    interface Teller {
        Future<Void> tell(String channel, Departed departed);
    }

    Departures(
            Vertx vertx,
            ClusterMembership membership,
            IMap<String, ChannelLog> logs,
            IMap<String, Attendance> presence,
            Teller teller) {
        this.vertx = vertx;
        this.membership = membership;
        this.logs = logs;
        this.presence = presence;
        this.teller = teller;
    }

    /** Completes once it is cleaned up for the first time. */
    Future<Void> died(String dead) {
        for (long millis : AGAIN_MILLIS) {
            vertx.setTimer(
                    millis,
                    again -> vertx.executeBlocking(() -> {
                        clean();
                        return null;
                    }));
        }
        return vertx.executeBlocking(() -> {
            if (membership.isOldest()) {
                logs.executeOnEntries(LogTask.forget(dead));
            }
            clean();
            return null;
        });
    }

    private synchronized void clean() {
        if (!membership.isOldest()) {
            return;
        }
        try {
            Map<String, byte[]> found = presence.executeOnEntries(PresenceTask.strangers(membership.members()));
            if (!found.isEmpty()) {
                presence.<byte[]>executeOnEntries(PresenceTask.forget(gone(found)))
                        .forEach((channel, departed) -> tell(channel, PresenceTask.departed(departed)));
            }
        } catch (RuntimeException e) {
            LOG.warn("event=clean-up-failed cause={}", e.toString());
        }
    }

    /**
     * Who was named in a presence was a member before, so who is none now is gone. The other way round a new member could
     * come between the two looks.
     */
    private Set<String> gone(Map<String, byte[]> found) {
        Set<String> gone = new HashSet<>();
        found.values().forEach(strangers -> gone.addAll(PresenceTask.strangers(strangers)));
        gone.removeAll(membership.members());
        return gone;
    }

    /** First it is told, then it is noted that it was: who takes over in between tells it again, and nodes hear it once. */
    private void tell(String channel, Departed departed) {
        try {
            teller.tell(channel, departed)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(TELLING_SECONDS_MAX, TimeUnit.SECONDS);
            presence.executeOnKey(channel, PresenceTask.told(departed.infos().keySet()));
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("event=departure-not-told channel={} cause={}", channel, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
