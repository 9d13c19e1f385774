package io.jishi.edge;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** What is so malformed that no route can be found for it. */
final class InvalidRequests {
    private InvalidRequests() {}

    static void answer(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        HttpError error = cause instanceof TooLongHttpLineException
                ? HttpError.TARGET_TOO_LONG
                : cause instanceof TooLongHttpHeaderException ? HttpError.HEADERS_TOO_LARGE : HttpError.BAD_REQUEST;
        request.response()
                .setStatusCode(error.status())
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
                .end(error.json());
    }
}
