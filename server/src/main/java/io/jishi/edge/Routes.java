package io.jishi.edge;

import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authorization;
import io.vertx.core.Handler;
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
import java.util.stream.Collectors;

/** The registry of what HTTP offers. Nothing is reachable that has no row in the authorisation table. */
final class Routes {
    private final Admission admission;
    private final int bodyBytesMax;
    private final long requestMillisMax;
    private final boolean behindProxy;
    private final List<RouteHandler<?, ?>> declared = new ArrayList<>();
    private final List<Plain> plain = new ArrayList<>();

    /** A route without a body whose handler writes its own answer. */
    record Plain(String path, Handler<RoutingContext> handler) {
        String row() {
            return "route GET " + path;
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

    /** Every declared route with a body, in order. */
    List<Route<?, ?>> declared() {
        return declared.stream().<Route<?, ?>>map(RouteHandler::route).toList();
    }

    /** The rows of the authorisation table that are served. */
    Set<String> rows() {
        Set<String> rows = new LinkedHashSet<>();
        declared.forEach(handler -> rows.add(handler.route().row()));
        plain.forEach(route -> rows.add(route.row()));
        return rows;
    }

    void mount(Router router) {
        declared.forEach(handler -> mount(router, handler));
        plain.forEach(route -> mount(router, route));
    }

    /** The methods of a path that has some, for the answer to another one. */
    String methodsOf(String path) {
        Set<String> methods = declared.stream()
                .map(RouteHandler::route)
                .filter(route -> route.path().equals(path))
                .map(route -> route.method().name())
                .collect(Collectors.toCollection(LinkedHashSet::new));
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
                BodyHandler.create(false).setBodyLimit(bodyBytesMax),
                handler::handle);
        // one router entry for each step: within one entry Vert.x wants bodies read before anything is looked at
        steps.forEach(step -> router.route(route.method(), route.path()).handler(step));
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
