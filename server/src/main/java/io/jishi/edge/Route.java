package io.jishi.edge;

import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP route, declared once: the authorisation check ({@code route POST /api/login}), limits, decoding and the test
 * of openapi.yaml follow from it.
 *
 * @param request the record that the JSON body is read into, whose compact constructor validates; {@link RawBody} takes
 *     the body as it is
 * @param response the record that is answered as JSON; {@link io.jishi.realtime.Method.Nothing} for an empty answer
 * @param status of an answer that is no refusal
 * @param summary one sentence
 * @param refusals every refusal that the route may answer, with its status
 */
public record Route<P, R>(
        HttpMethod method,
        String path,
        Class<P> request,
        Class<R> response,
        int status,
        String summary,
        Map<Refusal, Integer> refusals) {

    /** A route that answers 200. */
    public static <P, R> Route<P, R> post(String path, Class<P> request, Class<R> response, String summary) {
        return new Route<>(HttpMethod.POST, path, request, response, 200, summary, Map.of());
    }

    public Route<P, R> answering(int otherStatus) {
        return new Route<>(method, path, request, response, otherStatus, summary, refusals);
    }

    public Route<P, R> refusing(Refusal refusal, int refusalStatus) {
        Map<Refusal, Integer> more = new LinkedHashMap<>(refusals);
        more.put(refusal, refusalStatus);
        return new Route<>(method, path, request, response, status, summary, more);
    }

    /** The row of the authorisation table. */
    public String row() {
        return "route " + method + " " + path;
    }

    /** Runs on an event loop, so it must not block. */
    @FunctionalInterface
    public interface Handler<P, R> {
        Future<Outcome<R>> handle(Request<P> request);
    }

    /**
     * A request as a handler sees it.
     *
     * @param id for logs; the client is told it in {@code X-Request-Id}
     * @param address where it comes from; for limits only, never for logs
     */
    public record Request<P>(String id, Caller caller, String address, P body) {}

    /** An answer that is text and not JSON. */
    public record PlainText(String text) {}

    /**
     * A body that is signed as it stands.
     *
     * @param header reads a header of the request
     */
    public record RawBody(Buffer bytes, Function<String, @Nullable String> header) {}
}
