package io.jishi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.ChannelRule;
import io.jishi.realtime.Fanout;
import io.jishi.realtime.FaultLog;
import io.jishi.realtime.HubControl;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.jishi.realtime.ProtocolError;
import io.jishi.realtime.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/** The commands of the server API, with the names, requests and results of Centrifugo's (its {@code api.proto}). */
final class ApiCommands {
    private static final FaultLog FAULTS =
            new FaultLog(LoggerFactory.getLogger(ApiCommands.class), InstantSource.system());
    private static final int BROADCAST_CHANNELS_MAX = 1_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final HubControl control;
    private final Methods methods;
    private final ApiSurvey survey;
    private final Map<String, Function<ApiRequest, Future<ApiReply>>> commands = new LinkedHashMap<>();

    ApiCommands(HubControl control, Methods methods, ApiSurvey survey) {
        this.control = control;
        this.methods = methods;
        this.survey = survey;
        commands.put("publish", request -> publish(request, request.channel()));
        commands.put("broadcast", this::broadcast);
        commands.put("subscribe", this::subscribe);
        commands.put("unsubscribe", this::unsubscribe);
        commands.put("disconnect", request -> everywhere("disconnect", request));
        commands.put("presence", request -> present(request, (channel, rule) -> presence(channel)));
        commands.put("presence_stats", request -> present(request, (channel, rule) -> presenceStats(channel)));
        commands.put("history", request -> kept(request, (channel, rule) -> history(channel, request)));
        commands.put(
                "history_remove",
                request -> kept(
                        request,
                        (channel, rule) -> control.removeHistory(channel, rule)
                                .compose(removed -> everywhere("history_remove", request))));
        commands.put("channels", this::channels);
        commands.put("info", this::info);
        commands.put("rpc", this::rpc);
        commands.put("refresh", request -> everywhere("refresh", request));
    }

    Set<String> names() {
        return commands.keySet();
    }

    /** Never fails: faults are replies too. */
    Future<ApiReply> carryOut(String name, JsonNode body) {
        Function<ApiRequest, Future<ApiReply>> command = commands.get(name);
        if (command == null) {
            return Future.succeededFuture(ApiReply.refused(ProtocolError.METHOD_NOT_FOUND));
        }
        Future<ApiReply> reply;
        try {
            reply = command.apply(new ApiRequest(body));
        } catch (RuntimeException e) {
            reply = Future.failedFuture(e);
        }
        return reply.otherwise(fault -> fault(name, fault));
    }

    private static ApiReply fault(String name, Throwable fault) {
        if (fault instanceof Invalid invalid) {
            return new ApiReply.Refusal(
                    ProtocolError.BAD_REQUEST.code(), ProtocolError.BAD_REQUEST.message() + ": " + invalid.sentence());
        }
        FAULTS.error("event=api-command-failed command=" + name, fault);
        return ApiReply.refused(ProtocolError.INTERNAL);
    }

    private static Future<ApiReply> refused(ProtocolError error) {
        return Future.succeededFuture(ApiReply.refused(error));
    }

    // Channels.

    private Future<ApiReply> publish(ApiRequest request, ChannelName channel) {
        Fanout.Once once = request.once();
        if (control.rule(channel).isEmpty()) {
            return refused(ProtocolError.UNKNOWN_CHANNEL);
        }
        if (request.flag("skip_history")) {
            return once.matters()
                    ? refused(ProtocolError.NOT_AVAILABLE)
                    : control.pass(channel, request.data(), request.tags()).map(passed -> ApiReply.done());
        }
        return control.publish(channel, request.data(), request.tags(), once)
                .map(position -> new ApiReply.Result(
                        NODES.objectNode().put("offset", position.offset()).put("epoch", position.epoch())));
    }

    /** One channel's refusal is told in its place and keeps nothing from the others. */
    private Future<ApiReply> broadcast(ApiRequest request) {
        List<String> channels = request.texts("channels");
        if (channels.isEmpty() || channels.size() > BROADCAST_CHANNELS_MAX) {
            throw new Invalid("channels", "The field channels must name 1 to " + BROADCAST_CHANNELS_MAX + " channels.");
        }
        request.data();
        request.tags();
        List<Future<ApiReply>> published = new ArrayList<>();
        for (String channel : channels) {
            published.add(attempt(() -> publish(request, new ChannelName(channel))));
        }
        return Future.join(published).map(all -> {
            ArrayNode responses = NODES.arrayNode();
            published.forEach(each -> responses.add(each.result().json()));
            ObjectNode result = NODES.objectNode();
            result.set("responses", responses);
            return new ApiReply.Result(result);
        });
    }

    private static Future<ApiReply> attempt(java.util.function.Supplier<Future<ApiReply>> command) {
        try {
            return command.get().otherwise(fault -> fault("broadcast", fault));
        } catch (Invalid e) {
            return Future.succeededFuture(fault("broadcast", e));
        }
    }

    private Future<ApiReply> present(
            ApiRequest request, BiFunction<ChannelName, ChannelRule, Future<ApiReply>> command) {
        return ruled(request, ChannelRule::presence, command);
    }

    private Future<ApiReply> kept(ApiRequest request, BiFunction<ChannelName, ChannelRule, Future<ApiReply>> command) {
        return ruled(request, ChannelRule::hasHistory, command);
    }

