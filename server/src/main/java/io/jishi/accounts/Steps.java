package io.jishi.accounts;

import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.vertx.core.Future;
import java.util.function.Function;

/** One step after another, each of which may refuse and so end them all. */
final class Steps {
    private Steps() {}

    static <A, B> Future<Outcome<B>> then(Outcome<A> outcome, Function<A, Future<Outcome<B>>> next) {
        return switch (outcome) {
            case Outcome.Done<A> done -> next.apply(done.result());
            case Outcome.Refused<A> refused -> refused(refused.refusal());
        };
    }

    static <A> Future<Outcome<A>> refused(Refusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }
}
