package io.jishi.accounts;

import io.jishi.core.Id;
import io.jishi.core.Role;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The tables {@code account} and {@code device}. */
final class AccountStore {
    private static final String USER = "id, name, display_name, roles, language";

    private final Database database;

    AccountStore(Database database) {
        this.database = database;
    }

    /** @return false where the name is taken */
    Future<Boolean> insert(Account account, Instant now) {
        User user = account.user();
        return database.execute(
                        """
                        INSERT INTO account (id, name, display_name, password_hash, roles, language, created_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        ON CONFLICT ON CONSTRAINT account_name_taken DO NOTHING
                        """,
                        Tuple.of(
                                user.id().value(),
                                user.name(),
                                user.displayName(),
                                account.passwordHash(),
                                wireNames(user.roles()),
                                user.language(),
                                now.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.rowCount() == 1);
    }

    Future<Optional<Account>> byName(String name) {
        return database.execute("SELECT password_hash, " + USER + " FROM account WHERE name = $1", Tuple.of(name))
                .map(rows -> first(rows).map(row -> new Account(user(row), row.getString("password_hash"))));
    }

    Future<Optional<User>> byId(Id<User> id) {
        return database.execute("SELECT " + USER + " FROM account WHERE id = $1", Tuple.of(id.value()))
                .map(rows -> first(rows).map(AccountStore::user));
    }

    Future<Void> setPasswordHash(Id<User> id, String passwordHash) {
        return database.execute(
                        "UPDATE account SET password_hash = $2 WHERE id = $1", Tuple.of(id.value(), passwordHash))
                .mapEmpty();
    }

    Future<Optional<User>> setRoles(Id<User> id, List<Role> roles) {
        return database.execute(
                        "UPDATE account SET roles = $2 WHERE id = $1 RETURNING " + USER,
                        Tuple.of(id.value(), (Object) wireNames(roles)))
                .map(rows -> first(rows).map(AccountStore::user));
    }

    Future<Optional<User>> update(Id<User> id, Optional<String> displayName, Optional<String> language) {
        return database.execute(
                        "UPDATE account SET display_name = coalesce($2, display_name),"
                                + " language = coalesce($3, language) WHERE id = $1 RETURNING " + USER,
                        Tuple.of(id.value(), displayName.orElse(null), language.orElse(null)))
                .map(rows -> first(rows).map(AccountStore::user));
    }

    Future<Void> insertDevice(SqlConnection transaction, Id<Device> id, byte[] secretHash, Instant now) {
        return transaction
                .preparedQuery("INSERT INTO device (id, secret_hash, created_at) VALUES ($1, $2, $3)")
                .execute(Tuple.of(
                        id.value(), io.vertx.core.buffer.Buffer.buffer(secretHash), now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    /** The hash of the device's secret. */
    Future<Optional<byte[]>> deviceSecretHash(Id<Device> id) {
        return database.execute("SELECT secret_hash FROM device WHERE id = $1", Tuple.of(id.value()))
                .map(rows -> first(rows).map(row -> row.getBuffer("secret_hash").getBytes()));
    }

    static User user(Row row) {
        List<Role> roles =
                Arrays.stream(row.getArrayOfStrings("roles")).map(Role::parse).toList();
        return new User(
                Id.of(row.getLong("id")),
                row.getString("name"),
                row.getString("display_name"),
                roles,
                row.getString("language"));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }

    private static String[] wireNames(List<Role> roles) {
        return roles.stream().map(Role::wireName).toArray(String[]::new);
    }
}
