package io.jishi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.jishi.core.Invalid;
import io.jishi.realtime.Json;
import io.jishi.realtime.ProtobufFields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * What the client of a stream sends, by the field names and numbers of the public schema ({@code EmulationRequest} of
 * centrifugal/protocol).
 *
 * @param data commands in the session's format
 */
record EmulationRequest(String node, String session, Buffer data) {
    EmulationRequest {
        if (node.isEmpty() || session.isEmpty() || data.length() == 0) {
            throw new Invalid("session", "The fields node, session and data must not be empty.");
        }
    }

    /** In JSON the commands are a text. */
    static EmulationRequest ofJson(Buffer body) {
        JsonNode json = Json.tree(body);
        return new EmulationRequest(text(json, "node"), text(json, "session"), Buffer.buffer(text(json, "data")));
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new Invalid(field, "The field " + field + " must be a text.");
        }
        return value.textValue();
    }

    static EmulationRequest ofProtobuf(Buffer body) {
        CodedInputStream in = CodedInputStream.newInstance(body.getBytes());
        String node = "";
        String session = "";
        Buffer data = Buffer.buffer();
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> node = in.readStringRequireUtf8();
                    case 2 -> session = in.readStringRequireUtf8();
                    case 3 -> data = Buffer.buffer(in.readByteArray());
                    default -> ProtobufFields.skip(in, tag);
                }
            }
        } catch (IOException e) {
            throw new Invalid("", "That is not well-formed Protobuf.");
        }
        return new EmulationRequest(node, session, data);
    }
}
