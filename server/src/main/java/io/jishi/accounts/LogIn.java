package io.jishi.accounts;

import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.accounts.AccountMessage.Login;
import io.jishi.core.Outcome;
import io.vertx.core.Future;
import java.util.Optional;

/** Logging in with name and password. An unknown name costs the same hash as a wrong password. */
final class LogIn {
    private final AccountStore store;
    private final PasswordWorkers workers;
    private final Passwords passwords;
    private final Sessions sessions;
    private final AttemptLimits limits;
    private final String nobodysHash;

    LogIn(AccountStore store, PasswordWorkers workers, Passwords passwords, Sessions sessions, AttemptLimits limits) {
        this.store = store;
        this.workers = workers;
        this.passwords = passwords;
        this.sessions = sessions;
        this.limits = limits;
        nobodysHash = passwords.unmatchable();
    }

    Future<Outcome<LoggedIn>> login(String address, Login login) {
        if (!limits.takeFailure(login.name(), address)) {
            return Steps.refused(AccountRefusal.TOO_MANY_ATTEMPTS);
        }
        return store.byName(login.name())
                .compose(account -> compare(login, account))
                .onComplete(ended -> {
                    boolean wrong = ended.succeeded()
                            && ended.result().equals(Outcome.refused(AccountRefusal.WRONG_CREDENTIALS));
                    if (!wrong) {
                        limits.giveBackFailure(login.name(), address);
                    }
                })
                .compose(outcome ->
                        Steps.then(outcome, user -> sessions.open(user).map(Outcome::done)));
    }

    private Future<Outcome<User>> compare(Login login, Optional<Account> account) {
        String hash = account.map(Account::passwordHash).orElse(nobodysHash);
        return workers.run(() -> passwords.matches(login.password(), hash))
                .compose(outcome -> Steps.then(outcome, matches -> {
                    Outcome<User> decided = Account.decideLogin(account, matches);
                    return decided instanceof Outcome.Done<User>(User user) && passwords.outdated(hash)
                            ? rehash(user, login.password()).map(decided)
                            : Future.succeededFuture(decided);
                }));
    }

    /** Raises an old hash to today's cost; where the workers are busy, a later log-in does it. */
    private Future<Outcome<Void>> rehash(User user, String password) {
        return workers.run(() -> passwords.hash(password))
                .compose(outcome -> Steps.then(
                        outcome, hash -> store.setPasswordHash(user.id(), hash).map(Outcome::done)));
    }
}
