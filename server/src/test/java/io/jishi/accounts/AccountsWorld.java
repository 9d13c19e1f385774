package io.jishi.accounts;

import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.accounts.AccountMessage.Login;
import io.jishi.accounts.AccountMessage.Refresh;
import io.jishi.accounts.AccountMessage.Register;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Accounts on a real database of their own, with a clock that the test moves and hashes that cost next to nothing. */
public final class AccountsWorld implements AutoCloseable {
    public static final String SECRET = "a secret for tests, of more than 32 bytes";
    static final Passwords.Cost CHEAP = new Passwords.Cost(64, 1, 1);

    public final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    public final InstantSource clock = now::get;
    public final Vertx vertx;
    public final TestDatabase testDatabase = TestDatabase.create();
    public final Database database;
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final Tokens tokens = new Tokens(SECRET, Duration.ofMinutes(15), clock, Tokens.Makers.OWN);
    public final Ids ids = new Ids(InstantSource.system(), 1);
    public final Settings settings;
    public final Accounts accounts;

    public AccountsWorld(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.settings = settings;
        database = testDatabase.open(vertx);
        accounts = make(CHEAP, settings);
        accounts.start().await();
    }

    public static Settings withFailuresPerAddress(int failures) {
        return Settings.defaults().with(AccountSettings.FAILURES_PER_ADDRESS, failures);
    }

    Accounts make(Passwords.Cost cost, Settings with) {
        return new Accounts(vertx, database, ids, tokens, clock, new SecureRandom(), meters, with, cost);
    }

    public User user(String name, Role... roles) {
        return done(accounts.create(new NewUser(name, name + "-password", name, List.of(roles), "zh"))
                .await());
    }

    /** A token of somebody who has these roles, without an account. */
    public String token(Id<User> id, Role... roles) {
        return tokens.issue(id, "test", List.of(roles), "zh");
    }

    public LoggedIn loggedIn(String name) {
        return done(login(name, name + "-password"));
    }

    Outcome<LoggedIn> login(String name, String password) {
        return login("10.0.0.1", name, password);
    }

    Outcome<LoggedIn> login(String address, String name, String password) {
        return accounts.login(address, new Login(name, password)).await();
    }

    Outcome<LoggedIn> refresh(String token) {
        return accounts.refresh("10.0.0.1", new Refresh(RefreshToken.parse(token)))
                .await();
    }

    Outcome<LoggedIn> register(String name, String password) {
        return accounts.register("10.0.0.1", new Register(name, password, Optional.empty(), Optional.empty()))
                .await();
    }

    public long count(String sql) {
        return database.execute(sql).await().iterator().next().getLong(0);
    }

    static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T> done -> done.result();
            case Outcome.Refused<T> refused -> throw new AssertionError("refused: " + refused.refusal());
        };
    }

    @Override
    public void close() {
        accounts.stop().await();
        database.close().await();
        testDatabase.close();
    }
}
