package io.jishi.accounts;

import io.jishi.accounts.AccountMessage.DeviceLogin;
import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.core.Hashes;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Credentials of machines. Their secrets are as random as a key, so a fast hash serves and a thousand shelves can log in
 * at once after a failure of power.
 */
final class Devices {
    private static final int SECRET_BYTES = 32;
    private static final byte[] NOBODYS_HASH = new byte[SECRET_BYTES];

    private final AccountStore store;
    private final Tokens tokens;
    private final AttemptLimits limits;
    private final Ids ids;
    private final InstantSource clock;
    private final RandomGenerator random;

    Devices(
            AccountStore store,
            Tokens tokens,
            AttemptLimits limits,
            Ids ids,
            InstantSource clock,
            RandomGenerator random) {
        this.store = store;
        this.tokens = tokens;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    Future<Device.Credentials> create(SqlConnection transaction) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Id<Device> id = ids.next();
        return store.insertDevice(transaction, id, Hashes.sha256(secret), clock.instant())
                .map(inserted -> new Device.Credentials(id, secret));
    }

    Future<Outcome<LoggedIn>> login(String address, DeviceLogin login) {
        String name = login.device().toString();
        if (!limits.takeFailure(name, address)) {
            return Steps.refused(AccountRefusal.TOO_MANY_ATTEMPTS);
        }
        return store.deviceSecretHash(login.device())
                .onFailure(fault -> limits.giveBackFailure(name, address))
                .map(stored -> {
                    boolean same = MessageDigest.isEqual(Hashes.sha256(login.secret()), stored.orElse(NOBODYS_HASH));
                    if (stored.isEmpty() || !same) {
                        return Outcome.refused(AccountRefusal.WRONG_CREDENTIALS);
                    }
                    limits.giveBackFailure(name, address);
                    return Outcome.done(loggedIn(user(login.device())));
                });
    }

    /** A device in the form in which people are told who they are. */
    static User user(Id<?> device) {
        String name = device.toString();
        return new User(Id.of(device.value()), name, name, List.of(Role.DEVICE), "zh");
    }

    private LoggedIn loggedIn(User device) {
        return new LoggedIn(tokens.issue(device), tokens.lifetime().toSeconds(), Optional.empty(), device);
    }
}
