package io.jishi.edge;

import io.jishi.core.Invalid;
import io.jishi.core.Refusal;
import io.jishi.realtime.Json;
import io.jishi.realtime.ProtocolError;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Optional;

/**
 * What HTTP answers where there is no result. Codes are those of the real-time protocol where it has the same error, else
 * the HTTP status, which no other code of Jishi collides with.
 */
enum HttpError {
    BAD_REQUEST(400, ProtocolError.BAD_REQUEST.code(), "The request is malformed."),
    UNAUTHORIZED(401, ProtocolError.UNAUTHORIZED.code(), "Log in first."),
    TOKEN_EXPIRED(401, ProtocolError.TOKEN_EXPIRED.code(), "The token has expired."),
    PERMISSION_DENIED(403, ProtocolError.PERMISSION_DENIED.code(), "You may not do that."),
    NOT_FOUND(404, 404, "There is nothing here."),
    METHOD_NOT_ALLOWED(405, 405, "This path takes other methods."),
    TOO_LARGE(413, 413, "The body is too long."),
    TARGET_TOO_LONG(414, 414, "The path is too long."),
    UNSUPPORTED_MEDIA_TYPE(415, 415, "The body must be application/json."),
    EXPECTATION_FAILED(417, 417, "The header Expect is not met."),
    TOO_MANY_REQUESTS(
            429, ProtocolError.TOO_MANY_REQUESTS.code(), "There are too many connections of your address; close one."),
    HEADERS_TOO_LARGE(431, 431, "The headers are too long."),
    INTERNAL(500, ProtocolError.INTERNAL.code(), "Something went wrong; the server has logged it."),
    TIMEOUT(503, 503, "That took too long; try again later."),
    STOPPING(503, 503, "This server is stopping; connect to another.");

    private final int status;
    private final int code;
    private final String sentence;

    HttpError(int status, int code, String sentence) {
        this.status = status;
        this.code = code;
        this.sentence = sentence;
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    /** The body of every answer that is no result. */
    record Body(Error error) {
        record Error(int code, String name, String message, Optional<String> field) {}
    }

    Buffer json() {
        return json(code, name(), sentence, "");
    }

    static Buffer json(Invalid invalid) {
        return json(BAD_REQUEST.code, BAD_REQUEST.name(), invalid.sentence(), invalid.field());
    }

    static Buffer json(Refusal refusal) {
        return json(refusal.code(), refusal.name(), refusal.sentence(), "");
    }

    /** The error for a status with which Vert.x itself failed a request. */
    static HttpError of(int status) {
        for (HttpError error : values()) {
            if (error.status == status) {
                return error;
            }
        }
        return status < 500 ? BAD_REQUEST : INTERNAL;
    }

    private static Buffer json(int code, String name, String sentence, String field) {
        Optional<String> named = field.isEmpty() ? Optional.empty() : Optional.of(field);
        return Json.encode(new Body(new Body.Error(code, name.toLowerCase(Locale.ROOT), sentence, named)));
    }
}
