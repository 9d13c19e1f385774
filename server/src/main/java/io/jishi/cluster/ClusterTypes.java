package io.jishi.cluster;

import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** The numbers by which types are known on the wire between nodes. Never reused. */
final class ClusterTypes {
    static final int FACTORY = 1_201;
    static final int LOG_TASK = 1;
    static final int PRESENCE_TASK = 2;
    static final int CHANNEL_LOG_SERIALIZER = 1_211;
    static final int PRESENCE_SERIALIZER = 1_212;

    private ClusterTypes() {}

    static IdentifiedDataSerializable create(int type) {
        return switch (type) {
            case LOG_TASK -> new LogTask();
            case PRESENCE_TASK -> new PresenceTask();
            default -> throw new IllegalArgumentException("unknown type " + type);
        };
    }
}
