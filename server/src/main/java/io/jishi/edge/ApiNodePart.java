package io.jishi.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.HubControl;
import io.jishi.realtime.Json;
import io.jishi.realtime.UnsubscribeCode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;

/** One node's part of the commands of the server API that concern connections. */
final class ApiNodePart {
    /** One node names at most so many channels; who needs more asks by pattern. */
    private static final int CHANNELS_MAX = 10_000;

    private final HubControl control;
    private final String uid;
    private final String name;
    private final InstantSource clock;
    private final long startedMillis;

    ApiNodePart(HubControl control, String uid, String name, InstantSource clock) {
        this.control = control;
        this.uid = uid;
        this.name = name;
        this.clock = clock;
        this.startedMillis = clock.millis();
    }

    Future<Buffer> carryOut(String command, Buffer body) {
        ApiRequest request = ApiRequest.of(body);
        return switch (command) {
            case "subscribe" -> subscribe(request);
            case "unsubscribe" ->
                control.unsubscribe(
                                request.whom(),
                                request.text("channel"),
                                UnsubscribeCode.SERVER.code(),
                                UnsubscribeCode.SERVER.reason())
                        .map(ApiNodePart::count);
            case "disconnect" -> disconnect(request);
            case "refresh" ->
                control.refresh(request.whom(), request.flag("expired"), request.instant("expire_at"))
                        .map(ApiNodePart::count);
            case "history_remove" -> control.forgetRecent(request.channel()).map(done -> count(0));
            case "channels" -> channels(request);
            case "info" -> info();
            default -> Future.failedFuture("no such command: " + command);
        };
    }

    private static Buffer count(int sessions) {
        return Json.encode(JsonNodeFactory.instance.objectNode().put("sessions", sessions));
    }

    private Future<Buffer> subscribe(ApiRequest request) {
        ChannelName channel = request.channel();
        return control.rule(channel)
                .map(rule -> control.subscribe(
                                request.whom(), channel, rule, request.terms(), request.since("recover_since"))
                        .map(ApiNodePart::count))
                .orElse(Future.succeededFuture(count(0)));
    }

    private Future<Buffer> disconnect(ApiRequest request) {
        ApiRequest why = request.object("disconnect");
        int code = why.has("code") ? (int) why.number("code") : DisconnectCode.FORCE_DISCONNECT.code();
        String reason = why.has("code") ? why.text("reason") : DisconnectCode.FORCE_DISCONNECT.reason();
        return control.disconnect(request.whom(), code, reason).map(ApiNodePart::count);
    }

    private Future<Buffer> channels(ApiRequest request) {
        String pattern = request.text("pattern");
        Glob glob = new Glob(pattern.isEmpty() ? "*" : pattern);
        return control.channels().map(counts -> {
            ObjectNode found = JsonNodeFactory.instance.objectNode();
            counts.entrySet().stream()
                    .filter(entry -> glob.matches(entry.getKey()))
                    .limit(CHANNELS_MAX)
                    .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
            return Json.encode(found);
        });
    }

    private Future<Buffer> info() {
        return control.census()
                .map(census -> Json.encode(JsonNodeFactory.instance
                        .objectNode()
                        .put("uid", uid)
                        .put("name", name)
                        .put("version", "jishi")
                        .put("num_clients", census.clients())
                        .put("num_users", census.users())
                        .put("num_subs", census.subscriptions())
                        .put("num_channels", census.channels())
                        .put("uptime", (clock.millis() - startedMillis) / 1_000)));
    }
}
