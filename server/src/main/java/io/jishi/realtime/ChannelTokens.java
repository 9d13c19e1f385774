package io.jishi.realtime;

import io.vertx.core.Future;

/** Turns a subscription token (Centrifugo's "channel token") into the terms of one subscription. */
@FunctionalInterface
public interface ChannelTokens {
    /** Judges a token by itself; whether it is for this client and channel is left to the caller. Never fails. */
    Future<Verdict> verifyChannel(String token);

    /** For a server on which no such tokens are made. */
    static ChannelTokens none() {
        return token -> Future.succeededFuture(new Verdict.Forged());
    }

    sealed interface Verdict {
        /**
         * @param user whose subscription it is, empty for a guest's
         * @param client the one connection that may use it; empty for any of that user
         */
        record Granted(String user, String client, String channel, ChannelTerms terms) implements Verdict {}

        record Expired() implements Verdict {}

        record Forged() implements Verdict {}
    }
}
