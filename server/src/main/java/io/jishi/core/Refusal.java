package io.jishi.core;

import com.google.errorprone.annotations.Immutable;

/**
 * Why the business said no. Each capability declares its refusals once, as an enum; the wire's error codes and
 * docs/PROTOCOL.md come from those declarations.
 */
public interface Refusal {
    /**
     * What a refusal says.
     *
     * @param code the error code on the wire, 1000 to 1999, unique over all capabilities
     * @param sentence one English sentence for the person
     * @param advice what the client should do about it
     * @param temporary whether the same request may succeed later without any change
     */
    @Immutable
    record Terms(int code, String sentence, String advice, boolean temporary) {}

    Terms terms();

    /** The constant's name; in lower case it is the stable name that clients translate by. */
    String name();

    default int code() {
        return terms().code();
    }

    default String sentence() {
        return terms().sentence();
    }

    default String advice() {
        return terms().advice();
    }

    default boolean temporary() {
        return terms().temporary();
    }
}
