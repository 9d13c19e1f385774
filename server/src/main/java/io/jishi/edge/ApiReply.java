package io.jishi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.realtime.ProtocolError;

/** What a command of the server API comes to. */
sealed interface ApiReply {
    record Result(JsonNode result) implements ApiReply {}

    /** @param code as in the client protocol */
    record Refusal(int code, String message) implements ApiReply {}

    static ApiReply done() {
        return new Result(JsonNodeFactory.instance.objectNode());
    }

    static ApiReply refused(ProtocolError error) {
        return new Refusal(error.code(), error.message());
    }

    /** As Centrifugo says it: {@code {"result":…}} or {@code {"error":{"code":…,"message":…}}}. */
    default ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case Result done -> json.set("result", done.result);
            case Refusal refusal -> json.set("error", error(refusal));
        }
        return json;
    }

    /** As an item of a batch: the result under the command's name. */
    default ObjectNode json(String command) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case Result done -> json.set(command, done.result);
            case Refusal refusal -> json.set("error", error(refusal));
        }
        return json;
    }

    /** The HTTP status of a client that wants errors as such. */
    default int status() {
        return switch (this) {
            case Result ignored -> 200;
            case Refusal refusal ->
                switch (refusal.code) {
                    case 102, 104 -> 404;
                    case 112 -> 416;
                    case 100 -> 500;
                    case 111 -> 429;
                    default -> 400;
                };
        };
    }

    private static ObjectNode error(Refusal refusal) {
        return JsonNodeFactory.instance.objectNode().put("code", refusal.code).put("message", refusal.message);
    }
}
