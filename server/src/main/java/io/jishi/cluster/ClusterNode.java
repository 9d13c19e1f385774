package io.jishi.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.jishi.core.Membership;
import io.jishi.core.Settings;
import io.jishi.realtime.Fanout;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.InstantSource;
import java.util.function.Consumer;

/** This process as a member of the cluster: Hazelcast, and Vert.x on top of it. */
public final class ClusterNode {
    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final ClusterMembership membership;
    private final HazelcastFanout fanout;

    private ClusterNode(HazelcastInstance hazelcast, Vertx vertx, int publishSizeMin, InstantSource clock) {
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.membership = new ClusterMembership(hazelcast.getCluster());
        this.fanout = new HazelcastFanout(vertx, hazelcast, membership, publishSizeMin, clock);
    }

    /** Joins the cluster; blocks until it has. Called before there is any event loop. */
    public static ClusterNode join(Settings settings, VertxBuilder builder, VertxOptions options, InstantSource clock) {
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(HazelcastConfiguration.of(settings));
        options.setEventBusOptions(new EventBusOptions()
                .setHost(settings.get(ClusterSettings.HOST))
                .setClusterPublicHost(settings.get(ClusterSettings.HOST))
                .setConnectTimeout(1_000));
        try {
            Vertx vertx = builder.with(options)
                    .withClusterManager(new HazelcastClusterManager(hazelcast))
                    .buildClustered()
                    .await();
            ClusterNode node = new ClusterNode(hazelcast, vertx, settings.get(ClusterSettings.PUBLISH_SIZE_MIN), clock);
            node.fanout.start().await();
            Pulse.start(vertx, hazelcast);
            return node;
        } catch (RuntimeException e) {
            hazelcast.getLifecycleService().terminate();
            throw e;
        }
    }

    public Vertx vertx() {
        return vertx;
    }

    public Membership membership() {
        return membership;
    }

    public Fanout fanout() {
        return fanout;
    }

    /**
     * Calls back, with why, once this node is or may be no member any more although it lives: it stood still for too
     * long, or the cluster was split and the other part goes on. What this node holds is worth nothing then, so the
     * process should end at once and be started again.
     */
    public void onExpelled(Consumer<String> action) {
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.MERGING) {
                action.accept("the cluster was split and its other part goes on");
            }
        });
        new Standstill(
                        System::nanoTime,
                        () -> membership.members().size(),
                        HazelcastConfiguration.STANDSTILL_MAX,
                        action)
                .watch();
    }

    /** Leaves the cluster after what this node keeps has been handed to others; blocks, so it runs on a worker. */
    public void leave() {
        hazelcast.shutdown();
    }

    /** Goes without handing anything over or telling anybody, as a killed process does; for tests. */
    public void terminate() {
        hazelcast.getLifecycleService().terminate();
    }

    /** Stops Vert.x. The cluster is left separately, as Vert.x still needs it while it stops. */
    public Future<Void> closeVertx() {
        return vertx.close();
    }
}