    private Future<ApiReply> ruled(
            ApiRequest request,
            java.util.function.Predicate<ChannelRule> offers,
            BiFunction<ChannelName, ChannelRule, Future<ApiReply>> command) {
        ChannelName channel = request.channel();
        ChannelRule rule = control.rule(channel).orElse(null);
        if (rule == null) {
            return refused(ProtocolError.UNKNOWN_CHANNEL);
        }
        return offers.test(rule) ? command.apply(channel, rule) : refused(ProtocolError.NOT_AVAILABLE);
    }

    private Future<ApiReply> presence(ChannelName channel) {
        return control.present(channel)
                .map(known -> known.map(ApiCommands::presence).orElse(ApiReply.refused(ProtocolError.LIMIT_EXCEEDED)));
    }

    private static ApiReply presence(Map<String, Buffer> infos) {
        ObjectNode clients = NODES.objectNode();
        infos.forEach((client, info) -> clients.set(client, Json.tree(info)));
        ObjectNode result = NODES.objectNode();
        result.set("presence", clients);
        return new ApiReply.Result(result);
    }

    private Future<ApiReply> presenceStats(ChannelName channel) {
        return control.presenceCount(channel)
                .map(count -> new ApiReply.Result(
                        NODES.objectNode().put("num_clients", count.clients()).put("num_users", count.users())));
    }

    private Future<ApiReply> history(ChannelName channel, ApiRequest request) {
        ApiRequest since = request.object("since");
        int limit = Math.clamp(request.number("limit"), -1, Integer.MAX_VALUE);
        return control.history(
                        channel,
                        limit,
                        request.has("since") ? since.text("epoch") : null,
                        since.number("offset"),
                        request.flag("reverse"))
                .map(past -> past.<ApiReply>map(found -> new ApiReply.Result(history(found)))
                        .orElse(ApiReply.refused(ProtocolError.UNRECOVERABLE_POSITION)));
    }

    private static ObjectNode history(HubControl.Past past) {
        ArrayNode publications = NODES.arrayNode();
        past.publications().forEach(publication -> publications.add(publication(publication)));
        ObjectNode result = NODES.objectNode();
        result.set("publications", publications);
        return result.put("epoch", past.epoch()).put("offset", past.offset());
    }

    private static ObjectNode publication(Publication publication) {
        ObjectNode json = NODES.objectNode();
        json.set("data", Json.tree(publication.data()));
        Buffer info = publication.info();
        if (info != null) {
            json.set("info", Json.tree(info));
        }
        if (!publication.tags().isEmpty()) {
            ObjectNode tags = json.putObject("tags");
            publication.tags().forEach(tags::put);
        }
        return json.put("offset", publication.offset());
    }

    // Connections, on whichever node they are.

    private Future<ApiReply> subscribe(ApiRequest request) {
        return control.rule(request.channel()).isEmpty()
                ? refused(ProtocolError.UNKNOWN_CHANNEL)
                : everywhere("subscribe", request);
    }

    private Future<ApiReply> unsubscribe(ApiRequest request) {
        return !request.text("channel").isEmpty()
                        && control.rule(request.channel()).isEmpty()
                ? refused(ProtocolError.UNKNOWN_CHANNEL)
                : everywhere("unsubscribe", request);
    }

    /** Checks the request here first, so that no node gets one that it cannot read. */
    private Future<ApiReply> everywhere(String command, ApiRequest request) {
        request.whom();
        request.terms();
        request.since("recover_since");
        ApiRequest disconnect = request.object("disconnect");
        disconnect.text("reason");
        long code = disconnect.number("code");
        if (disconnect.has("code") && (code < 3_000 || code > 4_999)) {
            throw new Invalid("code", "The code of a disconnect is from 3000 to 4999.");
        }
        return survey.ask(command, Json.encode(request.json())).map(done -> ApiReply.done());
    }

    private Future<ApiReply> channels(ApiRequest request) {
        request.text("pattern");
        return survey.ask("channels", Json.encode(request.json())).map(parts -> {
            Map<String, Long> clients = new TreeMap<>();
            parts.forEach(part -> Json.tree(part)
                    .properties()
                    .forEach(channel ->
                            clients.merge(channel.getKey(), channel.getValue().longValue(), Long::sum)));
            ObjectNode channels = NODES.objectNode();
            clients.forEach(
                    (channel, count) -> channels.set(channel, NODES.objectNode().put("num_clients", count)));
            ObjectNode result = NODES.objectNode();
            result.set("channels", channels);
            return new ApiReply.Result(result);
        });
    }

    private Future<ApiReply> info(ApiRequest request) {
        return survey.ask("info", Json.encode(request.json())).map(parts -> {
            ArrayNode nodes = NODES.arrayNode();
            parts.forEach(part -> nodes.add(Json.tree(part)));
            ObjectNode result = NODES.objectNode();
            result.set("nodes", nodes);
            return new ApiReply.Result(result);
        });
    }

    /** As an administrator who is no user: methods that concern the caller itself refuse. */
    private Future<ApiReply> rpc(ApiRequest request) {
        Caller caller = new Caller("", "api", Set.of(Role.ADMIN), "api", "en");
        JsonNode params = request.json().get("params");
        return methods.call(request.text("method"), caller, params).map(answer -> switch (answer) {
            case Methods.Answer.Result done -> {
                ObjectNode result = NODES.objectNode();
                result.set("data", Json.tree(done.json()));
                yield new ApiReply.Result(result);
            }
            case Methods.Answer.Error error -> new ApiReply.Refusal(error.code(), error.message());
        });
    }
}
