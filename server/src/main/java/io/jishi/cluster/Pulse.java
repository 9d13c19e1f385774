package io.jishi.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * A message to every other member a few times a second, whose content does not matter. Hazelcast gives a member up after
 * a number of failed attempts to reach it, and attempts only when it has something to say: its own heartbeats, a second
 * apart, would need several seconds to tell that a process was killed. Nobody waits for a pulse and none is kept.
 */
final class Pulse {
    private static final Duration EVERY = Duration.ofMillis(200);

    private Pulse() {}

    /** Beats until Vert.x is closed; on a worker, as Hazelcast waits for an answer to one event in a hundred thousand. */
    static void start(Vertx vertx, HazelcastInstance hazelcast) {
        ITopic<Boolean> topic = hazelcast.getTopic(HazelcastConfiguration.PULSE);
        // Without a listener a member is sent nothing.
        topic.addMessageListener(message -> {});
        vertx.setPeriodic(
                EVERY.toMillis(),
                timer -> vertx.executeBlocking(
                        () -> {
                            if (hazelcast.getLifecycleService().isRunning()) {
                                topic.publish(Boolean.TRUE);
                            }
                            return null;
                        },
                        false));
    }
}
