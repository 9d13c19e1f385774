package io.jishi.edge;

import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.edge.Route.RawBody;
import io.jishi.realtime.Json;
import io.jishi.realtime.Method;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes the body of one route's requests, has them handled, and encodes what comes of it. */
final class RouteHandler<P, R> {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);

    private final Route<P, R> route;
    private final Route.Handler<P, R> handler;
    private final boolean behindProxy;

    RouteHandler(Route<P, R> route, Route.Handler<P, R> handler, boolean behindProxy) {
        this.route = route;
        this.handler = handler;
        this.behindProxy = behindProxy;
    }

    Route<P, R> route() {
        return route;
    }

    /** Looks at the type of the body before the body is read. */
    void checkType(RoutingContext context) {
        if (route.request() == RawBody.class || isJson(context.request())) {
            context.next();
        } else {
            Answers.error(context, HttpError.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    void handle(RoutingContext context) {
        Future<Outcome<R>> handled;
        try {
            handled = handler.handle(new Route.Request<>(
                    Arrival.requestId(context),
                    Arrival.caller(context),
                    ClientAddress.of(context.request(), behindProxy),
                    body(context)));
        } catch (RuntimeException e) {
            handled = Future.failedFuture(e);
        }
        handled.onComplete(outcome -> answer(context, outcome), fault -> failed(context, fault));
    }

    private static boolean isJson(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        if (type == null) {
            return false;
        }
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip();
        String parameters = end < 0 ? "" : type.substring(end + 1).strip().toLowerCase(Locale.ROOT);
        return media.equalsIgnoreCase("application/json")
                && (parameters.isEmpty() || parameters.matches("charset=\"?utf-8\"?"));
    }

    private P body(RoutingContext context) {
        Buffer bytes = context.body().buffer() == null
                ? Buffer.buffer()
                : context.body().buffer();
        return route.request() == RawBody.class
                ? route.request().cast(new RawBody(bytes, context.request()::getHeader))
                : Json.decode(bytes, route.request());
    }

    private void answer(RoutingContext context, Outcome<R> outcome) {
        switch (outcome) {
            case Outcome.Done<R>(Method.Nothing nothing) -> Answers.empty(context, route.status());
            case Outcome.Done<R>(Route.PlainText text) -> Answers.text(context, route.status(), text.text());
            case Outcome.Done<R>(R result) -> Answers.json(context, route.status(), Json.encode(result));
            case Outcome.Refused<R>(Refusal refusal) -> Answers.refusal(context, statusOf(refusal), refusal);
        }
    }

    /** A refusal that the route does not declare is a mistake here, told to the client as what it is all the same. */
    private int statusOf(Refusal refusal) {
        Integer status = route.refusals().get(refusal);
        if (status == null) {
            LOG.error("event=undeclared-refusal route=\"{}\" refusal={}", route.row(), refusal.name());
            return HttpError.BAD_REQUEST.status();
        }
        return status;
    }

    private void failed(RoutingContext context, Throwable fault) {
        if (fault instanceof Invalid invalid) {
            Answers.invalid(context, invalid);
        } else {
            context.fail(fault);
        }
    }
}
