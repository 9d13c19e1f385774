package io.jishi.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import io.jishi.realtime.ChannelLog;
import io.jishi.realtime.Deeds;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A whole log as bytes, for a partition that moves to another node. */
final class ChannelLogSerializer implements StreamSerializer<ChannelLog> {
    @Override
    public int getTypeId() {
        return ClusterTypes.CHANNEL_LOG_SERIALIZER;
    }

    @Override
    public void write(ObjectDataOutput out, ChannelLog log) throws IOException {
        Buffer bytes = Buffer.buffer();
        ChannelCodec.text(bytes, log.epoch());
        bytes.appendLong(log.topOffset());
        ChannelCodec.publications(bytes, log.history());
        bytes.appendInt(log.nodes().size());
        log.nodes().forEach(node -> ChannelCodec.text(bytes, node));
        bytes.appendInt(log.lastBatches().size());
        log.lastBatches().forEach((node, last) -> {
            ChannelCodec.text(bytes, node);
            bytes.appendLong(last.sequence()).appendLong(last.firstOffset());
        });
        deeds(bytes, log.deeds());
        out.writeByteArray(bytes.getBytes());
    }

    @Override
    public ChannelLog read(ObjectDataInput input) throws IOException {
        ChannelCodec.Reader in = new ChannelCodec.Reader(LogTask.bytes(input));
        String epoch = in.text();
        long top = in.number();
        List<io.jishi.realtime.Publication> history = ChannelCodec.publications(in);
        Set<String> nodes = new HashSet<>();
        for (int left = in.integer(); left > 0; left--) {
            nodes.add(in.text());
        }
        Map<String, ChannelLog.LastBatch> last = new HashMap<>();
        for (int left = in.integer(); left > 0; left--) {
            last.put(in.text(), new ChannelLog.LastBatch(in.number(), in.number()));
        }
        return new ChannelLog(epoch, top, history, nodes, last, deeds(in));
    }

    private static void deeds(Buffer out, Deeds deeds) {
        out.appendInt(deeds.deeds().size());
        deeds.deeds().forEach((key, deed) -> {
            ChannelCodec.text(out, key);
            out.appendLong(deed.offset()).appendLong(deed.timeMillis());
        });
        ChannelCodec.text(out.appendLong(deeds.version()), deeds.versionEpoch());
    }

    private static Deeds deeds(ChannelCodec.Reader in) {
        Map<String, Deeds.Deed> deeds = new LinkedHashMap<>();
        for (int left = in.integer(); left > 0; left--) {
            deeds.put(in.text(), new Deeds.Deed(in.number(), in.number()));
        }
        return new Deeds(deeds, in.number(), in.text());
    }
}
