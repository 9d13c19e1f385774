package io.jishi.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.jishi.cluster.PresenceSet.Present;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done to the presence of a channel where it lives. */
final class PresenceTask implements EntryProcessor<String, PresenceSet, byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;
    private static final int CLIENTS_MAX = 10_000;

    private enum Kind {
        ENTER,
        EXIT,
        FORGET,
        LIST
    }

    private Kind kind = Kind.LIST;
    private String client = "";
    private String node = "";
    private byte[] info = new byte[0];

    /** For deserialisation only. */
    PresenceTask() {}

    private PresenceTask(Kind kind, String client, String node, byte[] info) {
        this.kind = kind;
        this.client = client;
        this.node = node;
        this.info = info;
    }

    static PresenceTask enter(String client, String node, Buffer info) {
        return new PresenceTask(Kind.ENTER, client, node, info.getBytes());
    }

    static PresenceTask exit(String client) {
        return new PresenceTask(Kind.EXIT, client, "", new byte[0]);
    }

    static PresenceTask forget(String node) {
        return new PresenceTask(Kind.FORGET, "", node, new byte[0]);
    }

    static PresenceTask list() {
        return new PresenceTask(Kind.LIST, "", "", new byte[0]);
    }

    @Override
    public byte[] process(Map.Entry<String, @Nullable PresenceSet> entry) {
        PresenceSet set = entry.getValue();
        if (set == null) {
            set = new PresenceSet();
        }
        switch (kind) {
            case LIST -> {
                return encode(set);
            }
            case ENTER -> {
                if (set.clients.size() < CLIENTS_MAX) {
                    set.clients.put(client, new Present(node, info));
                }
            }
            case EXIT -> set.clients.remove(client);
            case FORGET ->
                set.clients.values().removeIf(present -> present.node().equals(node));
        }
        entry.setValue(set.clients.isEmpty() ? null : set);
        return new byte[0];
    }

    private static byte[] encode(PresenceSet set) {
        Buffer out = Buffer.buffer().appendInt(set.clients.size());
        set.clients.forEach((id, present) -> {
            ChannelCodec.text(out, id);
            ChannelCodec.block(out, Buffer.buffer(present.info()));
        });
        return out.getBytes();
    }

    static Map<String, Buffer> infos(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        Map<String, Buffer> infos = new HashMap<>();
        for (int left = in.integer(); left > 0; left--) {
            infos.put(in.text(), in.block());
        }
        return infos;
    }

    @Override
    public int getFactoryId() {
        return ClusterTypes.FACTORY;
    }

    @Override
    public int getClassId() {
        return ClusterTypes.PRESENCE_TASK;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(kind.name());
        out.writeString(client);
        out.writeString(node);
        out.writeByteArray(info);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        kind = Kind.valueOf(LogTask.text(in));
        client = LogTask.text(in);
        node = LogTask.text(in);
        info = LogTask.bytes(in);
    }
}
