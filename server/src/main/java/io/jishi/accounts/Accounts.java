package io.jishi.accounts;

import io.jishi.accounts.AccountMessage.DeviceLogin;
import io.jishi.accounts.AccountMessage.Grant;
import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.accounts.AccountMessage.Login;
import io.jishi.accounts.AccountMessage.Logout;
import io.jishi.accounts.AccountMessage.Refresh;
import io.jishi.accounts.AccountMessage.Register;
import io.jishi.accounts.AccountMessage.Update;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Accounts of people and credentials of devices: who somebody is, and the tokens that say so. */
public final class Accounts {
    public static final List<Setting<?>> SETTINGS = AccountSettings.ALL;

    static final Method<Method.Nothing, User> ME =
            Method.of("accounts.me", Method.Nothing.class, User.class, "Who I am.", AccountRefusal.UNKNOWN_USER);
    static final Method<Update, User> UPDATE = Method.of(
            "accounts.update",
            Update.class,
            User.class,
            "Changes my display name or language; tokens tell the new ones from the next refresh on.",
            AccountRefusal.UNKNOWN_USER);
    static final Method<Grant, User> GRANT = Method.of(
            "accounts.grant",
            Grant.class,
            User.class,
            "Sets a user's roles; tokens tell the new ones from the next refresh on.",
            AccountRefusal.UNKNOWN_USER,
            AccountRefusal.OWN_ADMIN);

    private final AccountStore store;
    private final Registration registration;
    private final LogIn logIn;
    private final Sessions sessions;
    private final Devices devices;
    private final PasswordWorkers workers;
    private final Settings settings;

    /** @param random unguessable: salts, refresh tokens and device secrets come from it */
    public Accounts(
            Vertx vertx,
            Database database,
            Ids ids,
            Tokens tokens,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry meters,
            Settings settings) {
        this(vertx, database, ids, tokens, clock, random, meters, settings, Passwords.Cost.RECOMMENDED);
    }

    Accounts(
            Vertx vertx,
            Database database,
            Ids ids,
            Tokens tokens,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry meters,
            Settings settings,
            Passwords.Cost cost) {
        this.settings = settings;
        Passwords passwords = new Passwords(cost, random);
        AttemptLimits limits = new AttemptLimits(clock, settings, meters);
        workers = new PasswordWorkers(
                vertx,
                settings.get(AccountSettings.PASSWORD_THREADS),
                settings.get(AccountSettings.PASSWORD_QUEUE_MAX),
                meters);
        store = new AccountStore(database);
        sessions = new Sessions(vertx, new SessionStore(database), tokens, limits, clock, random, settings);
        registration = new Registration(store, workers, passwords, sessions, limits, ids, clock);
        logIn = new LogIn(store, workers, passwords, sessions, limits);
        devices = new Devices(store, tokens, limits, ids, clock, random);
    }

    /** Adds the remote procedures. The log-ins are HTTP routes, because nobody is connected before. */
    public void register(Methods methods) {
        methods.add(ME, (caller, nothing) -> me(caller));
        methods.add(UPDATE, (caller, update) -> update(caller, update));
        methods.add(GRANT, (caller, grant) -> grant(caller, grant));
    }

    /** Makes the first administrator where one is configured, and starts to forget old sessions. */
    public Future<Void> start() {
        sessions.start();
        String name = settings.get(AccountSettings.FIRST_ADMIN_NAME);
        if (name.isEmpty()) {
            return Future.succeededFuture();
        }
        String password = settings.get(AccountSettings.FIRST_ADMIN_PASSWORD);
        if (password.length() < Account.PASSWORD_MIN) {
            return Future.failedFuture(new Invalid(
                    AccountSettings.FIRST_ADMIN_PASSWORD.name(),
                    "accounts.first-admin-password must have at least " + Account.PASSWORD_MIN + " characters."));
        }
        return registration
                .create(NewUser.administrator(Account.name(name), password))
                .mapEmpty();
    }

    public Future<Void> stop() {
        sessions.stop();
        return workers.close();
    }

    /** @param address where the request comes from; only the limits look at it */
    public Future<Outcome<LoggedIn>> register(String address, Register message) {
        return registration.register(address, message);
    }

    public Future<Outcome<LoggedIn>> login(String address, Login message) {
        return logIn.login(address, message);
    }

    public Future<Outcome<LoggedIn>> refresh(String address, Refresh message) {
        return sessions.refresh(address, message.refreshToken());
    }

    /** Ends the session; that it had ended before is no error. */
    public Future<Outcome<Method.Nothing>> logout(Logout message) {
        return sessions.end(message.refreshToken());
    }

    public Future<Outcome<LoggedIn>> login(String address, DeviceLogin message) {
        return devices.login(address, message);
    }

    /** A user; empty where there is no such user. */
    public Future<Optional<User>> find(Id<User> id) {
        return store.byId(id);
    }

    /** What others see of a user; empty where there is no such user. */
    public Future<Optional<String>> displayName(Id<User> id) {
        return store.byId(id).map(user -> user.map(User::displayName));
    }

    /**
     * Opens an account with any roles, for demonstrations and tests; not limited.
     *
     * @return the user, or {@code name_taken} or {@code busy}
     */
    public Future<Outcome<User>> create(NewUser user) {
        return registration.create(user);
    }

    /** Makes credentials for a device, within the transaction in which its owner writes what the device is. */
    public Future<Device.Credentials> createDevice(SqlConnection transaction) {
        return devices.create(transaction);
    }

    private Future<Outcome<User>> me(Caller caller) {
        if (caller.has(Role.DEVICE)) {
            return Future.succeededFuture(Outcome.done(Devices.user(caller.userId())));
        }
        return store.byId(caller.userId()).map(Accounts::known);
    }

    private Future<Outcome<User>> update(Caller caller, Update update) {
        return store.update(caller.userId(), update.displayName(), update.language())
                .map(Accounts::known);
    }

    private Future<Outcome<User>> grant(Caller caller, Grant grant) {
        return switch (Account.decideGrant(caller.userId(), grant)) {
            case Outcome.Refused<Grant> refused -> Future.succeededFuture(Outcome.refused(refused.refusal()));
            case Outcome.Done<Grant> done ->
                store.setRoles(done.result().userId(), done.result().roles()).map(Accounts::known);
        };
    }

    private static Outcome<User> known(Optional<User> user) {
        return user.map(Outcome::done).orElse(Outcome.refused(AccountRefusal.UNKNOWN_USER));
    }
}
