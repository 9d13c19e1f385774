package io.jishi.edge;

import io.jishi.core.Invalid;
import io.jishi.core.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Writes answers; one that comes after the request was answered, timed out or went away is dropped. */
final class Answers {
    private static final String JSON = "application/json; charset=utf-8";

    private Answers() {}

    static void json(RoutingContext context, int status, Buffer body) {
        send(context, status, JSON, body);
    }

    static void text(RoutingContext context, int status, String text) {
        send(context, status, "text/plain; charset=utf-8", Buffer.buffer(text));
    }

    static void error(RoutingContext context, HttpError error) {
        switch (error) {
            case TOO_LARGE, TIMEOUT, STOPPING, EXPECTATION_FAILED, HEADERS_TOO_LARGE, TARGET_TOO_LONG ->
                closeAfter(context);
            case UNAUTHORIZED, TOKEN_EXPIRED -> context.response().putHeader("WWW-Authenticate", "Bearer");
            case BAD_REQUEST,
                    PERMISSION_DENIED,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    UNSUPPORTED_MEDIA_TYPE,
                    TOO_MANY_REQUESTS,
                    INTERNAL -> {}
        }
        json(context, error.status(), error.json());
    }

    /** For what is answered before the request was read to its end: nobody needs the rest. */
    private static void closeAfter(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(ended -> LingeringClose.close(context.vertx(), context.request()));
    }

    static void invalid(RoutingContext context, Invalid invalid) {
        json(context, HttpError.BAD_REQUEST.status(), HttpError.json(invalid));
    }

    static void refusal(RoutingContext context, int status, Refusal refusal) {
        json(context, status, HttpError.json(refusal));
    }

    static void empty(RoutingContext context, int status) {
        if (mayAnswer(context.response())) {
            context.response().setStatusCode(status).end();
        }
    }

    static void send(RoutingContext context, int status, String type, Buffer body) {
        HttpServerResponse response = context.response();
        if (mayAnswer(response)) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, type)
                    .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            if (HttpMethod.HEAD.equals(context.request().method())) {
                response.end();
            } else {
                response.end(body);
            }
        }
    }

    private static boolean mayAnswer(HttpServerResponse response) {
        return !response.ended() && !response.headWritten() && !response.closed();
    }
}
