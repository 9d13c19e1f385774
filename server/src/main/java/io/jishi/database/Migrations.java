package io.jishi.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Brings the schema to the version that ships with the server. Flyway does it, on a worker thread; its own advisory lock
 * lets only one node of a starting cluster do so at a time. As Flyway takes about a second to start, a schema to which
 * every shipped file was already applied is recognised by one query instead.
 */
public final class Migrations {
    private static final String FOLDER = "db/migration/";
    private static final Pattern FILE_NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

    private Migrations() {}

    /** @return the version in force afterwards; fails with {@link DatabaseUnusable} */
    public static Future<String> run(Vertx vertx, Database database, String databaseUrl) {
        return applied(database)
                .compose(applied -> applied.containsAll(Shipped.VERSIONS)
                        ? Future.succeededFuture(newest(applied))
                        : vertx.executeBlocking(() -> migrate(databaseUrl)))
                .recover(fault -> Future.failedFuture(DatabaseUnusable.at(databaseUrl, fault)));
    }

    /** The version in force, empty where there is no schema yet. */
    public static Future<String> version(Database database) {
        return applied(database).map(Migrations::newest);
    }

    /** Whether every shipped file was applied; fails where the database does not answer. */
    public static Future<Boolean> isCurrent(Database database) {
        return applied(database).map(applied -> applied.containsAll(Shipped.VERSIONS));
    }

    /** Read from the class path once, at the first use. */
    private static final class Shipped {
        static final List<String> VERSIONS = shipped(Migrations.class.getClassLoader());
    }

    /** Blocks while it migrates. */
    public static String migrate(String databaseUrl) {
        PgConnectOptions options = DatabaseSettings.connectOptions(databaseUrl);
        String jdbc = "jdbc:postgresql://" + options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(jdbc, options.getUser(), options.getPassword())
                .locations("classpath:" + FOLDER)
                .validateMigrationNaming(true);
        // what builds an index beside the running shop waits for all transactions, so the lock must not be one
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        Flyway flyway = configuration.load();
        flyway.migrate();
        return newest(Stream.of(flyway.info().applied())
                .map(migration -> migration.getVersion().getVersion())
                .sorted()
                .toList());
    }

    /** The versions of the files under {@code db/migration} on the class path, a folder or a jar, in order. */
    static List<String> shipped(ClassLoader loader) {
        URL folder = Objects.requireNonNull(loader.getResource(FOLDER), "no " + FOLDER + " on the class path");
        try {
            return versions(folder.openConnection() instanceof JarURLConnection jar ? namesIn(jar) : namesIn(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> namesIn(JarURLConnection jar) throws IOException {
        return jar.getJarFile().stream()
                .map(JarEntry::getName)
                .filter(name -> name.startsWith(FOLDER))
                .map(name -> name.substring(FOLDER.length()))
                .toList();
    }

    private static List<String> namesIn(URL folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<String> versions(List<String> names) {
        return names.stream()
                .map(FILE_NAME::matcher)
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .sorted()
                .toList();
    }

    private static Future<List<String>> applied(Database database) {
        return database.execute("SELECT to_regclass('flyway_schema_history') IS NOT NULL AS present")
                .compose(rows -> rows.iterator().next().getBoolean("present")
                        ? database.execute("SELECT version FROM flyway_schema_history WHERE success ORDER BY version")
                                .map(found -> {
                                    List<String> versions = new ArrayList<>();
                                    found.forEach(row -> versions.add(row.getString("version")));
                                    return versions;
                                })
                        : Future.succeededFuture(List.of()));
    }

    private static String newest(List<String> sorted) {
        return sorted.isEmpty() ? "" : sorted.get(sorted.size() - 1);
    }
}
