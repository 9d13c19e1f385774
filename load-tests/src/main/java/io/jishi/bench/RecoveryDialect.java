package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The two encodings of the protocol, as far as a listener needs them. A publication's data is {@code {"id":NUMBER}}. */
enum RecoveryDialect {
    JSON {
        @Override
        Buffer greeting(String channel, String epoch, long offset) {
            return Buffer.buffer("{\"id\":" + CONNECT + ",\"connect\":{}}\n")
                    .appendBuffer(subscribe(channel, epoch, offset));
        }

        @Override
        Buffer subscribe(String channel, String epoch, long offset) {
            return Buffer.buffer("{\"id\":" + SUBSCRIBE + ",\"subscribe\":{\"channel\":\"" + channel + "\""
                    + (epoch.isEmpty() ? "" : ",\"recover\":true,\"epoch\":\"" + epoch + "\",\"offset\":" + offset)
                    + "}}");
        }

        @Override
        Buffer pong() {
            return Buffer.buffer("{}");
        }

        @Override
        List<Heard> read(Buffer message) {
            List<Heard> heard = new ArrayList<>(1);
            for (String line : message.toString(StandardCharsets.UTF_8).split("\n")) {
                JsonNode reply = tree(line.getBytes(StandardCharsets.UTF_8));
                JsonNode push = reply.path("push");
                if (push.has("pub")) {
                    heard.add(said(push.path("pub")));
                } else if (reply.has("error")) {
                    heard.add(new Heard.Refused(
                            reply.path("id").asInt(), reply.at("/error/code").asInt()));
                } else if (reply.has("subscribe")) {
                    heard.add(place(reply.path("subscribe")));
                } else if (push.has("unsubscribe")) {
                    heard.add(new Heard.Ended(push.at("/unsubscribe/code").asInt()));
                } else if (reply.isEmpty()) {
                    heard.add(new Heard.Ping());
                }
            }
            return heard;
        }

        private Heard.Said said(JsonNode publication) {
            return new Heard.Said(
                    publication.path("offset").asLong(),
                    publication.at("/data/id").asLong());
        }

        private Heard.Place place(JsonNode subscribed) {
            List<Heard.Said> missed = new ArrayList<>();
            subscribed.path("publications").forEach(publication -> missed.add(said(publication)));
            return new Heard.Place(
                    subscribed.path("epoch").asText(),
                    subscribed.path("offset").asLong(),
                    subscribed.path("recovered").asBoolean(),
                    missed);
        }
    },
    /** By the field numbers of the public schema. */
    PROTOBUF {
        @Override
        Buffer greeting(String channel, String epoch, long offset) {
            return command(CONNECT, 4, new byte[0]).appendBuffer(subscribe(channel, epoch, offset));
        }

        @Override
        Buffer subscribe(String channel, String epoch, long offset) {
            return command(SUBSCRIBE, 5, bytes(out -> {
                out.writeString(1, channel);
                if (!epoch.isEmpty()) {
                    out.writeBool(3, true);
                    out.writeString(6, epoch);
                    out.writeUInt64(7, offset);
                }
            }));
        }

        @Override
        Buffer pong() {
            return Buffer.buffer(new byte[1]);
        }

        private Buffer command(int id, int kind, byte[] body) {
            byte[] command = bytes(out -> {
                out.writeUInt32(1, id);
                out.writeByteArray(kind, body);
            });
            return Buffer.buffer(bytes(out -> out.writeByteArrayNoTag(command)));
        }

        @Override
        List<Heard> read(Buffer message) {
            List<Heard> heard = new ArrayList<>(1);
            try {
                CodedInputStream in = CodedInputStream.newInstance(message.getBytes());
                while (!in.isAtEnd()) {
                    byte[] reply = in.readByteArray();
                    if (reply.length == 0) {
                        heard.add(new Heard.Ping());
                    } else {
                        reply(reply, heard);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return heard;
        }

        private void reply(byte[] reply, List<Heard> heard) throws IOException {
            int[] id = {0};
            fields(reply, (field, in) -> {
                switch (field) {
                    case 1 -> id[0] = in.readUInt32();
                    case 2 -> heard.add(new Heard.Refused(id[0], (int) number(in.readByteArray(), 1)));
                    case 4 -> push(in.readByteArray(), heard);
                    case 6 -> heard.add(place(in.readByteArray()));
                    default -> {
                        return false;
                    }
                }
                return true;
            });
        }

        private void push(byte[] push, List<Heard> heard) throws IOException {
            fields(push, (field, in) -> {
                switch (field) {
                    case 4 -> heard.add(said(in.readByteArray()));
                    case 7 -> heard.add(new Heard.Ended((int) number(in.readByteArray(), 2)));
                    default -> {
                        return false;
                    }
                }
                return true;
            });
        }

        private Heard.Said said(byte[] publication) throws IOException {
            long[] parts = {0, 0};
            fields(publication, (field, in) -> {
                switch (field) {
                    case 4 -> parts[1] = tree(in.readByteArray()).path("id").asLong();
                    case 6 -> parts[0] = in.readUInt64();
                    default -> {
                        return false;
                    }
                }
                return true;
            });
            return new Heard.Said(parts[0], parts[1]);
        }

        private Heard.Place place(byte[] subscribed) throws IOException {
            String[] epoch = {""};
            List<Heard.Said> missed = new ArrayList<>();
            fields(subscribed, (field, in) -> {
                switch (field) {
                    case 6 -> epoch[0] = in.readString();
                    case 7 -> missed.add(said(in.readByteArray()));
                    default -> {
                        return false;
                    }
                }
                return true;
            });
            return new Heard.Place(epoch[0], number(subscribed, 9), number(subscribed, 8) == 1, missed);
        }

        // the value of a numeric field; 0 where there is none
        private long number(byte[] message, int wanted) throws IOException {
            long[] number = {0};
            fields(message, (field, in) -> {
                if (field == wanted) {
                    number[0] = in.readUInt64();
                }
                return field == wanted;
            });
            return number[0];
        }
    };

    /** The ids of a client's commands. */
    static final int CONNECT = 1;

    static final int SUBSCRIBE = 2;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** What a listener hears. */
    sealed interface Heard {
        record Ping() implements Heard {}

        /** @param command the id of the command that was refused */
        record Refused(int command, int code) implements Heard {}

        /** A subscription stands. */
        record Place(String epoch, long offset, boolean recovered, List<Said> missed) implements Heard {
            public Place {
                missed = List.copyOf(missed);
            }
        }

        record Said(long offset, long id) implements Heard {}

        /** The server has ended the subscription. */
        record Ended(int code) implements Heard {}
    }

    /** Connects and subscribes in one message, as the SDK does. {@code epoch} is empty for who comes the first time. */
    abstract Buffer greeting(String channel, String epoch, long offset);

    abstract Buffer subscribe(String channel, String epoch, long offset);

    abstract Buffer pong();

    abstract List<Heard> read(Buffer message);

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            writing.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Reading {
        /** @return false for a field that is to be passed over */
        boolean field(int number, CodedInputStream in) throws IOException;
    }

    private static void fields(byte[] message, Reading reading) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!reading.field(WireFormat.getTagFieldNumber(tag), in)) {
                in.skipField(tag);
            }
        }
    }
}
