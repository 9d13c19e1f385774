package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.jishi.core.Invalid;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands in Protobuf, by the field numbers of Centrifugo's public schema. Fields that are not known here are skipped. */
final class ProtobufCommands {
    private static final int CHANNELS_TO_RECOVER_MAX = 64;

    private ProtobufCommands() {}

    /** The fields of one command's body that any command has. */
    private static final class Body {
        String channel = "";
        String method = "";
        String token = "";
        String epoch = "";
        long offset;
        boolean recover;
        boolean positioned;
        boolean recoverable;
        boolean joinLeave;
        /** Whether it asks for what is not offered: a map of keys, or a filter by tags. */
        boolean special;

        String delta = "";
        long flags;
        byte @Nullable [] data;
        int limit;
        boolean reverse;
        Command.@Nullable Since since;
    }

    static Command command(CodedInputStream in) throws IOException {
        if (in.isAtEnd()) {
            return new Command.Pong(0);
        }
        int id = 0;
        int kind = 0;
        byte[] bytes = new byte[0];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == 1) {
                id = in.readUInt32();
            } else if (field >= 4 && field <= 15 && kind == 0) {
                kind = field;
                bytes = in.readByteArray();
            } else {
                ProtobufFields.skip(in, tag);
            }
        }
        if (id < 0) {
            throw new Invalid("id", "The id of a command is a whole number.");
        }
        try {
            return command(id, kind, CodedInputStream.newInstance(bytes));
        } catch (NotJson e) {
            return new Command.Unreadable(id, new Invalid("data", "The field data must be JSON."));
        }
    }

    /** The message is well-formed, and what it carries is not JSON. */
    private static final class NotJson extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotJson(Invalid why) {
            super(null, why, false, false);
        }
    }

    private static Command command(int id, int kind, CodedInputStream in) throws IOException {
        return switch (kind) {
            case 4 -> connect(id, in);
            case 5 -> {
                Body body = subscribe(in);
                yield body.special ? new Command.Unknown(id) : subscribe(id, body.channel, body);
            }
            case 6 -> new Command.Unsubscribe(id, channelOnly(in));
            case 7 -> publish(id, in);
            case 8 -> new Command.Presence(id, channelOnly(in));
            case 9 -> new Command.PresenceStats(id, channelOnly(in));
            case 10 -> history(id, in);
            case 11 -> new Command.Ping(id);
            case 12 -> new Command.Send(id, json(firstBytes(in)));
            case 13 -> rpc(id, in);
            case 14 -> new Command.Refresh(id, firstText(in));
            case 15 -> subRefresh(id, in);
            default -> new Command.Unknown(id);
        };
    }

    private static Command.Subscribe subscribe(int id, String channel, Body body) {
        Command.Wishes wishes = new Command.Wishes(
                body.positioned,
                body.recoverable,
                body.joinLeave,
                body.delta,
                (body.flags & Command.Wishes.FLAG_ONLY_RECOVERED) != 0);
        return new Command.Subscribe(id, channel, body.token, since(body), wishes);
    }

    private static Command subRefresh(int id, CodedInputStream in) throws IOException {
        Body body = subscribe(in);
        return new Command.SubRefresh(id, body.channel, body.token);
    }

    private static byte[] firstBytes(CodedInputStream in) throws IOException {
        byte[] bytes = new byte[0];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                bytes = in.readByteArray();
            } else {
                ProtobufFields.skip(in, tag);
            }
        }
        return bytes;
    }

    private static String channelOnly(CodedInputStream in) throws IOException {
        return firstText(in);
    }

    private static String firstText(CodedInputStream in) throws IOException {
        String text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                text = in.readStringRequireUtf8();
            } else {
                ProtobufFields.skip(in, tag);
            }
        }
        return text;
    }

    private static Command connect(int id, CodedInputStream in) throws IOException {
        String token = "";
        Map<String, Command.Subscribe> subs = new HashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> token = in.readStringRequireUtf8();
                case 3 -> sub(CodedInputStream.newInstance(in.readByteArray()), subs);
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Command.Connect(id, token, subs);
    }

    private static void sub(CodedInputStream in, Map<String, Command.Subscribe> subs) throws IOException {
        String channel = "";
        Body body = new Body();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> channel = in.readStringRequireUtf8();
                case 2 -> body = subscribe(CodedInputStream.newInstance(in.readByteArray()));
                default -> ProtobufFields.skip(in, tag);
            }
        }
        subs.put(channel, subscribe(0, channel, body));
        if (subs.size() > CHANNELS_TO_RECOVER_MAX) {
            throw new Invalid("subs", "A connect command recovers at most 64 channels.");
        }
    }

    private static Body subscribe(CodedInputStream in) throws IOException {
        Body body = new Body();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> body.channel = in.readStringRequireUtf8();
                case 2 -> body.token = in.readStringRequireUtf8();
                case 3 -> body.recover = in.readBool();
                case 6 -> body.epoch = in.readStringRequireUtf8();
                case 7 -> body.offset = in.readUInt64();
                case 9 -> body.positioned = in.readBool();
                case 10 -> body.recoverable = in.readBool();
                case 11 -> body.joinLeave = in.readBool();
                case 12 -> body.delta = in.readStringRequireUtf8();
                case 13 -> {
                    body.special = true;
                    ProtobufFields.skip(in, tag);
                }
                case 14 -> body.flags = in.readInt64();
                case 15 -> body.special |= in.readInt32() != 0;
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return body;
    }

    private static Command.@Nullable Since since(Body body) {
        return body.recover ? new Command.Since(body.epoch, nonNegative(body.offset)) : null;
    }

    private static long nonNegative(long offset) {
        if (offset < 0) {
            throw new Invalid("offset", "The field offset must be a whole number.");
        }
        return offset;
    }

    private static Command publish(int id, CodedInputStream in) throws IOException {
        Body body = new Body();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> body.channel = in.readStringRequireUtf8();
                case 2 -> body.data = in.readByteArray();
                case 3 -> body.special = in.readInt32() != 0;
                default -> ProtobufFields.skip(in, tag);
            }
        }
        if (body.special) {
            return new Command.Unknown(id);
        }
        JsonNode data = json(body.data);
        return new Command.Publish(
                id, body.channel, data == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : data);
    }

    private static Command rpc(int id, CodedInputStream in) throws IOException {
        Body body = new Body();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> body.data = in.readByteArray();
                case 2 -> body.method = in.readStringRequireUtf8();
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Command.Rpc(id, body.method, json(body.data));
    }

    /** Data is JSON in this encoding too: the same publication goes to clients of both. */
    private static @Nullable JsonNode json(byte @Nullable [] data) {
        try {
            return data == null || data.length == 0 ? null : Json.tree(Buffer.buffer(data));
        } catch (Invalid e) {
            throw new NotJson(e);
        }
    }

    private static Command history(int id, CodedInputStream in) throws IOException {
        Body body = new Body();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> body.channel = in.readStringRequireUtf8();
                case 7 -> body.limit = in.readInt32();
                case 8 -> body.since = position(CodedInputStream.newInstance(in.readByteArray()));
                case 9 -> body.reverse = in.readBool();
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Command.History(id, body.channel, body.limit, body.since, body.reverse);
    }

    private static Command.Since position(CodedInputStream in) throws IOException {
        long offset = 0;
        String epoch = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> offset = nonNegative(in.readUInt64());
                case 2 -> epoch = in.readStringRequireUtf8();
                default -> ProtobufFields.skip(in, tag);
            }
        }
        return new Command.Since(epoch, offset);
    }
}
