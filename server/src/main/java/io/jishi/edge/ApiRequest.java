package io.jishi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jishi.core.Invalid;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.ChannelTerms;
import io.jishi.realtime.Channels.Position;
import io.jishi.realtime.Fanout;
import io.jishi.realtime.HubControl.Whom;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a command of the server API. Fields that are not known are passed over, as Centrifugo's libraries are
 * newer or older than this server.
 */
record ApiRequest(JsonNode json) {
    ApiRequest {
        if (!json.isObject()) {
            throw new Invalid("", "The request must be a JSON object.");
        }
    }

    static ApiRequest of(Buffer body) {
        return new ApiRequest(Json.tree(body));
    }

    String text(String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new Invalid(field, "The field " + field + " must be a text.");
        }
        return value.textValue();
    }

    long number(String field) {
        return number(json, field);
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new Invalid(field, "The field " + field + " must be a whole number.");
        }
        return value.longValue();
    }

    boolean flag(String field) {
        return json.path(field).asBoolean(false);
    }

    ChannelName channel() {
        return new ChannelName(text("channel"));
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : json.path(field)) {
            if (!item.isTextual()) {
                throw new Invalid(field, "The field " + field + " must be a list of texts.");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    /** What is to be published, as JSON. */
    Buffer data() {
        JsonNode data = given("data");
        if (data == null) {
            throw new Invalid("data", "The field data is missing.");
        }
        return Json.encode(data);
    }

    /** A field that holds any JSON, itself or in Base64 under its name behind {@code b64}; null for neither. */
    private @Nullable JsonNode given(String field) {
        String encoded = text("b64" + field);
        if (encoded.isEmpty()) {
            return has(field) ? json.get(field) : null;
        }
        try {
            return Json.tree(Buffer.buffer(Base64.getDecoder().decode(encoded)));
        } catch (IllegalArgumentException e) {
            throw new Invalid("b64" + field, "The field b64" + field + " must be JSON in Base64.");
        }
    }

    /** What a publisher adds for those who hear it. */
    Map<String, String> tags() {
        ApiRequest tags = object("tags");
        Map<String, String> all = new HashMap<>();
        tags.json.fieldNames().forEachRemaining(name -> all.put(name, tags.text(name)));
        return all;
    }

    /** By what it is known whether something was published already. */
    Fanout.Once once() {
        long version = number("version");
        if (version < 0) {
            throw new Invalid("version", "The field version must not be negative.");
        }
        return new Fanout.Once(text("idempotency_key"), version, text("version_epoch"));
    }

    /** A position in a channel; null where none is named. */
    @Nullable
    Position since(String field) {
        ApiRequest since = object(field);
        return has(field) ? new Position(since.text("epoch"), since.number("offset")) : null;
    }

    Whom whom() {
        return new Whom(text("user"), text("client"), text("session"), texts("whitelist"));
    }

    /** How a user is subscribed. */
    ChannelTerms terms() {
        ApiRequest override = object("override");
        return new ChannelTerms(
                instant("expire_at"),
                raw("info"),
                raw("data"),
                new ChannelTerms.Overrides(
                        override.choice("presence"),
                        override.choice("join_leave"),
                        override.choice("force_push_join_leave"),
                        override.choice("force_positioning"),
                        override.choice("force_recovery")));
    }

    /** A flag in an object of its own, as Protobuf's wrappers are in JSON; null where nothing is chosen. */
    private @Nullable Boolean choice(String field) {
        return has(field) ? object(field).flag("value") : null;
    }

    private @Nullable String raw(String field) {
        JsonNode given = given(field);
        return given == null ? null : given.toString();
    }

    /** A field that holds an object, itself read as a request; an empty one where it is missing. */
    ApiRequest object(String field) {
        JsonNode value = json.path(field);
        return new ApiRequest(value.isMissingNode() || value.isNull() ? JsonNodeFactory.instance.objectNode() : value);
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    /** Seconds since 1970; null for 0 or nothing. */
    @Nullable
    Instant instant(String field) {
        long seconds = number(field);
        return seconds == 0 ? null : Instant.ofEpochSecond(Math.clamp(seconds, 0, Integer.MAX_VALUE));
    }
}
