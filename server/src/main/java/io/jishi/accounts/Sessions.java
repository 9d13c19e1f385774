package io.jishi.accounts;

import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.realtime.Method;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log-ins that last: every refresh token is good once and brings the next one. A token that comes back after its use was
 * stolen, from its owner or by its owner's thief, so the session ends for both (RFC 9700, section 4.14.2).
 */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final long FORGET_EVERY_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private final Vertx vertx;
    private final SessionStore store;
    private final Tokens tokens;
    private final AttemptLimits limits;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration lifetime;
    private long timer = -1;

    Sessions(
            Vertx vertx,
            SessionStore store,
            Tokens tokens,
            AttemptLimits limits,
            InstantSource clock,
            RandomGenerator random,
            Settings settings) {
        this.vertx = vertx;
        this.store = store;
        this.tokens = tokens;
        this.limits = limits;
        this.clock = clock;
        this.random = random;
        lifetime = Duration.ofDays(settings.get(AccountSettings.REFRESH_DAYS));
    }

    void start() {
        timer = vertx.setPeriodic(FORGET_EVERY_MILLIS, fired -> forgetExpired());
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    /** A new session for somebody who has just shown who they are. */
    Future<LoggedIn> open(User user) {
        RefreshToken token = RefreshToken.random(random);
        Instant now = clock.instant();
        return store.open(user.id(), token, now, now.plus(lifetime)).map(opened -> loggedIn(user, token));
    }

    Future<Outcome<LoggedIn>> refresh(String address, RefreshToken token) {
        if (!limits.takeFailure(address)) {
            return Steps.refused(AccountRefusal.TOO_MANY_ATTEMPTS);
        }
        RefreshToken next = token.next(random);
        Instant now = clock.instant();
        return store.rotate(token, next, now, now.plus(lifetime)).compose(found -> {
            if (found.isEmpty()) {
                return end(token).map(Outcome.refused(AccountRefusal.SESSION_ENDED));
            }
            limits.giveBackFailure(address);
            return Future.succeededFuture(Outcome.done(loggedIn(found.get(), next)));
        });
    }

    Future<Outcome<Method.Nothing>> end(RefreshToken token) {
        return store.end(token).map(ended -> {
            ended.filter(SessionStore.Ended::byUsedToken)
                    .ifPresent(reused -> LOG.warn("event=refresh-token-reused user={}", reused.user()));
            return Outcome.done(new Method.Nothing());
        });
    }

    Future<Integer> forgetExpired() {
        return store.deleteExpired(clock.instant())
                .onFailure(fault -> LOG.warn("event=sessions-not-forgotten reason=\"{}\"", fault.getMessage()));
    }

    private LoggedIn loggedIn(User user, RefreshToken token) {
        return new LoggedIn(tokens.issue(user), tokens.lifetime().toSeconds(), Optional.of(token.text()), user);
    }
}
