package io.jishi.edge;

import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authenticator.Verdict;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, by the token in the header {@code Authorization}, and whether the table lets them. A token that is not good
 * makes a guest of its bearer, so that an expired one does not stand in the way of refreshing it.
 */
final class Admission {
    private static final String SCHEME = "Bearer ";

    private final Authorization authorization;
    private final Authenticator authenticator;

    Admission(Authorization authorization, Authenticator authenticator) {
        this.authorization = authorization;
        this.authenticator = authenticator;
    }

    void check(String row) {
        if (!authorization.knows(row)) {
            throw new IllegalStateException("no row in the authorisation table for " + row);
        }
    }

    /** Goes on to the next handler, or answers why not. */
    void admit(RoutingContext context, String row) {
        String id = Arrival.requestId(context);
        Verdict verdict = verify(context.request().getHeader("Authorization"), id);
        Caller caller = verdict instanceof Verdict.Bearer bearer ? bearer.caller() : Caller.guest(id);
        if (authorization.allows(caller.roles(), row)) {
            context.put(Arrival.CALLER, caller);
            context.next();
            return;
        }
        Answers.error(
                context,
                switch (verdict) {
                    case Verdict.Bearer ignored -> HttpError.PERMISSION_DENIED;
                    case Verdict.Expired ignored -> HttpError.TOKEN_EXPIRED;
                    case Verdict.Forged ignored -> HttpError.UNAUTHORIZED;
                });
    }

    private Verdict verify(@Nullable String header, String id) {
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authenticator.verify(header.substring(SCHEME.length()).strip(), id)
                : new Verdict.Forged();
    }
}
