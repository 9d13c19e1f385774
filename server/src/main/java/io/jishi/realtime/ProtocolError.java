package io.jishi.realtime;

/**
 * The errors of the wire protocol itself, with the codes of Centrifugo's client protocol
 * (centrifugal.dev, "Client protocol codes"). Refusals of the capabilities have codes from 1000.
 */
public enum ProtocolError {
    INTERNAL(100, "internal server error", true, "Try again later; the server has logged what happened."),
    UNAUTHORIZED(101, "unauthorized", false, "Connect with a token."),
    UNKNOWN_CHANNEL(102, "unknown channel", false, "Use a channel of docs/PROTOCOL.md."),
    PERMISSION_DENIED(103, "permission denied", false, "Log in as somebody who may."),
    METHOD_NOT_FOUND(104, "method not found", false, "Use a method of docs/PROTOCOL.md."),
    ALREADY_SUBSCRIBED(105, "already subscribed", false, "Keep the subscription that there is."),
    LIMIT_EXCEEDED(106, "limit exceeded", false, "Use fewer channels, or smaller requests."),
    BAD_REQUEST(107, "bad request", false, "Correct the request; the message says which field."),
    NOT_AVAILABLE(108, "not available", false, "The channel or the server does not offer this."),
    TOKEN_EXPIRED(109, "token expired", false, "Fetch a new token and connect again."),
    EXPIRED(110, "expired", false, "Fetch a new token and connect again."),
    TOO_MANY_REQUESTS(111, "too many requests", true, "Slow down and try again."),
    UNRECOVERABLE_POSITION(112, "unrecoverable position", false, "Load the state afresh.");

    private final int code;
    private final String message;
    private final boolean temporary;
    private final String advice;

    ProtocolError(int code, String message, boolean temporary, String advice) {
        this.code = code;
        this.message = message;
        this.temporary = temporary;
        this.advice = advice;
    }

    public int code() {
        return code;
    }

    public String message() {
        return message;
    }

    public boolean temporary() {
        return temporary;
    }

    public String advice() {
        return advice;
    }
}
