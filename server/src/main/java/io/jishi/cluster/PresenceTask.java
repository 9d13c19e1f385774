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
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done to the presence of a channel where it lives. */
final class PresenceTask implements EntryProcessor<String, Attendance, byte @Nullable []>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;

    private enum Kind {
        ENTER,
        EXIT,
        STRANGERS,
        FORGET,
        TOLD,
        LIST,
        COUNT
    }

    private Kind kind = Kind.LIST;
    private String node = "";
    private String client = "";
    private String user = "";
    private byte[] info = new byte[0];
    private boolean told;
    private int knownMax;
    /** Of nodes, or of clients. */
    private String[] ids = {};

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
        task.told = attendee.told();
        task.knownMax = knownMax;
        return task;
    }

    static PresenceTask exit(String node, String client) {
        return new PresenceTask(Kind.EXIT, node, client);
    }

    /** Asks for the nodes besides the members that clients are connected to, and whether of somebody's going nobody was told. */
    static PresenceTask strangers(Collection<String> members) {
        return of(Kind.STRANGERS, members);
    }

    static PresenceTask forget(Collection<String> nodes) {
        return of(Kind.FORGET, nodes);
    }

    /** Others were told that these clients went. */
    static PresenceTask told(Collection<String> clients) {
        return of(Kind.TOLD, clients);
    }

    private static PresenceTask of(Kind kind, Collection<String> ids) {
        PresenceTask task = new PresenceTask(kind, "", "");
        task.ids = ids.toArray(String[]::new);
        return task;
    }

    static PresenceTask list() {
        return new PresenceTask(Kind.LIST, "", "");
    }

    static PresenceTask count() {
        return new PresenceTask(Kind.COUNT, "", "");
    }

    @Override
    public byte @Nullable [] process(Map.Entry<String, @Nullable Attendance> entry) {
        Attendance there = entry.getValue();
        Attendance attendance = there == null ? new Attendance() : there;
        return switch (kind) {
            case LIST, COUNT -> encode(attendance.present(kind == Kind.LIST));
            case STRANGERS -> strangers(attendance);
            case ENTER, EXIT, FORGET, TOLD -> {
                if (kind == Kind.FORGET && isUntouched(attendance)) {
                    yield null;
                }
                byte[] result = change(attendance);
                entry.setValue(attendance.isEmpty() ? null : attendance);
                yield result;
            }
        };
    }

    private byte @Nullable [] change(Attendance attendance) {
        return switch (kind) {
            case ENTER -> size(attendance.enter(node, new Attendee(client, user, Buffer.buffer(info), told), knownMax));
            case EXIT -> size(attendance.exit(node, client));
            case FORGET -> {
                attendance.forget(Set.of(ids));
                yield encode(new Departed(attendance.size(), attendance.departed()));
            }
            case TOLD -> {
                attendance.told(List.of(ids));
                yield null;
            }
            case LIST, COUNT, STRANGERS -> throw new IllegalStateException("changes nothing: " + kind);
        };
    }

    /** Most channels have nothing of a node that is gone; what is not changed is not sent to a backup either. */
    private boolean isUntouched(Attendance attendance) {
        return attendance.departed().isEmpty() && Collections.disjoint(attendance.nodes(), List.of(ids));
    }

    private static byte[] size(int size) {
        return Buffer.buffer().appendInt(size).getBytes();
    }

    /** Null where everybody is known to be a member, which most channels answer when one node of many dies. */
    private byte @Nullable [] strangers(Attendance attendance) {
        Set<String> strangers = new HashSet<>(attendance.nodes());
        List.of(ids).forEach(strangers::remove);
        if (strangers.isEmpty() && attendance.departed().isEmpty()) {
            return null;
        }
        Buffer out = Buffer.buffer();
        strangers.forEach(each -> ChannelCodec.text(out, each));
        return out.getBytes();
    }

    static Set<String> strangers(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        Set<String> strangers = new HashSet<>();
        while (in.hasMore()) {
            strangers.add(in.text());
        }
        return strangers;
    }

    /**
     * Those who went with a node and of whose going nobody was told yet.
     *
     * @param size how many are still there
     * @param infos by client
     */
    record Departed(int size, Map<String, Buffer> infos) {}

    private static byte @Nullable [] encode(Departed departed) {
        if (departed.infos().isEmpty()) {
            return null;
        }
        Buffer out = Buffer.buffer().appendInt(departed.size());
        departed.infos().forEach((each, about) -> {
            ChannelCodec.text(out, each);
            ChannelCodec.block(out, about);
        });
        return out.getBytes();
    }

    static Departed departed(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        int size = in.integer();
        Map<String, Buffer> infos = new LinkedHashMap<>();
        while (in.hasMore()) {
            infos.put(in.text(), in.block());
        }
        return new Departed(size, infos);
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
        out.writeBoolean(told);
        out.writeInt(knownMax);
        out.writeStringArray(ids);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        kind = Kind.valueOf(LogTask.text(in));
        node = LogTask.text(in);
        client = LogTask.text(in);
        user = LogTask.text(in);
        info = LogTask.bytes(in);
        told = in.readBoolean();
        knownMax = in.readInt();
        @Nullable String[] read = in.readStringArray();
        ids = read == null ? new String[0] : read;
    }
}
