package io.jishi.bots;

import io.vertx.core.Future;

/** Gives a client its token, a fresh one where the last is about to expire or was refused. */
@FunctionalInterface
public interface Session {
    /** @param refused whether the server refused the last one as expired */
    Future<String> token(boolean refused);

    /** Nobody in particular. */
    static Session guest() {
        return _ -> Future.succeededFuture("");
    }
}
