package io.jishi.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.config.TopicConfig;
import io.jishi.core.Invalid;
import io.jishi.core.Settings;
import io.jishi.realtime.Attendance;
import io.jishi.realtime.ChannelLog;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import java.time.Duration;
import java.util.UUID;

/** Hazelcast's configuration: built on the one that Vert.x ships, so that Vert.x's own maps keep their settings. */
final class HazelcastConfiguration {
    static final String CHANNELS = "jishi.channels";
    static final String PRESENCE = "jishi.presence";
    static final String PULSE = "jishi.pulse";

    /** Where Vert.x looks for the id under which its event bus knows this member. */
    private static final String VERTX_NODE_ID = "__vertx.nodeId";

    private HazelcastConfiguration() {}

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration NO_HEARTBEAT_MAX = Duration.ofSeconds(4);

    /** A lost connection and this many failed attempts to make it anew, one a {@link Pulse}, and a member is given up. */
    private static final int FAULTS_MAX = 2;

    /** A process that stood still for longer may have been given up: its last heartbeat was up to an interval before. */
    static final Duration STANDSTILL_MAX = NO_HEARTBEAT_MAX.minus(HEARTBEAT);

    static Config of(Settings settings) {
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(settings.get(ClusterSettings.NAME));
        config.getMemberAttributeConfig()
                .setAttribute(VERTX_NODE_ID, UUID.randomUUID().toString());
        properties(config);
        network(config.getNetworkConfig(), settings);
        config.addMapConfig(objects(CHANNELS));
        config.addMapConfig(objects(PRESENCE));
        config.addTopicConfig(new TopicConfig(PULSE).setStatisticsEnabled(false));
        config.getSerializationConfig()
                .addDataSerializableFactory(ClusterTypes.FACTORY, ClusterTypes::create)
                .addSerializerConfig(new SerializerConfig()
                        .setTypeClass(ChannelLog.class)
                        .setImplementation(new ChannelLogSerializer()))
                .addSerializerConfig(new SerializerConfig()
                        .setTypeClass(Attendance.class)
                        .setImplementation(new AttendanceSerializer()));
        return config;
    }

    /** A frozen member is given up within five seconds (four, and a heartbeat), a dead one within one; nothing calls home or guesses. */
    private static void properties(Config config) {
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", Long.toString(HEARTBEAT.toSeconds()));
        config.setProperty("hazelcast.max.no.heartbeat.seconds", Long.toString(NO_HEARTBEAT_MAX.toSeconds()));
        config.setProperty("hazelcast.connection.monitor.max.faults", Integer.toString(FAULTS_MAX));
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        config.setProperty("hazelcast.operation.call.timeout.millis", "10000");
        config.setProperty("hazelcast.operation.backup.timeout.millis", "5000");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.partition.migration.interval", "0");
        config.setProperty("hazelcast.diagnostics.enabled", "false");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
    }

    private static MapConfig objects(String name) {
        return new MapConfig(name)
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setBackupCount(1)
                .setAsyncBackupCount(0)
                .setStatisticsEnabled(false);
    }

    private static void network(NetworkConfig network, Settings settings) {
        network.setPort(settings.get(ClusterSettings.PORT)).setPortAutoIncrement(false);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        String host = settings.get(ClusterSettings.HOST);
        switch (settings.get(ClusterSettings.DISCOVERY)) {
            case NONE -> network.getInterfaces().setEnabled(true).addInterface(host);
            case MEMBERS -> {
                network.getInterfaces().setEnabled(true).addInterface(host);
                String members = settings.get(ClusterSettings.MEMBERS);
                if (members.isBlank()) {
                    throw new Invalid("cluster.members", "cluster.members must name at least one host:port.");
                }
                join.getTcpIpConfig()
                        .setEnabled(true)
                        .setConnectionTimeoutSeconds(2)
                        .setMembers(java.util.Arrays.stream(members.split(","))
                                .map(String::strip)
                                .toList());
            }
            case KUBERNETES -> {
                String service = settings.get(ClusterSettings.KUBERNETES_SERVICE);
                if (service.isBlank()) {
                    throw new Invalid(
                            "cluster.kubernetes-service", "cluster.kubernetes-service must name the headless service.");
                }
                join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", service);
            }
        }
    }
}
