package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that reads JSON, keeps its place, and recovers from it whenever it connects again. */
final class SimulatedClient {
    final List<String> data = new ArrayList<>();
    final List<Long> offsets = new ArrayList<>();
    /** With each publication how many before it were left out. */
    final List<Long> leftOut = new ArrayList<>();
    /** The clients that it was told had gone. */
    final List<String> left = new ArrayList<>();

    /** By what name the server knows it; empty before it has connected. */
    String client = "";

    /** The position at which it began to listen. */
    long began = -1;

    int unrecovered;
    int closedAsSlow;
    int changes;
    private final String channel;
    private final String user;
    private final Wish wish;
    private byte @Nullable [] last;
    private String epoch = "";
    private long offset = -1;
    private @Nullable Session session;
    private @Nullable Socket socket;

    /** What it asks of its subscription. */
    enum Wish {
        NONE(""),
        /** Changes instead of whole publications. */
        DELTA(",\"delta\":\"fossil\""),
        POSITION(",\"positioned\":true"),
        /** To be told who comes and goes. */
        MOVES(",\"join_leave\":true");

        private final String json;

        Wish(String json) {
            this.json = json;
        }
    }

    /** @param user empty for a guest */
    SimulatedClient(String channel, String user, Wish wish) {
        this.channel = channel;
        this.user = user;
        this.wish = wish;
    }

    String user() {
        return user;
    }

    boolean isConnected() {
        return session != null && !session.isClosed();
    }

    long offset() {
        return offset;
    }

    void connect(SessionCommands node, int loop) {
        socket = new Socket();
        session = node.open(loop, socket, Format.JSON);
        send("{\"id\":1,\"connect\":{" + (user.isEmpty() ? "" : "\"token\":\"" + user + "\"") + "}}");
    }

    void cut() {
        if (session != null) {
            session.closed();
        }
    }

    void stall(boolean stalled) {
        if (socket != null && session != null) {
            socket.writable = !stalled;
            session.writable();
        }
    }

    private void send(String frame) {
        if (session != null) {
            session.received(Buffer.buffer(frame));
        }
    }

    private void received(JsonNode message) {
        if (message.has("connect")) {
            client = message.at("/connect/client").asText();
            send("{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\""
                    + wish.json
                    + (offset < 0 ? "" : ",\"recover\":true,\"epoch\":\"" + epoch + "\",\"offset\":" + offset)
                    + "}}");
        } else if (message.has("subscribe")) {
            subscribed(message.get("subscribe"));
        } else if (message.path("push").has("pub")) {
            published(message.get("push").get("pub"));
        } else if (message.path("push").has("leave")) {
            left.add(message.at("/push/leave/info/client").asText());
        } else if (message.path("push").has("unsubscribe")) {
            unrecovered++;
        } else if (message.isEmpty()) {
            send("{}");
        }
    }

    private void subscribed(JsonNode reply) {
        if (offset >= 0 && !reply.path("recovered").asBoolean()) {
            unrecovered++;
        }
        epoch = reply.path("epoch").asText();
        offset = reply.path("offset").asLong();
        began = began < 0 ? offset : began;
        reply.path("publications").forEach(this::published);
    }

    private void published(JsonNode publication) {
        data.add(
                wish == Wish.DELTA
                        ? whole(publication)
                        : publication.get("data").toString());
        offsets.add(publication.get("offset").asLong());
        leftOut.add(publication.at("/tags/left_out").asLong());
        offset = publication.get("offset").asLong();
    }

    private String whole(JsonNode publication) {
        byte[] text = publication.get("data").asText().getBytes(StandardCharsets.UTF_8);
        if (publication.path("delta").asBoolean()) {
            changes++;
            text = FossilPatch.apply(last == null ? new byte[0] : last, text);
        }
        last = text;
        return new String(text, StandardCharsets.UTF_8);
    }

    private final class Socket implements Transport {
        private final StringBuilder written = new StringBuilder();
        private boolean writable = true;

        @Override
        public void write(ByteBuf message) {
            written.append(message.toString(StandardCharsets.UTF_8)).append('\n');
        }

        @Override
        public void flush() {
            String lines = written.toString();
            written.setLength(0);
            lines.lines().filter(line -> !line.isEmpty()).forEach(line -> received(Json.tree(Buffer.buffer(line))));
        }

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void close(int code, String reason) {
            if (code == DisconnectCode.SLOW.code()) {
                closedAsSlow++;
            }
        }
    }
}
