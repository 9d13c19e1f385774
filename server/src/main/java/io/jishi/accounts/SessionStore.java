package io.jishi.accounts;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** The table {@code session}. */
final class SessionStore {
    /** One more log-in ends the session that was refreshed longest ago. */
    private static final int PER_ACCOUNT_MAX = 50;

    private static final int DELETED_AT_ONCE_MAX = 1_000;

    private final Database database;

    SessionStore(Database database) {
        this.database = database;
    }

    Future<Void> open(Id<User> account, RefreshToken token, Instant now, Instant expiresAt) {
        return database.execute(
                        """
                        WITH ended AS (
                            DELETE FROM session WHERE selector_hash IN (
                                SELECT selector_hash FROM session WHERE account = $3
                                 ORDER BY refreshed_at DESC OFFSET $6))
                        INSERT INTO session (selector_hash, secret_hash, account, created_at, refreshed_at, expires_at)
                        VALUES ($1, $2, $3, $4, $4, $5)
                        """,
                        Tuple.of(
                                Buffer.buffer(token.selectorHash()),
                                Buffer.buffer(token.secretHash()),
                                account.value(),
                                now.atOffset(ZoneOffset.UTC),
                                expiresAt.atOffset(ZoneOffset.UTC),
                                PER_ACCOUNT_MAX - 1))
                .mapEmpty();
    }

    /**
     * Puts the next token in the place of the one that is good now.
     *
     * @return the session's user; empty where the token is not the good one or its time is over
     */
    Future<Optional<User>> rotate(RefreshToken token, RefreshToken next, Instant now, Instant expiresAt) {
        return database.execute(
                        """
                        UPDATE session SET secret_hash = $3, refreshed_at = $4, expires_at = $5
                          FROM account
                         WHERE selector_hash = $1 AND secret_hash = $2 AND expires_at > $4 AND account.id = account
                        RETURNING account.id, name, display_name, roles, language
                        """,
                        Tuple.of(
                                Buffer.buffer(token.selectorHash()),
                                Buffer.buffer(token.secretHash()),
                                Buffer.buffer(next.secretHash()),
                                now.atOffset(ZoneOffset.UTC),
                                expiresAt.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(AccountStore.user(rows.iterator().next())));
    }

    /** A session that is no more. */
    record Ended(Id<User> user, boolean byUsedToken) {}

    /**
     * Ends the session that the token belongs to, whether the token is the good one or was used before.
     *
     * @return empty where there is none
     */
    Future<Optional<Ended>> end(RefreshToken token) {
        return database.execute(
                        "DELETE FROM session WHERE selector_hash = $1 RETURNING account, secret_hash <> $2 AS used",
                        Tuple.of(Buffer.buffer(token.selectorHash()), Buffer.buffer(token.secretHash())))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(new Ended(Id.of(row.getLong("account")), row.getBoolean("used")));
                });
    }

    /** Forgets sessions whose time is over, some at a time. */
    Future<Integer> deleteExpired(Instant now) {
        return database.execute("""
                        DELETE FROM session WHERE selector_hash IN (
                            SELECT selector_hash FROM session WHERE expires_at <= $1 LIMIT $2)
                        """, Tuple.of(now.atOffset(ZoneOffset.UTC), DELETED_AT_ONCE_MAX))
                .map(rows -> rows.rowCount());
    }
}
