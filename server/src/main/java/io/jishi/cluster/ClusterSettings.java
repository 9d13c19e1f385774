package io.jishi.cluster;

import io.jishi.core.Setting;
import java.util.List;

/** How nodes find one another. */
public final class ClusterSettings {
    /** How nodes find one another. */
    public enum Discovery {
        /** This node stays alone. */
        NONE,
        /** A list of addresses. */
        MEMBERS,
        /** The addresses behind a headless service of Kubernetes, by DNS. */
        KUBERNETES
    }

    public static final Setting<Discovery> DISCOVERY =
            Setting.choice("cluster.discovery", Discovery.NONE, "How nodes find one another.");
    public static final Setting<String> NAME =
            Setting.text("cluster.name", "jishi", "Nodes with another name do not join.");
    public static final Setting<String> HOST =
            Setting.text("cluster.host", "127.0.0.1", "The address that the other nodes reach this one at.");
    public static final Setting<Integer> PORT =
            Setting.integer("cluster.port", 5701, 0, 65_535, "The port for Hazelcast; 0 takes a free one.");
    public static final Setting<String> MEMBERS = Setting.text(
            "cluster.members", "", "With discovery by members: host:port of each node, divided by commas.");
    public static final Setting<String> KUBERNETES_SERVICE = Setting.text(
            "cluster.kubernetes-service", "", "With discovery by Kubernetes: DNS name of the headless service.");
    public static final Setting<Integer> SIZE_MIN =
            Setting.integer("cluster.size-min", 1, 1, 1_000, "A node of a smaller cluster than this is not ready.");

    public static final Setting<Integer> PUBLISH_SIZE_MIN = Setting.integer(
            "cluster.publish-size-min",
            1,
            1,
            1_000,
            "A node that sees a smaller cluster than this refuses publications. With more than half of the nodes, what"
                    + " was acknowledged is not lost in a split network; with 1 a lone survivor goes on.");

    public static final List<Setting<?>> ALL =
            List.of(DISCOVERY, NAME, HOST, PORT, MEMBERS, KUBERNETES_SERVICE, SIZE_MIN, PUBLISH_SIZE_MIN);

    private ClusterSettings() {}
}
