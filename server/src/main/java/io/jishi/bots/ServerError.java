package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;

/** The server said no. It is a value in disguise: thrown without a stack, told apart by code and name. */
public final class ServerError extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int TOKEN_EXPIRED = 109;

    private final int code;
    private final String name;
    private final boolean temporary;

    ServerError(int code, String name, boolean temporary) {
        super(name + " (" + code + ")", null, false, false);
        this.code = code;
        this.name = name;
        this.temporary = temporary;
    }

    /** Of the {@code error} of a reply on the wire. */
    static ServerError of(JsonNode error) {
        return new ServerError(
                error.path("code").asInt(),
                error.path("message").asText(),
                error.path("temporary").asBoolean());
    }

    public int code() {
        return code;
    }

    /** The stable name: of a refusal {@code sold_out}, of the protocol {@code permission denied}. */
    public String name() {
        return name;
    }

    /** Whether the same request may succeed later. */
    public boolean temporary() {
        return temporary;
    }

    boolean isTokenExpired() {
        return code == TOKEN_EXPIRED;
    }
}
