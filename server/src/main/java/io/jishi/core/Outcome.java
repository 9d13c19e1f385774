package io.jishi.core;

import java.util.function.Function;

/**
 * The answer to a request that the business may refuse. A refusal is a value; a fault (database gone, broken invariant)
 * is a failed future or an exception, never an {@code Outcome}.
 */
public sealed interface Outcome<R> {
    record Done<R>(R result) implements Outcome<R> {}

    record Refused<R>(Refusal refusal) implements Outcome<R> {}

    static <R> Outcome<R> done(R result) {
        return new Done<>(result);
    }

    static <R> Outcome<R> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    default <S> Outcome<S> map(Function<? super R, ? extends S> mapper) {
        return switch (this) {
            case Done<R> done -> new Done<>(mapper.apply(done.result()));
            case Refused<R> refused -> new Refused<>(refused.refusal());
        };
    }
}
