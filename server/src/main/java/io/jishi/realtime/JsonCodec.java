package io.jishi.realtime;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Centrifugo's client protocol v2 in JSON: commands and replies as objects, several of them divided by line breaks. */
final class JsonCodec implements Codec {
    private static final int CHANNELS_TO_RECOVER_MAX = 64;

    @Override
    public List<Command> decode(Buffer frame, int commandsMax) {
        return Json.trees(frame, commandsMax).stream().map(JsonCodec::command).toList();
    }

    private static Command command(JsonNode json) {
        if (!json.isObject()) {
            throw new Invalid("", "A command is an object.");
        }
        if (json.isEmpty()) {
            return new Command.Pong(0);
        }
        int id = id(json);
        for (var field : json.properties()) {
            JsonNode body = field.getValue();
            switch (field.getKey()) {
                case "connect":
                    return new Command.Connect(id, text(body, "token"), subs(body.path("subs")));
                case "subscribe":
                    return isOffered(body) ? subscribe(id, text(body, "channel"), body) : new Command.Unknown(id);
                case "unsubscribe":
                    return new Command.Unsubscribe(id, text(body, "channel"));
                case "publish":
                    return isOffered(body)
                            ? new Command.Publish(id, text(body, "channel"), body.path("data"))
                            : new Command.Unknown(id);
                case "presence":
                    return new Command.Presence(id, text(body, "channel"));
                case "presence_stats":
                    return new Command.PresenceStats(id, text(body, "channel"));
                case "history":
                    return history(id, body);
                case "ping":
                    return new Command.Ping(id);
                case "send":
                    return new Command.Send(id, body.get("data"));
                case "rpc":
                    return new Command.Rpc(id, text(body, "method"), body.get("data"));
                case "refresh":
                    return new Command.Refresh(id, text(body, "token"));
                case "sub_refresh":
                    return new Command.SubRefresh(id, text(body, "channel"), text(body, "token"));
                default:
            }
        }
        return new Command.Unknown(id);
    }

    /** Whether it is about a stream of all publications: neither about a map of keys, nor filtered by tags. */
    private static boolean isOffered(JsonNode body) {
        return body.path("type").asLong(0) == 0 && !body.hasNonNull("tf");
    }

