package io.jishi.bots;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The client's half of Centrifugo's client protocol v2 in JSON: one or more objects in a text frame. */
final class Wire {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Both the server's ping and the answer to it. */
    static final String PING = "{}";

    private Wire() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A command of one kind ({@code rpc}, {@code subscribe}, …). */
    static String command(int id, String kind, ObjectNode body) {
        ObjectNode command = object().put("id", id);
        command.set(kind, body);
        return command.toString();
    }

    /**
     * The replies in a frame.
     *
     * @throws UncheckedIOException where it is not JSON
     */
    static List<JsonNode> replies(String frame) {
        try (MappingIterator<JsonNode> values = MAPPER.readerFor(JsonNode.class).readValues(frame)) {
            List<JsonNode> replies = new ArrayList<>();
            while (values.hasNextValue()) {
                replies.add(values.nextValue());
            }
            return replies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the WebSocket of a server is: {@code ws://host:port/connection/websocket}. */
    static URI socketOf(URI server) {
        return URI.create((isSecure(server) ? "wss" : "ws") + "://" + server.getHost() + ":" + port(server)
                + "/connection/websocket");
    }

    static boolean isSecure(URI server) {
        return "https".equals(server.getScheme());
    }

    static int port(URI server) {
        if (server.getPort() >= 0) {
            return server.getPort();
        }
        return isSecure(server) ? 443 : 80;
    }
}
