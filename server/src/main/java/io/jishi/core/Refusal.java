package io.jishi.core;

/**
 * Why the business said no. Each capability declares its refusals once, as an enum; the wire's error codes and
 * docs/PROTOCOL.md come from those declarations.
 */
public interface Refusal {
    /** The error code on the wire, 1000 to 1999, unique over all capabilities. */
    int code();

    /** The constant's name; in lower case it is the stable name that clients translate by. */
    String name();

    /** One English sentence for the person. */
    String sentence();

    /** What the client should do about it. */
    String advice();

    /** Whether the same request may succeed later without any change. */
    default boolean temporary() {
        return false;
    }
}
