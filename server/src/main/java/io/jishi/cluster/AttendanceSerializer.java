package io.jishi.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import io.jishi.realtime.Attendance;
import io.jishi.realtime.Attendance.Known;
import io.jishi.realtime.Fanout.Attendee;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is in a channel as bytes, for a partition that moves to another node; not for what is done to it where it is. */
final class AttendanceSerializer implements StreamSerializer<Attendance> {
    @Override
    public int getTypeId() {
        return ClusterTypes.PRESENCE_SERIALIZER;
    }

    @Override
    public void write(ObjectDataOutput out, Attendance attendance) throws IOException {
        List<Known> known = attendance.known();
        out.writeInt(known.size());
        for (Known each : known) {
            out.writeString(each.node());
            out.writeString(each.attendee().client());
            out.writeString(each.attendee().user());
            out.writeByteArray(each.attendee().info().getBytes());
            out.writeBoolean(each.attendee().told());
        }
        Map<String, long[]> counted = attendance.counted();
        out.writeInt(counted.size());
        for (Map.Entry<String, long[]> each : counted.entrySet()) {
            out.writeString(each.getKey());
            out.writeLongArray(each.getValue());
        }
        Map<String, Buffer> departed = attendance.departed();
        out.writeInt(departed.size());
        for (Map.Entry<String, Buffer> each : departed.entrySet()) {
            out.writeString(each.getKey());
            out.writeByteArray(each.getValue().getBytes());
        }
    }

    @Override
    public Attendance read(ObjectDataInput in) throws IOException {
        List<Known> known = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String node = LogTask.text(in);
            String client = LogTask.text(in);
            String user = LogTask.text(in);
            Buffer info = Buffer.buffer(LogTask.bytes(in));
            known.add(new Known(node, new Attendee(client, user, info, in.readBoolean())));
        }
        Map<String, long[]> counted = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String node = LogTask.text(in);
            long[] fingerprints = in.readLongArray();
            counted.put(node, fingerprints == null ? new long[0] : fingerprints);
        }
        Map<String, Buffer> departed = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            departed.put(LogTask.text(in), Buffer.buffer(LogTask.bytes(in)));
        }
        return Attendance.of(known, counted, departed);
    }
}
