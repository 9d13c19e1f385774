package io.jishi.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.jishi.realtime.Attendance;
import io.jishi.realtime.Fanout.Attendee;
import io.jishi.realtime.Fanout.Presence;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done to the presence of a channel where it lives. */
final class PresenceTask implements EntryProcessor<String, Attendance, byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;

    private enum Kind {
        ENTER,
        EXIT,
        FORGET,
        LIST,
        COUNT
    }

    private Kind kind = Kind.LIST;
    private String node = "";
    private String client = "";
    private String user = "";
    private byte[] info = new byte[0];
    private int knownMax;

    /** For deserialisation only. */
    PresenceTask() {}

    private PresenceTask(Kind kind, String node, String client) {
        this.kind = kind;
        this.node = node;
        this.client = client;
    }

    static PresenceTask enter(String node, Attendee attendee, int knownMax) {
        PresenceTask task = new PresenceTask(Kind.ENTER, node, attendee.client());
        task.user = attendee.user();
        task.info = attendee.info().getBytes();
        task.knownMax = knownMax;
        return task;
    }

    static PresenceTask exit(String node, String client) {
        return new PresenceTask(Kind.EXIT, node, client);
    }

    static PresenceTask forget(String node) {
        return new PresenceTask(Kind.FORGET, node, "");
    }

    static PresenceTask list() {
        return new PresenceTask(Kind.LIST, "", "");
    }

    static PresenceTask count() {
        return new PresenceTask(Kind.COUNT, "", "");
    }

    @Override
    public byte[] process(Map.Entry<String, @Nullable Attendance> entry) {
        Attendance there = entry.getValue();
        Attendance attendance = there == null ? new Attendance() : there;
        if (kind == Kind.LIST || kind == Kind.COUNT) {
            return encode(attendance.present(kind == Kind.LIST));
        }
        int size = switch (kind) {
            case ENTER -> attendance.enter(node, new Attendee(client, user, Buffer.buffer(info)), knownMax);
            case EXIT -> attendance.exit(node, client);
            case FORGET, LIST, COUNT -> {
                attendance.forget(node);
                yield attendance.size();
            }
        };
        entry.setValue(attendance.isEmpty() ? null : attendance);
        return Buffer.buffer().appendInt(size).getBytes();
    }

    private static byte[] encode(Presence presence) {
        Buffer out = Buffer.buffer().appendInt(presence.clients()).appendInt(presence.users());
        out.appendInt(presence.infos().size());
        presence.infos().forEach((id, each) -> {
            ChannelCodec.text(out, id);
            ChannelCodec.block(out, each);
        });
        return out.getBytes();
    }

    static Presence presence(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        int clients = in.integer();
        int users = in.integer();
        Map<String, Buffer> infos = new HashMap<>();
        for (int left = in.integer(); left > 0; left--) {
            infos.put(in.text(), in.block());
        }
        return new Presence(infos, clients, users);
    }

    static int size(byte[] result) {
        return new ChannelCodec.Reader(result).integer();
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
        out.writeString(node);
        out.writeString(client);
        out.writeString(user);
        out.writeByteArray(info);
        out.writeInt(knownMax);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        kind = Kind.valueOf(LogTask.text(in));
        node = LogTask.text(in);
        client = LogTask.text(in);
        user = LogTask.text(in);
        info = LogTask.bytes(in);
        knownMax = in.readInt();
    }
}
