package io.jishi.realtime;

import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.vertx.core.Future;
import java.util.List;

/**
 * A remote procedure: declared once, from which the registry, the authorisation check and docs/PROTOCOL.md follow.
 *
 * @param name {@code capability.verb}, lower case with underscores
 * @param params the record that its parameters are read into; its compact constructor validates
 * @param result the record that is answered
 * @param summary one sentence
 * @param refusals every refusal that it may answer
 */
public record Method<P, R>(
        String name, Class<P> params, Class<R> result, String summary, List<? extends Refusal> refusals) {

    public Method {
        refusals = List.copyOf(refusals);
    }

    public static <P, R> Method<P, R> of(
            String name, Class<P> params, Class<R> result, String summary, Refusal... refusals) {
        return new Method<>(name, params, result, summary, List.of(refusals));
    }

    /** Parameters of a method that takes none. */
    public record Nothing() {}

    /** Handles calls; runs on the event loop of the session that asks, so it must not block. */
    @FunctionalInterface
    public interface Handler<P, R> {
        Future<Outcome<R>> handle(Caller caller, P params);
    }
}
