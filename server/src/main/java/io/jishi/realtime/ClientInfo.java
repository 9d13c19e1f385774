package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is to others: kept as the JSON that the protocol gives it.
 *
 * @param connInfo JSON from the connection's token; null for none
 * @param chanInfo JSON from the subscription's token; null for none
 */
record ClientInfo(
        String user,
        String client,
        @Nullable Buffer connInfo,
        @Nullable Buffer chanInfo) {
    Buffer json() {
        ObjectNode json = Json.MAPPER.createObjectNode().put("user", user).put("client", client);
        if (connInfo != null) {
            json.set("conn_info", Json.tree(connInfo));
        }
        if (chanInfo != null) {
            json.set("chan_info", Json.tree(chanInfo));
        }
        return Json.encode(json);
    }

    static ClientInfo of(Buffer json) {
        JsonNode tree = Json.tree(json);
        return new ClientInfo(
                tree.path("user").asText(""),
                tree.path("client").asText(""),
                encoded(tree.get("conn_info")),
                encoded(tree.get("chan_info")));
    }

    private static @Nullable Buffer encoded(@Nullable JsonNode node) {
        return node == null ? null : Json.encode(node);
    }
}
