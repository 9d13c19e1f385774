package io.jishi.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.jishi.realtime.ChannelLog;
import io.jishi.realtime.ChannelRule;
import io.jishi.realtime.Deeds;
import io.jishi.realtime.DeliveryClass;
import io.jishi.realtime.Fanout;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a channel's log where it lives: on the thread of its partition, then the same on the backup. Anything
 * that could differ between the two (time, a new epoch) comes with the task.
 */
final class LogTask implements EntryProcessor<String, ChannelLog, byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;
    private static final int UNHEARD_SECONDS_MIN = 60;

    private enum Kind {
        APPEND,
        JOIN,
        LEAVE,
        FORGET,
        READ,
        LATEST,
        HEARERS,
        CLEAR
    }

    private Kind kind = Kind.READ;
    /** Who does it; for a read the epoch that is meant, empty for whichever. */
    private String node = "";

    private String newEpoch = "";
    private long nowMillis;
    private int historySize;
    private int historySeconds;
    /** The sequence of an append, or the offset to read from. */
    private long number;

    private int limitMax;
    private byte[] drafts = new byte[0];

    /** For deserialisation only. */
    LogTask() {}

    private LogTask(Kind kind, String node, String newEpoch, long nowMillis, ChannelRule rule) {
        this.kind = kind;
        this.node = node;
        this.newEpoch = newEpoch;
        this.nowMillis = nowMillis;
        this.historySize = rule.historySize();
        this.historySeconds = rule.historySeconds();
    }

    static LogTask append(
            String node, String newEpoch, long nowMillis, ChannelRule rule, long sequence, List<Fanout.Draft> drafts) {
        LogTask task = new LogTask(Kind.APPEND, node, newEpoch, nowMillis, rule);
        task.number = sequence;
        Buffer bytes = Buffer.buffer();
        ChannelCodec.drafts(bytes, drafts);
        task.drafts = bytes.getBytes();
        return task;
    }

    static LogTask join(String node, String newEpoch, long nowMillis, ChannelRule rule) {
        return new LogTask(Kind.JOIN, node, newEpoch, nowMillis, rule);
    }

    static LogTask leave(String node, long nowMillis, ChannelRule rule) {
        return new LogTask(Kind.LEAVE, node, "", nowMillis, rule);
    }

    static LogTask forget(String node) {
        return new LogTask(Kind.FORGET, node, "", 0, ChannelRule.of(DeliveryClass.LATEST, 0, 0));
    }

    static LogTask read(String newEpoch, long nowMillis, ChannelRule rule, Fanout.Page page) {
        LogTask task = new LogTask(page.backwards() ? Kind.LATEST : Kind.READ, page.epoch(), newEpoch, nowMillis, rule);
        task.number = page.offset();
        task.limitMax = page.limitMax();
        return task;
    }

    /** Asks which nodes hear the channel. */
    static LogTask hearers(long nowMillis, ChannelRule rule) {
        return new LogTask(Kind.HEARERS, "", "", nowMillis, rule);
    }

    static LogTask clear(String newEpoch, long nowMillis, ChannelRule rule) {
        return new LogTask(Kind.CLEAR, "", newEpoch, nowMillis, rule);
    }

    @Override
    public byte[] process(Map.Entry<String, @Nullable ChannelLog> entry) {
        ChannelLog log = entry.getValue();
        boolean isNew = log == null;
        if (log == null) {
            if (kind == Kind.LEAVE || kind == Kind.FORGET) {
                return new byte[0];
            }
            if (kind == Kind.HEARERS) {
                return encode(Set.of());
            }
            log = new ChannelLog(newEpoch);
        }
        byte[] result = process(log);
        if (isNew || (kind != Kind.READ && kind != Kind.LATEST && kind != Kind.HEARERS)) {
            ((ExtendedMapEntry<String, @Nullable ChannelLog>) entry)
                    .setValue(log, secondsToLive(log), TimeUnit.SECONDS);
        }
        return result;
    }

    /** A log that some node hears stays; one that nobody hears goes when its history has grown old. */
    private long secondsToLive(ChannelLog log) {
        int secondsMin = log.deeds().matter() ? Deeds.KEY_SECONDS : UNHEARD_SECONDS_MIN;
        return log.isHeard() ? 0 : Math.max(secondsMin, historySeconds);
    }

    private byte[] process(ChannelLog log) {
        return switch (kind) {
            case APPEND ->
                encode(log.append(node, number, ChannelCodec.drafts(new ChannelCodec.Reader(drafts)), rule()));
            case JOIN -> encode(log.join(node));
            case LEAVE -> {
                log.leave(node);
                yield new byte[0];
            }
            case FORGET -> {
                log.forget(node);
                yield new byte[0];
            }
            case READ, LATEST -> encode(log.read(page(), oldestMillis()));
            case HEARERS -> encode(log.nodes());
            case CLEAR -> {
                log.clear();
                yield new byte[0];
            }
        };
    }

    private ChannelRule rule() {
        return ChannelRule.of(DeliveryClass.LOSSLESS, historySize, historySeconds);
    }

    private Fanout.Page page() {
        return new Fanout.Page(node, number, kind == Kind.LATEST, limitMax);
    }

    private long oldestMillis() {
        return nowMillis - historySeconds * 1_000L;
    }

    private static byte[] encode(Fanout.Appended appended) {
        Buffer out = Buffer.buffer();
        ChannelCodec.text(out, appended.epoch());
        out.appendLong(appended.firstOffset()).appendBytes(encode(appended.nodes()));
        return out.getBytes();
    }

    private static byte[] encode(Set<String> nodes) {
        Buffer out = Buffer.buffer().appendInt(nodes.size());
        nodes.forEach(node -> ChannelCodec.text(out, node));
        return out.getBytes();
    }

    static Set<String> nodes(byte[] result) {
        return nodes(new ChannelCodec.Reader(result));
    }

    private static Set<String> nodes(ChannelCodec.Reader in) {
        Set<String> nodes = new HashSet<>();
        for (int left = in.integer(); left > 0; left--) {
            nodes.add(in.text());
        }
        return nodes;
    }

    static Fanout.Appended appended(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        String epoch = in.text();
        return new Fanout.Appended(epoch, in.number(), nodes(in));
    }

    private static byte[] encode(Fanout.Top top) {
        Buffer out = Buffer.buffer();
        ChannelCodec.text(out, top.epoch());
        return out.appendLong(top.offset()).getBytes();
    }

    static Fanout.Top top(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        return new Fanout.Top(in.text(), in.number());
    }

    private static byte[] encode(Fanout.Slice slice) {
        Buffer out = Buffer.buffer();
        ChannelCodec.text(out, slice.epoch());
        out.appendLong(slice.topOffset()).appendInt(slice.complete() ? 1 : 0);
        ChannelCodec.publications(out, slice.publications());
        return out.getBytes();
    }

    static Fanout.Slice slice(byte[] result) {
        ChannelCodec.Reader in = new ChannelCodec.Reader(result);
        return new Fanout.Slice(in.text(), in.number(), in.integer() == 1, ChannelCodec.publications(in));
    }

    @Override
    public int getFactoryId() {
        return ClusterTypes.FACTORY;
    }

    @Override
    public int getClassId() {
        return ClusterTypes.LOG_TASK;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(kind.name());
        out.writeString(node);
        out.writeString(newEpoch);
        out.writeLong(nowMillis);
        out.writeInt(historySize);
        out.writeInt(historySeconds);
        out.writeLong(number);
        out.writeInt(limitMax);
        out.writeByteArray(drafts);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        kind = Kind.valueOf(text(in));
        node = text(in);
        newEpoch = text(in);
        nowMillis = in.readLong();
        historySize = in.readInt();
        historySeconds = in.readInt();
        number = in.readLong();
        limitMax = in.readInt();
        drafts = bytes(in);
    }

    static String text(ObjectDataInput in) throws IOException {
        String text = in.readString();
        return text == null ? "" : text;
    }

    static byte[] bytes(ObjectDataInput in) throws IOException {
        byte[] bytes = in.readByteArray();
        return bytes == null ? new byte[0] : bytes;
    }
}
