package io.jishi.realtime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.jishi.core.Invalid;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Centrifugo's client protocol v2 in Protobuf, by the field numbers of its public schema ({@code client.proto} of
 * centrifugal/protocol). Messages follow one another, each behind its length as a varint. Fields that are not known here
 * are skipped.
 */
final class ProtobufCodec implements Codec {
    private static final String VERSION = "jishi";

    @Override
    public List<Command> decode(Buffer frame, int commandsMax) {
        List<Command> commands = new ArrayList<>(1);
        CodedInputStream in = CodedInputStream.newInstance(frame.getBytes());
        try {
            while (!in.isAtEnd()) {
                if (commands.size() == commandsMax) {
                    throw new Invalid("", "A frame carries at most " + commandsMax + " commands.");
                }
                commands.add(ProtobufCommands.command(CodedInputStream.newInstance(in.readByteArray())));
            }
        } catch (IOException e) {
            throw new Invalid("", "That is not well-formed Protobuf.");
        }
        return commands;
    }

    @FunctionalInterface
    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
            CodedOutputStream out = CodedOutputStream.newInstance(bytes, 256);
            writing.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void message(CodedOutputStream out, int field, Writing writing) throws IOException {
        out.writeByteArray(field, bytes(writing));
    }

    private static void text(CodedOutputStream out, int field, String text) throws IOException {
        if (!text.isEmpty()) {
            out.writeString(field, text);
        }
    }

    @Override
    public Buffer encode(int id, Reply reply) {
        return Buffer.buffer(bytes(out -> {
            out.writeUInt32(1, id);
            message(out, field(reply), body -> write(body, reply));
        }));
    }

    private static int field(Reply reply) {
        return switch (reply) {
            case Reply.Error ignored -> 2;
            case Reply.Connected ignored -> 5;
            case Reply.Subscribed ignored -> 6;
            case Reply.Done done ->
                switch (done.kind()) {
                    case UNSUBSCRIBE -> 7;
                    case PUBLISH -> 8;
                    case PING -> 12;
                };
            case Reply.Present ignored -> 9;
            case Reply.PresenceCount ignored -> 10;
            case Reply.Past ignored -> 11;
            case Reply.RpcResult ignored -> 13;
            case Reply.Refreshed ignored -> 14;
            case Reply.SubRefreshed ignored -> 15;
        };
    }

    private static void write(CodedOutputStream out, Reply reply) throws IOException {
        switch (reply) {
            case Reply.Error error -> {
                out.writeUInt32(1, error.code());
                text(out, 2, error.message());
                out.writeBool(3, error.temporary());
            }
            case Reply.Connected connected -> write(out, connected);
            case Reply.Subscribed subscribed -> write(out, subscribed);
            case Reply.Done ignored -> {}
            case Reply.Present present -> {
                for (Map.Entry<String, Buffer> entry : present.infos().entrySet()) {
                    message(out, 1, pair -> {
                        pair.writeString(1, entry.getKey());
                        message(pair, 2, info -> write(info, ClientInfo.of(entry.getValue())));
                    });
                }
            }
            case Reply.PresenceCount count -> {
                out.writeUInt32(1, count.clients());
                out.writeUInt32(2, count.users());
            }
            case Reply.Past past -> {
                for (Publication publication : past.publications()) {
                    message(out, 1, each -> write(each, publication, Content.plain(publication), true));
                }
                text(out, 2, past.epoch());
                out.writeUInt64(3, past.offset());
            }
            case Reply.RpcResult result -> out.writeByteArray(1, result.data().getBytes());
            case Reply.Refreshed refreshed -> {
                text(out, 1, refreshed.client());
                text(out, 2, VERSION);
                expiry(out, 3, refreshed.ttlSeconds());
            }
            case Reply.SubRefreshed refreshed -> expiry(out, 1, refreshed.ttlSeconds());
        }
    }

    private static void expiry(CodedOutputStream out, int field, long ttlSeconds) throws IOException {
        if (ttlSeconds > 0) {
            out.writeBool(field, true);
            out.writeUInt32(field + 1, (int) Math.min(Integer.MAX_VALUE, ttlSeconds));
        }
    }

    private static void write(CodedOutputStream out, Reply.Connected connected) throws IOException {
        text(out, 1, connected.client());
        text(out, 2, VERSION);
        expiry(out, 3, connected.ttlSeconds());
        for (Map.Entry<String, Reply.Subscribed> sub : connected.subs().entrySet()) {
            message(out, 6, pair -> {
                pair.writeString(1, sub.getKey());
                message(pair, 2, subscribed -> write(subscribed, sub.getValue()));
            });
        }
        out.writeUInt32(7, connected.pingSeconds());
        out.writeBool(8, true);
        text(out, 9, connected.session());
        text(out, 10, connected.node());
    }