    private static int id(JsonNode json) {
        JsonNode id = json.path("id");
        if (id.isMissingNode()) {
            return 0;
        }
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
            throw new Invalid("id", "The id of a command is a whole number.");
        }
        return id.intValue();
    }

    private static String text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new Invalid(field, "The field " + field + " must be a text.");
        }
        return value.asText();
    }

    private static Command.Subscribe subscribe(int id, String channel, JsonNode body) {
        Command.Wishes wishes = new Command.Wishes(
                body.path("positioned").asBoolean(false),
                body.path("recoverable").asBoolean(false),
                body.path("join_leave").asBoolean(false),
                text(body, "delta"),
                (body.path("flag").asLong(0) & Command.Wishes.FLAG_ONLY_RECOVERED) != 0);
        return new Command.Subscribe(id, channel, text(body, "token"), since(body), wishes);
    }

    private static Command.History history(int id, JsonNode body) {
        JsonNode since = body.get("since");
        return new Command.History(
                id,
                text(body, "channel"),
                body.path("limit").asInt(0),
                since == null || since.isNull() ? null : new Command.Since(text(since, "epoch"), offset(since)),
                body.path("reverse").asBoolean(false));
    }

    private static Command.@Nullable Since since(JsonNode body) {
        return body.path("recover").asBoolean(false) ? new Command.Since(text(body, "epoch"), offset(body)) : null;
    }

    private static long offset(JsonNode body) {
        JsonNode offset = body.path("offset");
        if (!offset.isMissingNode()
                && (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0)) {
            throw new Invalid("offset", "The field offset must be a whole number.");
        }
        return offset.asLong(0);
    }

    private static Map<String, Command.Subscribe> subs(JsonNode body) {
        if (body.size() > CHANNELS_TO_RECOVER_MAX) {
            throw new Invalid("subs", "A connect command recovers at most 64 channels.");
        }
        Map<String, Command.Subscribe> subs = new HashMap<>();
        for (var sub : body.properties()) {
            subs.put(sub.getKey(), subscribe(0, sub.getKey(), sub.getValue()));
        }
        return subs;
    }

    @Override
    public void frame(ByteBuf out, Buffer message) {
        if (out.writerIndex() > 0) {
            out.writeByte('\n');
        }
        out.writeBytes(message.getBytes());
    }

    @Override
    public Buffer push(String channel, Publication publication, Content content, boolean withOffset) {
        Buffer out = Buffer.buffer(content.data().length() + channel.length() + 64)
                .appendString("{\"push\":{\"channel\":\"")
                .appendString(quoted(channel))
                .appendString("\",\"pub\":");
        appendPublication(out, publication, content, withOffset);
        return out.appendString("}}");
    }

    private static void appendPublication(Buffer out, Publication publication, Content content, boolean withOffset) {
        out.appendString("{\"data\":");
        if (content.asText()) {
            out.appendString("\"")
                    .appendString(quoted(content.data().toString(StandardCharsets.UTF_8)))
                    .appendString("\"");
        } else {
            out.appendBuffer(content.data());
        }
        if (content.delta()) {
            out.appendString(",\"delta\":true");
        }
        Buffer info = publication.info();
        if (info != null) {
            out.appendString(",\"info\":").appendBuffer(info);
        }
        if (withOffset) {
            out.appendString(",\"offset\":").appendString(Long.toString(publication.offset()));
        }
        appendTags(out, content.tags(publication));
        out.appendString("}");
    }

    private static void appendTags(Buffer out, Map<String, String> tags) {
        if (tags.isEmpty()) {
            return;
        }
        String before = ",\"tags\":{\"";
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            out.appendString(before)
                    .appendString(quoted(tag.getKey()))
                    .appendString("\":\"")
                    .appendString(quoted(tag.getValue()))
                    .appendString("\"");
            before = ",\"";
        }
        out.appendString("}");
    }

    @Override
    public Buffer pushMove(String channel, Fanout.Move move) {
        return Buffer.buffer("{\"push\":{\"channel\":\"" + quoted(channel) + "\",\"" + (move.came() ? "join" : "leave")
                        + "\":{\"info\":")
                .appendBuffer(move.info())
                .appendString("}}}");
    }

    @Override
    public Buffer pushUnsubscribed(String channel, int code, String reason) {
        return Buffer.buffer("{\"push\":{\"channel\":\"" + quoted(channel) + "\",\"unsubscribe\":{\"code\":" + code
                + ",\"reason\":\"" + quoted(reason) + "\"}}}");
    }

    @Override
    public Buffer pushSubscribed(String channel, Reply.Subscribed subscribed) {
        Buffer out = Buffer.buffer("{\"push\":{\"channel\":\"" + quoted(channel) + "\",\"subscribe\":");
        appendSubscribed(out, subscribed);
        return out.appendString("}}");
    }

    @Override
    public Buffer pushDisconnected(int code, String reason) {
        return Buffer.buffer(
                "{\"push\":{\"disconnect\":{\"code\":" + code + ",\"reason\":\"" + quoted(reason) + "\"}}}");
    }

    @Override
    public Buffer ping() {
        return Buffer.buffer("{}");
    }

    @Override
    public Buffer encode(int id, Reply reply) {
        Buffer out =
                Buffer.buffer("{\"id\":").appendString(Integer.toString(id)).appendString(",");
        switch (reply) {
            case Reply.Error e ->
                out.appendString("\"error\":{\"code\":" + e.code() + ",\"message\":\"" + quoted(e.message()) + "\""
                        + (e.temporary() ? ",\"temporary\":true}" : "}"));
            case Reply.Connected c -> appendConnected(out, c);
            case Reply.Subscribed s -> {
                out.appendString("\"subscribe\":");
                appendSubscribed(out, s);
            }
            case Reply.Done d -> out.appendString("\"" + d.kind().name().toLowerCase(java.util.Locale.ROOT) + "\":{}");
            case Reply.Present p -> appendPresent(out, p);
            case Reply.PresenceCount p ->
                out.appendString(
                        "\"presence_stats\":{\"num_clients\":" + p.clients() + ",\"num_users\":" + p.users() + "}");
            case Reply.Past p -> {
                out.appendString("\"history\":{");
                appendPast(out, p.publications());
                out.appendString("\"epoch\":\"" + quoted(p.epoch()) + "\",\"offset\":" + p.offset() + "}");
            }
            case Reply.RpcResult r ->
                out.appendString("\"rpc\":{\"data\":").appendBuffer(r.data()).appendString("}");
            case Reply.Refreshed r ->
                out.appendString("\"refresh\":{\"client\":\"" + r.client() + "\",\"version\":\"" + VERSION + "\""
                        + expiry(r.ttlSeconds()) + "}");
            case Reply.SubRefreshed r ->
                out.appendString("\"sub_refresh\":{")
                        .appendString(
                                r.ttlSeconds() > 0 ? expiry(r.ttlSeconds()).substring(1) : "")
                        .appendString("}");
        }
        return out.appendString("}");
    }

    private static final String VERSION = "jishi";

    private static String expiry(long ttlSeconds) {
        return ttlSeconds > 0 ? ",\"expires\":true,\"ttl\":" + ttlSeconds : "";
    }

    private static void appendConnected(Buffer out, Reply.Connected c) {
        out.appendString("\"connect\":{\"client\":\"" + c.client() + "\",\"version\":\"" + VERSION + "\",\"node\":\""
                + quoted(c.node()) + "\"" + (c.session().isEmpty() ? "" : ",\"session\":\"" + c.session() + "\"")
                + ",\"ping\":" + c.pingSeconds()
                + ",\"pong\":true" + expiry(c.ttlSeconds()));
        if (!c.subs().isEmpty()) {
            out.appendString(",\"subs\":{");
            boolean first = true;
            for (Map.Entry<String, Reply.Subscribed> sub : c.subs().entrySet()) {
                out.appendString(first ? "\"" : ",\"")
                        .appendString(quoted(sub.getKey()))
                        .appendString("\":");
                appendSubscribed(out, sub.getValue());
                first = false;
            }
            out.appendString("}");
        }
        out.appendString("}");
    }

    private static void appendSubscribed(Buffer out, Reply.Subscribed s) {
        out.appendString("{");
        Buffer data = s.data();
        if (data != null) {
            out.appendString("\"data\":").appendBuffer(data).appendString(",");
        }
        if (s.positioned()) {
            appendPublications(out, s.publications(), s.delta());
            out.appendString(
                    "\"positioned\":true,\"epoch\":\"" + quoted(s.epoch()) + "\",\"offset\":" + s.offset() + ",");
        }
        out.appendString(s.recoverable() ? "\"recoverable\":true," : "")
                .appendString(s.delta() ? "\"delta\":true," : "")
                .appendString("\"was_recovering\":" + s.wasRecovering() + ",\"recovered\":" + s.recovered()
                        + expiry(s.ttlSeconds()) + "}");
    }

    private static void appendPublications(Buffer out, List<Encoded> publications, boolean delta) {
        out.appendString("\"publications\":[");
        for (int i = 0; i < publications.size(); i++) {
            if (i > 0) {
                out.appendString(",");
            }
            Encoded each = publications.get(i);
            appendPublication(out, each.publication, each.recovered(i, delta), true);
        }
        out.appendString("],");
    }

    private static void appendPast(Buffer out, List<Publication> publications) {
        out.appendString("\"publications\":[");
        for (int i = 0; i < publications.size(); i++) {
            if (i > 0) {
                out.appendString(",");
            }
            appendPublication(out, publications.get(i), Content.plain(publications.get(i)), true);
        }
        out.appendString("],");
    }

    private static void appendPresent(Buffer out, Reply.Present present) {
        out.appendString("\"presence\":{\"presence\":{");
        boolean first = true;
        for (Map.Entry<String, Buffer> info : present.infos().entrySet()) {
            out.appendString(first ? "\"" : ",\"")
                    .appendString(quoted(info.getKey()))
                    .appendString("\":")
                    .appendBuffer(info.getValue());
            first = false;
        }
        out.appendString("}}");
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsUTF8(text), StandardCharsets.UTF_8);
    }
}
