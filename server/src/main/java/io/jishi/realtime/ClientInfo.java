package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is to others: kept as the JSON that the protocol gives it.
 *
 * @param connInfo JSON from the token; null for none
 */
record ClientInfo(String user, String client, @Nullable Buffer connInfo) {
    Buffer json() {
        ObjectNode json = Json.MAPPER.createObjectNode().put("user", user).put("client", client);
        if (connInfo != null) {
            json.set("conn_info", Json.tree(connInfo));
        }
        return Json.encode(json);
    }

    static ClientInfo of(Buffer json) {
        JsonNode tree = Json.tree(json);
        JsonNode info = tree.get("conn_info");
        return new ClientInfo(
                tree.path("user").asText(""), tree.path("client").asText(""), info == null ? null : Json.encode(info));
    }
}
