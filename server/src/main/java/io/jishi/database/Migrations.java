package io.jishi.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Comparator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Brings the schema to the version that ships with the server. Flyway does it, on a worker thread; its own advisory lock
 * lets only one node of a starting cluster do so at a time. As Flyway takes about a second to start, a schema that is
 * already at the shipped version is recognised by one query instead.
 */
public final class Migrations {
    /** The newest file under {@code db/migration}; a test holds it against the folder. */
    static final String SHIPPED_VERSION = "001";

    private Migrations() {}

    /** @return the version in force afterwards */
    public static Future<String> run(Vertx vertx, Database database, String databaseUrl) {
        return version(database)
                .compose(now -> now.equals(SHIPPED_VERSION)
                        ? Future.succeededFuture(now)
                        : vertx.executeBlocking(() -> migrate(databaseUrl)));
    }

    /** The version in force, empty where there is no schema yet. */
    public static Future<String> version(Database database) {
        return database.execute("SELECT to_regclass('flyway_schema_history') IS NOT NULL AS present")
                .compose(rows -> rows.iterator().next().getBoolean("present")
                        ? database.execute("SELECT version FROM flyway_schema_history WHERE success"
                                        + " ORDER BY installed_rank DESC LIMIT 1")
                                .map(found -> found.rowCount() == 0
                                        ? ""
                                        : found.iterator().next().getString("version"))
                        : Future.succeededFuture(""));
    }

    /** Blocks while it migrates. */
    public static String migrate(String databaseUrl) {
        PgConnectOptions options = DatabaseSettings.connectOptions(databaseUrl);
        String jdbc = "jdbc:postgresql://" + options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
        Flyway flyway = Flyway.configure()
                .dataSource(jdbc, options.getUser(), options.getPassword())
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load();
        flyway.migrate();
        MigrationVersion newest = java.util.Arrays.stream(flyway.info().applied())
                .map(org.flywaydb.core.api.MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return newest.getVersion();
    }
}
