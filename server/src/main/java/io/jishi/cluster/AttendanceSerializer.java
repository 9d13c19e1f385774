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
import java.util.List;
import java.util.Map;

/** Who is in a channel as bytes, for a partition that moves to another node. */
final class AttendanceSerializer implements StreamSerializer<Attendance> {
    @Override
    public int getTypeId() {
        return ClusterTypes.PRESENCE_SERIALIZER;
    }

    @Override
    public void write(ObjectDataOutput out, Attendance attendance) throws IOException {
        out.writeInt(attendance.known().size());
        for (Known known : attendance.known().values()) {
            out.writeString(known.node());
            out.writeString(known.attendee().client());
            out.writeString(known.attendee().user());
            out.writeByteArray(known.attendee().info().getBytes());
        }
        out.writeInt(attendance.counted().size());
        for (Map.Entry<String, Integer> counted : attendance.counted().entrySet()) {
            out.writeString(counted.getKey());
            out.writeInt(counted.getValue());
        }
    }

    @Override
    public Attendance read(ObjectDataInput in) throws IOException {
        List<Known> known = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String node = LogTask.text(in);
            known.add(new Known(
                    node, new Attendee(LogTask.text(in), LogTask.text(in), Buffer.buffer(LogTask.bytes(in)))));
        }
        Map<String, Integer> counted = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            counted.put(LogTask.text(in), in.readInt());
        }
        return Attendance.of(known, counted);
    }
}