    private static void write(CodedOutputStream out, Reply.Subscribed subscribed) throws IOException {
        expiry(out, 1, subscribed.ttlSeconds());
        out.writeBool(3, subscribed.recoverable());
        if (subscribed.positioned()) {
            text(out, 6, subscribed.epoch());
            for (int i = 0; i < subscribed.publications().size(); i++) {
                Encoded recovered = subscribed.publications().get(i);
                Content content = recovered.recovered(i, subscribed.delta());
                message(out, 7, each -> write(each, recovered.publication, content, true));
            }
            out.writeUInt64(9, subscribed.offset());
            out.writeBool(10, true);
        }
        out.writeBool(8, subscribed.recovered());
        Buffer data = subscribed.data();
        if (data != null) {
            out.writeByteArray(11, data.getBytes());
        }
        out.writeBool(12, subscribed.wasRecovering());
        out.writeBool(13, subscribed.delta());
    }

    private static void write(CodedOutputStream out, Publication publication, Content content, boolean withOffset)
            throws IOException {
        out.writeByteArray(4, content.data().getBytes());
        Buffer info = publication.info();
        if (info != null) {
            message(out, 5, each -> write(each, ClientInfo.of(info)));
        }
        if (withOffset) {
            out.writeUInt64(6, publication.offset());
        }
        for (Map.Entry<String, String> each : content.tags(publication).entrySet()) {
            message(out, 7, tag -> {
                tag.writeString(1, each.getKey());
                tag.writeString(2, each.getValue());
            });
        }
        if (content.delta()) {
            out.writeBool(8, true);
        }
    }

    private static void write(CodedOutputStream out, ClientInfo info) throws IOException {
        text(out, 1, info.user());
        text(out, 2, info.client());
        Buffer connInfo = info.connInfo();
        if (connInfo != null) {
            out.writeByteArray(3, connInfo.getBytes());
        }
        Buffer chanInfo = info.chanInfo();
        if (chanInfo != null) {
            out.writeByteArray(4, chanInfo.getBytes());
        }
    }

    @Override
    public Buffer push(String channel, Publication publication, Content content, boolean withOffset) {
        return Buffer.buffer(bytes(reply -> message(reply, 4, push -> {
            push.writeString(2, channel);
            message(push, 4, pub -> write(pub, publication, content, withOffset));
        })));
    }

    @Override
    public Buffer pushMove(String channel, Fanout.Move move) {
        return Buffer.buffer(bytes(reply -> message(reply, 4, push -> {
            push.writeString(2, channel);
            message(
                    push,
                    move.came() ? 5 : 6,
                    each -> message(each, 1, info -> write(info, ClientInfo.of(move.info()))));
        })));
    }

    @Override
    public Buffer pushUnsubscribed(String channel, int code, String reason) {
        return Buffer.buffer(bytes(reply -> message(reply, 4, push -> {
            push.writeString(2, channel);
            message(push, 7, unsubscribe -> {
                unsubscribe.writeUInt32(2, code);
                unsubscribe.writeString(3, reason);
            });
        })));
    }

    @Override
    public Buffer pushSubscribed(String channel, Reply.Subscribed subscribed) {
        return Buffer.buffer(bytes(reply -> message(reply, 4, push -> {
            push.writeString(2, channel);
            message(push, 9, subscribe -> {
                subscribe.writeBool(1, subscribed.recoverable());
                text(subscribe, 4, subscribed.epoch());
                subscribe.writeUInt64(5, subscribed.offset());
                subscribe.writeBool(6, subscribed.positioned());
                Buffer data = subscribed.data();
                if (data != null) {
                    subscribe.writeByteArray(7, data.getBytes());
                }
            });
        })));
    }

    @Override
    public Buffer pushDisconnected(int code, String reason) {
        return Buffer.buffer(bytes(reply -> message(
                reply,
                4,
                push -> message(push, 11, disconnect -> {
                    disconnect.writeUInt32(1, code);
                    disconnect.writeString(2, reason);
                }))));
    }

    @Override
    public Buffer ping() {
        return Buffer.buffer();
    }

    @Override
    public void frame(ByteBuf out, Buffer message) {
        int length = message.length();
        while (length > 0x7f) {
            out.writeByte(length & 0x7f | 0x80);
            length >>>= 7;
        }
        out.writeByte(length);
        out.writeBytes(message.getBytes());
    }
}
