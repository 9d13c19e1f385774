package io.jishi.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    @Test
    void everyFileOfTheFolderIsShipped() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            List<String> versions = files.map(
                            file -> file.getFileName().toString().substring(1, 4))
                    .sorted()
                    .toList();
            assertThat(Migrations.shipped(getClass().getClassLoader())).isEqualTo(versions);
        }
    }

    @Test
    void filesInAJarAreFound(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("server.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("", "V010__b.sql", "V002__a.sql", "README.md")) {
                out.putNextEntry(new JarEntry("db/migration/" + name));
                out.closeEntry();
            }
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            assertThat(Migrations.shipped(loader)).containsExactly("002", "010");
        }
    }

    @Test
    void aMigratedDatabaseIsLeftAsItIs() {
        Vertx vertx = Vertx.vertx();
        try (TestDatabase test = TestDatabase.create()) {
            Database database = test.open(vertx);
            List<String> shipped = Migrations.shipped(getClass().getClassLoader());
            String newest = shipped.get(shipped.size() - 1);
            assertThat(Migrations.version(database).await()).isEqualTo(newest);
            assertThat(Migrations.run(vertx, database, "postgresql://nobody@127.0.0.1:1/nothing")
                            .await())
                    .isEqualTo(newest);
            database.execute("DELETE FROM flyway_schema_history WHERE version = '001'")
                    .await();
            assertThat(Migrations.run(vertx, database, "postgresql://nobody@127.0.0.1:1/nothing")
                            .otherwise("tried")
                            .await())
                    .as("a missing file is not overlooked")
                    .isEqualTo("tried");
            database.close().await();
        } finally {
            vertx.close().await();
        }
    }
}
