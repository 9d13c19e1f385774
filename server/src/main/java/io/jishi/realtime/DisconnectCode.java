package io.jishi.realtime;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why the server closes a connection: WebSocket close codes with the meaning that Centrifugo gives them. Below 3500, and
 * from 4000 to 4499, a client reconnects by itself; from 3500 to 3999, and from 4500, it does not.
 */
public enum DisconnectCode {
    PROTOCOL_ERROR(1002, "protocol error", "Mend the client: a frame broke the rules of WebSockets (RFC 6455)."),
    INVALID_TEXT(1007, "invalid payload", "Mend the client: a text was not UTF-8 (RFC 6455)."),
    MESSAGE_TOO_BIG(
            1009,
            "message too big",
            "Send smaller messages (RFC 6455). The SDK for JavaScript stays away, others come back."),
    SHUTDOWN(3001, "shutdown", "Reconnect, to another node: this one is stopping."),
    SERVER_ERROR(3004, "internal server error", "Reconnect after a pause."),
    EXPIRED(3005, "connection expired", "Reconnect with a new token."),
    SUBSCRIPTION_EXPIRED(3006, "subscription expired", "Reconnect with a new token."),
    SLOW(3008, "slow", "Reconnect and recover: the connection could not carry what it subscribed to."),
    INSUFFICIENT_STATE(3010, "insufficient state", "Reconnect and recover: publications may have been missed."),
    NO_PONG(3012, "no pong", "Reconnect: the server heard nothing in time."),
    TOO_MANY_REQUESTS(3013, "too many requests", "Reconnect and send less."),
    INVALID_TOKEN(3500, "invalid token", "Log in again."),
    BAD_REQUEST(3501, "bad request", "Do not reconnect: the client breaks the protocol."),
    STALE(3502, "stale", "Send the connect command soon after opening the socket."),
    FORCE_DISCONNECT(3503, "force disconnect", "Do not reconnect."),
    CONNECTION_LIMIT(3504, "connection limit", "Close another connection first."),
    CHANNEL_LIMIT(3505, "channel limit", "Ask for a token with fewer channels."),
    NOT_AVAILABLE(3508, "not available", "Do not send messages without a reply: nothing here takes them.");

    private final int code;
    private final String reason;
    private final String advice;

    DisconnectCode(int code, String reason, String advice) {
        this.code = code;
        this.reason = reason;
        this.advice = advice;
    }

    /** The declaration of a code; empty for one that an operator chose. */
    public static Optional<DisconnectCode> of(int code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public String advice() {
        return advice;
    }
}
