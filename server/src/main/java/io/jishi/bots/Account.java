package io.jishi.bots;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's tokens over time: refreshed while they can be, logged in again where not. Its tokens are in memory only.
 */
public final class Account implements Session {
    private static final long MARGIN_SECONDS = 30;

    private final Supplier<Future<Logins.Tokens>> login;
    private final Logins logins;
    private Logins.@Nullable Tokens tokens;
    private long goodUntilNanos;
    private @Nullable Future<String> fetching;

    private Account(Logins logins, Supplier<Future<Logins.Tokens>> login) {
        this.logins = logins;
        this.login = login;
    }

    /** Logs in with a name and a password when it is first needed. */
    public static Account person(Logins logins, String name, String password) {
        return new Account(logins, () -> logins.login(name, password));
    }

    /** A device: it has no refresh token and logs in anew. */
    public static Account device(Logins logins, String device, String secret) {
        return new Account(logins, () -> logins.device(device, secret));
    }

    /** Begins with tokens that there are already. */
    public Account with(Logins.Tokens fresh) {
        keep(fresh);
        return this;
    }

    @Override
    public synchronized Future<String> token(boolean refused) {
        if (fetching != null) {
            return fetching;
        }
        Logins.Tokens current = tokens;
        if (current != null && !refused && System.nanoTime() < goodUntilNanos) {
            return Future.succeededFuture(current.token());
        }
        Future<String> fresh = (current == null || current.refreshToken().isEmpty()
                        ? login.get()
                        : logins.refresh(current.refreshToken()).recover(fault -> recover(fault)))
                .map(this::keep);
        fetching = fresh;
        fresh.onComplete(_ -> fetched());
        return fresh;
    }

    private Future<Logins.Tokens> recover(Throwable fault) {
        return fault instanceof ServerError error && !error.temporary() ? login.get() : Future.failedFuture(fault);
    }

    private synchronized String keep(Logins.Tokens fresh) {
        tokens = fresh;
        goodUntilNanos = System.nanoTime() + (fresh.expiresInSeconds() - MARGIN_SECONDS) * 1_000_000_000L;
        return fresh.token();
    }

    private synchronized void fetched() {
        fetching = null;
    }
}
