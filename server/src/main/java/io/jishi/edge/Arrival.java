package io.jishi.edge;

import io.jishi.core.Check;
import io.jishi.core.Invalid;
import io.jishi.realtime.Caller;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to every request first: it gets an id, protective headers, a log line and a measurement. */
final class Arrival {
    static final String CALLER = "jishi.caller";
    private static final String REQUEST_ID = "jishi.request";
    private static final String ROUTE = "jishi.route";
    private static final Logger LOG = LoggerFactory.getLogger("io.jishi.edge.access");
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' ws: wss:;"
            + " img-src 'self' data: https:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'";

    private final MeterRegistry meters;

    Arrival(MeterRegistry meters) {
        this.meters = meters;
    }

    void handle(RoutingContext context) {
        long startedNanos = System.nanoTime();
        String id = requestId(context.request().getHeader("X-Request-Id"));
        context.put(REQUEST_ID, id);
        protect(context.response().putHeader("X-Request-Id", id));
        context.addEndHandler(ended -> left(context, System.nanoTime() - startedNanos));
        if (isDecodable(context)) {
            context.next();
        } else {
            Answers.error(context, HttpError.BAD_REQUEST);
        }
    }

    private static boolean isDecodable(RoutingContext context) {
        try {
            return context.normalizedPath().startsWith("/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String requestId(RoutingContext context) {
        return Objects.requireNonNull(context.<String>get(REQUEST_ID));
    }

    static Caller caller(RoutingContext context) {
        return Objects.requireNonNull(context.<Caller>get(CALLER));
    }

    /** Names the request's route for measurements. Only declared names, so that their number is bounded. */
    static void route(RoutingContext context, String name) {
        context.put(ROUTE, name);
    }

    /** The id that a proxy has given the request, where it has the form of one, else a new one. */
    private static String requestId(@Nullable String given) {
        if (given != null) {
            try {
                return Check.key("X-Request-Id", given);
            } catch (Invalid e) {
                // a new one, then
            }
        }
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    private static void protect(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
    }

    private void left(RoutingContext context, long nanos) {
        String route = context.get(ROUTE, "none");
        String status = Integer.toString(context.response().getStatusCode());
        meters.timer("jishi.http.requests", "route", route, "status", status).record(nanos, TimeUnit.NANOSECONDS);
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "event=http request={} route=\"{}\" status={} millis={}",
                    requestId(context),
                    route,
                    status,
                    TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }
}
