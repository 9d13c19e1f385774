package io.jishi.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who is in a channel: infos by client, with the node that each is connected to. */
final class PresenceSet {
    /** @param info the client info as JSON */
    @SuppressWarnings("ArrayRecordComponent") // handed on unread, never compared
    record Present(String node, byte[] info) {}

    final Map<String, Present> clients = new LinkedHashMap<>();

    /** A whole set as bytes, for a partition that moves to another node. */
    static final class Serializer implements StreamSerializer<PresenceSet> {
        @Override
        public int getTypeId() {
            return ClusterTypes.PRESENCE_SERIALIZER;
        }

        @Override
        public void write(ObjectDataOutput out, PresenceSet set) throws IOException {
            out.writeInt(set.clients.size());
            for (Map.Entry<String, Present> client : set.clients.entrySet()) {
                out.writeString(client.getKey());
                out.writeString(client.getValue().node());
                out.writeByteArray(client.getValue().info());
            }
        }

        @Override
        public PresenceSet read(ObjectDataInput in) throws IOException {
            PresenceSet set = new PresenceSet();
            for (int left = in.readInt(); left > 0; left--) {
                set.clients.put(LogTask.text(in), new Present(LogTask.text(in), LogTask.bytes(in)));
            }
            return set;
        }
    }
}
