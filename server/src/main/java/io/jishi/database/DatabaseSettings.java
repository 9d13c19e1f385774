package io.jishi.database;

import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where the database is and how many connections one node may hold. */
public final class DatabaseSettings {
    public static final Setting<String> URL = new Setting<>(
            "database.url",
            "",
            "text",
            "PostgreSQL to use, postgresql://user:password@host:port/database; without it `up` runs its own.",
            true,
            DatabaseSettings::checked);
    public static final Setting<Integer> POOL_SIZE_MAX =
            Setting.integer("database.pool-size-max", 16, 1, 500, "Connections that one node opens at the most.");
    public static final Setting<Integer> POOL_WAITERS_MAX = Setting.integer(
            "database.pool-waiters-max",
            10_000,
            1,
            1_000_000,
            "Requests that may wait for a connection; one more fails.");
    public static final Setting<Integer> WAIT_SECONDS_MAX = Setting.integer(
            "database.wait-seconds-max", 10, 1, 60, "How long a request may wait for a connection before it fails.");

    public static final List<Setting<?>> ALL =
            List.of(URL, POOL_SIZE_MAX, POOL_WAITERS_MAX, WAIT_SECONDS_MAX, Seal.KEYS);

    /** A node that is paused in a transaction loses it, so that others get past its locks. */
    private static final String IDLE_IN_TRANSACTION_MAX = "10s";

    private DatabaseSettings() {}

    public static Database open(Vertx vertx, Settings settings) {
        PgConnectOptions connect = connectOptions(settings.get(URL))
                .setCachePreparedStatements(true)
                .setPipeliningLimit(64)
                .addProperty("application_name", "jishi")
                .addProperty("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_MAX);
        PoolOptions size = new PoolOptions()
                .setMaxSize(settings.get(POOL_SIZE_MAX))
                .setMaxWaitQueueSize(settings.get(POOL_WAITERS_MAX))
                .setConnectionTimeout(settings.get(WAIT_SECONDS_MAX))
                .setConnectionTimeoutUnit(TimeUnit.SECONDS);
        Pool pool =
                PgBuilder.pool().using(vertx).connectingTo(connect).with(size).build();
        return new Database(pool, Seal.of(settings));
    }

    private static String checked(String url) {
        if (!url.isBlank()) {
            connectOptions(url);
        }
        return url;
    }

    static PgConnectOptions connectOptions(String url) {
        try {
            return PgConnectOptions.fromUri(url);
        } catch (RuntimeException e) {
            throw new Invalid("database.url", "database.url must be postgresql://user:password@host:port/database.");
        }
    }
}
