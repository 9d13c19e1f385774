package io.jishi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.core.Invalid;
import io.jishi.core.Membership;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.realtime.HubControl;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /api/…}: what programs of the shop's own ask of real time, over HTTP and with a key, in the shapes of
 * Centrifugo's server API, so that its server libraries work. It acts on the whole cluster, whichever node is asked.
 */
public final class ServerApi {
    public static final List<Setting<?>> SETTINGS = ApiKey.SETTINGS;

    private static final String ERROR_MODE = "X-Centrifugo-Error-Mode";
    private static final int BATCH_MAX = 1_000;

    private final ApiCommands commands;
    private final MeterRegistry meters;

    private ServerApi(ApiCommands commands, MeterRegistry meters) {
        this.commands = commands;
        this.meters = meters;
    }

    /** What a node is called, to itself and to people. */
    public record Self(Vertx vertx, Membership membership, String name, InstantSource clock) {}

    /**
     * Adds the routes where there is a key; without one they are unknown.
     *
     * @param otherKey the key where the settings have none
     * @param methods what {@code rpc} calls
     */
    public static Future<Void> add(
            HttpEdge edge,
            Settings settings,
            Optional<String> otherKey,
            Self self,
            HubControl control,
            Methods methods,
            MeterRegistry meters) {
        return ApiKey.of(settings, otherKey)
                .map(key -> add(edge, key, self, control, methods, meters))
                .orElse(Future.succeededFuture());
    }

    private static Future<Void> add(
            HttpEdge edge, ApiKey key, Self self, HubControl control, Methods methods, MeterRegistry meters) {
        ApiNodePart own = new ApiNodePart(control, self.membership().self(), self.name(), self.clock());
        ApiSurvey survey = new ApiSurvey(self.vertx(), self.membership(), own::carryOut);
        ApiCommands commands = new ApiCommands(control, methods, survey);
        ServerApi api = new ServerApi(commands, meters);
        commands.names().forEach(name -> edge.keyed(key, "/api/" + name, context -> api.one(context, name)));
        edge.keyed(key, "/api/batch", api::batch);
        edge.keyed(key, "/api", api::lines);
        return survey.start();
    }

    private void one(RoutingContext context, String name) {
        JsonNode request;
        try {
            request = body(context);
        } catch (Invalid e) {
            Answers.invalid(context, e);
            return;
        }
        counted(name, commands.carryOut(name, request)).onSuccess(reply -> {
            boolean asStatus = "transport".equals(context.request().getHeader(ERROR_MODE));
            Answers.json(context, asStatus ? reply.status() : 200, Json.encode(reply.json()));
        });
    }

    /** A request without a body is one without fields. */
    private static JsonNode body(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null || body.length() == 0
                ? JsonNodeFactory.instance.objectNode()
                : ApiRequest.of(body).json();
    }

    private Future<ApiReply> counted(String name, Future<ApiReply> reply) {
        return reply.onSuccess(came -> meters.counter(
                        "jishi.api.commands",
                        "command",
                        name,
                        "code",
                        came instanceof ApiReply.Refusal refusal ? Integer.toString(refusal.code()) : "0")
                .increment());
    }

    private void batch(RoutingContext context) {
        List<Map.Entry<String, JsonNode>> batch = new ArrayList<>();
        boolean parallel;
        try {
            ApiRequest request = new ApiRequest(body(context));
            parallel = request.flag("parallel");
            for (JsonNode command : request.json().path("commands")) {
                batch.add(named(command));
            }
            if (batch.isEmpty() || batch.size() > BATCH_MAX) {
                throw new Invalid("commands", "A batch has 1 to " + BATCH_MAX + " commands.");
            }
        } catch (Invalid e) {
            Answers.invalid(context, e);
            return;
        }
        Future<List<ObjectNode>> replies = parallel ? together(batch) : oneByOne(batch);
        replies.onSuccess(all -> {
            ArrayNode list = JsonNodeFactory.instance.arrayNode().addAll(all);
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.set("replies", list);
            Answers.json(context, 200, Json.encode(answer));
        });
    }

    /**
     * Commands one after the other, each an object with a method and its params, as programs of older versions of
     * Centrifugo's libraries send them (that for Go still does); as many replies, a line each.
     */
    private void lines(RoutingContext context) {
        List<JsonNode> sent;
        try {
            Buffer body = context.body().buffer();
            sent = Json.trees(body == null ? Buffer.buffer() : body, BATCH_MAX);
            if (sent.isEmpty() || sent.stream().anyMatch(command -> !command.isObject())) {
                throw new Invalid("", "The body must have 1 to " + BATCH_MAX + " commands, each an object.");
            }
        } catch (Invalid e) {
            Answers.invalid(context, e);
            return;
        }
        Future<Buffer> replies = Future.succeededFuture(Buffer.buffer());
        for (JsonNode command : sent) {
            replies = replies.compose(lines -> line(command)
                    .map(reply -> lines.appendBuffer(Json.encode(reply)).appendString("\n")));
        }
        replies.onSuccess(lines -> Answers.json(context, 200, lines));
    }

    private Future<ObjectNode> line(JsonNode command) {
        String name = command.path("method").asText("").toLowerCase(Locale.ROOT);
        JsonNode params = command.hasNonNull("params") ? command.get("params") : JsonNodeFactory.instance.objectNode();
        return counted(commands.names().contains(name) ? name : "unknown", commands.carryOut(name, params))
                .map(ApiReply::json)
                .map(reply -> command.path("id").asInt() > 0 ? reply.set("id", command.get("id")) : reply);
    }

    /** A command of a batch is an object with one field, its name. */
    private Map.Entry<String, JsonNode> named(JsonNode command) {
        if (!command.isObject() || command.size() != 1) {
            throw new Invalid("commands", "Each command of a batch is an object with one field, the command's name.");
        }
        return command.properties().iterator().next();
    }

    private Future<ObjectNode> item(Map.Entry<String, JsonNode> command) {
        String name = command.getKey();
        Future<ApiReply> reply = commands.carryOut(name, command.getValue());
        return counted(commands.names().contains(name) ? name : "unknown", reply)
                .map(came -> came.json(name));
    }

    private Future<List<ObjectNode>> together(List<Map.Entry<String, JsonNode>> batch) {
        List<Future<ObjectNode>> items = batch.stream().map(this::item).toList();
        return Future.join(items).map(all -> all.list());
    }

    private Future<List<ObjectNode>> oneByOne(List<Map.Entry<String, JsonNode>> batch) {
        Future<List<ObjectNode>> done = Future.succeededFuture(new ArrayList<>());
        for (Map.Entry<String, JsonNode> command : batch) {
            done = done.compose(replies -> item(command).map(reply -> {
                replies.add(reply);
                return replies;
            }));
        }
        return done;
    }
}
