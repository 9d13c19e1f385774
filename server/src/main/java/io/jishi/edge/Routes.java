package io.jishi.edge;

import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authorization;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.TimeoutHandler;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The registry of what HTTP offers. Nothing is reachable that has no row in the authorisation table. */
final class Routes {
    private static final Pattern FORM =
            Pattern.compile("\\s*(application/x-www-form-urlencoded|multipart/form-data)", Pattern.CASE_INSENSITIVE);

    private final Admission admission;
    private final int bodyBytesMax;
    private final long requestMillisMax;
    private final boolean behindProxy;
    private final List<RouteHandler<?, ?>> declared = new ArrayList<>();
    private final List<Plain> plain = new ArrayList<>();
    private final List<Raw> raw = new ArrayList<>();
    private final List<Keyed> keyed = new ArrayList<>();

    /** A route without a body whose handler writes its own answer. */
    record Plain(String path, Handler<RoutingContext> handler) {
        String row() {
            return "route GET " + path;
        }
    }

    /**
     * A route whose handler writes its own answer, perhaps without an end in sight, once the body is there.
     *
     * @param bodyBytesMax how long the body may be; 0 where it is as long as any
     */
    record Raw(HttpMethod method, String path, Handler<RoutingContext> handler, int bodyBytesMax) {
        Raw(HttpMethod method, String path, Handler<RoutingContext> handler) {
            this(method, path, handler, 0);
        }

        String row() {
            return "route " + method + " " + path;
        }
    }

    /** A route of POST that a key opens; without a key its row in the table decides, or another route of the same path. */
    record Keyed(ApiKey key, String path, Handler<RoutingContext> handler) {
        String row() {
            return "route POST " + path;
        }
    }

    Routes(Authorization authorization, Authenticator authenticator, Settings settings) {
        admission = new Admission(authorization, authenticator);
        bodyBytesMax = settings.get(HttpSettings.BODY_BYTES_MAX);
        requestMillisMax = TimeUnit.SECONDS.toMillis(settings.get(HttpSettings.REQUEST_SECONDS_MAX));
        behindProxy = settings.get(HttpSettings.BEHIND_PROXY);
    }

    <P, R> void add(Route<P, R> route, Route.Handler<P, R> handler) {
        admission.check(route.row());
        if (declared.stream().anyMatch(other -> other.route().row().equals(route.row()))) {
            throw new IllegalStateException("declared twice: " + route.row());
        }
        declared.add(new RouteHandler<>(route, handler, behindProxy));
    }

    void addPlain(Plain route) {
        admission.check(route.row());
        plain.add(route);
    }

    void addRaw(Raw route) {
        admission.check(route.row());
        raw.add(route);
    }

    void addKeyed(Keyed route) {
        admission.check(route.row());
        keyed.add(route);
    }

    /** Every declared route with a body, in order. */
    List<Route<?, ?>> declared() {
        return declared.stream().<Route<?, ?>>map(RouteHandler::route).toList();
    }

    /** The rows of the authorisation table that are served. */
    Set<String> rows() {
        Set<String> rows = new LinkedHashSet<>();
        declared.forEach(handler -> rows.add(handler.route().row()));
        raw.forEach(route -> rows.add(route.row()));
        keyed.forEach(route -> rows.add(route.row()));
        plain.forEach(route -> rows.add(route.row()));
        return rows;
    }

    void mount(Router router) {
        keyed.forEach(route -> mount(router, route));
        declared.forEach(handler -> mount(router, handler));
        raw.forEach(route -> mount(router, route));
        plain.forEach(route -> mount(router, route));
    }

    /** The methods of a path that has some, for the answer to another one. */
    String methodsOf(String path) {
        Set<String> methods = declared.stream()
                .map(RouteHandler::route)
                .filter(route -> route.path().equals(path))
                .map(route -> route.method().name())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        raw.stream().filter(route -> route.path.equals(path)).forEach(route -> methods.add(route.method.name()));
        if (keyed.stream().anyMatch(route -> route.path.equals(path))) {
            methods.add("POST");
        }
        if (plain.stream().anyMatch(route -> route.path().equals(path))) {
            methods.add("GET");
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    private void mount(Router router, RouteHandler<?, ?> handler) {
        Route<?, ?> route = handler.route();
        List<Handler<RoutingContext>> steps = List.of(
                TimeoutHandler.create(requestMillisMax, HttpError.TIMEOUT.status()),
                context -> admit(context, route.row()),
                handler::checkType,
                readBody(),
                handler::handle);
        // one router entry for each step: within one entry Vert.x wants bodies read before anything is looked at
        steps.forEach(step -> router.route(route.method(), route.path()).handler(step));
    }

    private void mount(Router router, Raw route) {
        List<Handler<RoutingContext>> steps = List.of(
                this::awaitBody, context -> admit(context, route.row()), readBody(route.bodyBytesMax), route.handler);
        steps.forEach(step -> router.route(route.method, route.path).handler(step));
    }

    private void mount(Router router, Keyed route) {
        List<Handler<RoutingContext>> steps =
                List.of(context -> open(context, route), this::awaitBody, readBody(), route.handler);
        steps.forEach(step -> router.route(HttpMethod.POST, route.path).handler(context -> {
            if (ApiKey.isTried(context.request())) {
                step.handle(context);
            } else {
                context.next();
            }
        }));
        if (declared.stream().noneMatch(other -> other.route().row().equals(route.row()))) {
            mount(router, new Raw(HttpMethod.POST, route.path, route.handler));
        }
    }

    private static void open(RoutingContext context, Keyed route) {
        Arrival.route(context, "POST " + route.path);
        if (route.key.opens(context.request())) {
            context.next();
        } else {
            Answers.error(context, HttpError.UNAUTHORIZED);
        }
    }

    /** Reads a body as it is: Vert.x would refuse what says that it is a form, as curl says of all it sends, and is none. */
    private Handler<RoutingContext> readBody() {
        return readBody(0);
    }

    private Handler<RoutingContext> readBody(int otherBytesMax) {
        BodyHandler reader = BodyHandler.create(false).setBodyLimit(otherBytesMax > 0 ? otherBytesMax : bodyBytesMax);
        return context -> {
            String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
            if (type != null && FORM.matcher(type).lookingAt()) {
                context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
            }
            reader.handle(context);
        };
    }

    /** A deadline for the body alone: the answer may take as long as it likes. */
    private void awaitBody(RoutingContext context) {
        long timer = context.vertx().setTimer(requestMillisMax, late -> {
            if (!context.request().isEnded()) {
                Answers.error(context, HttpError.TIMEOUT);
            }
        });
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
        context.next();
    }

    private void mount(Router router, Plain route) {
        List<Handler<RoutingContext>> steps = List.of(
                TimeoutHandler.create(requestMillisMax, HttpError.TIMEOUT.status()),
                context -> admit(context, route.row()),
                route.handler);
        String path = route.path.equals("/") ? "/*" : route.path;
        steps.forEach(step -> router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(step));
    }

    private void admit(RoutingContext context, String row) {
        Arrival.route(context, row.substring("route ".length()));
        admission.admit(context, row);
    }
}
