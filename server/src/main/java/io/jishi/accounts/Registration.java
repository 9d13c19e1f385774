package io.jishi.accounts;

import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.accounts.AccountMessage.Register;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;

/** Opening an account. */
final class Registration {
    private final AccountStore store;
    private final PasswordWorkers workers;
    private final Passwords passwords;
    private final Sessions sessions;
    private final AttemptLimits limits;
    private final Ids ids;
    private final InstantSource clock;

    Registration(
            AccountStore store,
            PasswordWorkers workers,
            Passwords passwords,
            Sessions sessions,
            AttemptLimits limits,
            Ids ids,
            InstantSource clock) {
        this.store = store;
        this.workers = workers;
        this.passwords = passwords;
        this.sessions = sessions;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
    }

    Future<Outcome<LoggedIn>> register(String address, Register message) {
        if (!limits.takeRegistration(address)) {
            return Steps.refused(AccountRefusal.TOO_MANY_ATTEMPTS);
        }
        NewUser user = new NewUser(
                message.name(),
                message.password(),
                message.displayName().orElse(message.name()),
                List.of(Role.VIEWER),
                message.language().orElse("zh"));
        return create(user)
                .onComplete(ended -> {
                    if (ended.failed() || ended.result() instanceof Outcome.Refused<User>) {
                        limits.giveBackRegistration(address);
                    }
                })
                .compose(outcome ->
                        Steps.then(outcome, created -> sessions.open(created).map(Outcome::done)));
    }

    /** Looks for the name before it spends a hash; the insert decides between two who ask at once. */
    Future<Outcome<User>> create(NewUser user) {
        return store.byName(user.name())
                .compose(there -> there.isPresent()
                        ? Steps.refused(AccountRefusal.NAME_TAKEN)
                        : workers.run(() -> passwords.hash(user.password()))
                                .compose(outcome -> Steps.then(outcome, hash -> insert(user, hash))));
    }

    private Future<Outcome<User>> insert(NewUser user, String hash) {
        User made = new User(ids.next(), user.name(), user.displayName(), user.roles(), user.language());
        return store.insert(new Account(made, hash), clock.instant())
                .map(inserted -> inserted ? Outcome.done(made) : Outcome.refused(AccountRefusal.NAME_TAKEN));
    }
}
