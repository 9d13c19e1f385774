package io.jishi.realtime;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a token into who bears it. */
@FunctionalInterface
public interface Authenticator {
    /** @param connection the id of the connection that presents the token */
    Verdict verify(String token, String connection);

    /** As {@link #verify}, where the keys to judge the token by may have to be fetched first. Never fails. */
    default Future<Verdict> verifySoon(String token, String connection) {
        return Future.succeededFuture(verify(token, connection));
    }

    sealed interface Verdict {
        /**
         * @param expiresAt null where the token never expires
         * @param channels channels that the token subscribes its bearer to, besides those by role
         * @param info JSON that others see of the bearer in presence and publications; null for none
         */
        record Bearer(
                Caller caller,
                @Nullable Instant expiresAt,
                Map<String, ChannelTerms> channels,
                @Nullable String info) implements Verdict {}

        record Expired() implements Verdict {}

        record Forged() implements Verdict {}
    }
}
