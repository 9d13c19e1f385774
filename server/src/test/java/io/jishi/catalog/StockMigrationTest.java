package io.jishi.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StockMigrationTest {
    @Test
    @DisplayName("[CA7] the stock of a database from before locations is in the main warehouse, with its movements")
    void oldStock() throws IOException, SQLException {
        try (TestDatabase test = TestDatabase.create();
                Connection connection = DriverManager.getConnection(
                        "jdbc:" + test.url().replace("postgres:postgres@", ""), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA old; SET search_path = old");
            for (Path file : migrations()) {
                if (file.getFileName().toString().startsWith("V103")) {
                    statement.execute("""
                            INSERT INTO product VALUES (7, 1, '茶', 'tea', NULL, NULL, NULL, now());
                            INSERT INTO sku VALUES (8, 7, 0, 'a', '茶', 'tea', 100, 6), (9, 7, 1, 'b', '茶', 'tea', 100, 0);
                            INSERT INTO stock_movement VALUES (1, 8, 10, 10, 'receipt', 'user:1', NULL, now()),
                                (2, 8, -5, 5, 'sale_reserved', 'sale:3', NULL, now()),
                                (4, 8, 1, 6, 'order_returned', 'order:5', NULL, now());
                            INSERT INTO sale VALUES (3, NULL, 1, 8, '茶', 'tea', 100, 5, 1, 60, now(), now(),
                                now() + interval '1 hour');
                            """);
                }
                statement.execute(Files.readString(file));
            }
            StockAudit.check(connection);
            try (ResultSet level = statement.executeQuery("""
                    SELECT (SELECT available FROM stock_level WHERE sku = 8 AND location = 1),
                           (SELECT count(*) FROM stock_movement WHERE location = 1), (SELECT location FROM sale)
                    """)) {
                level.next();
                assertThat(List.of(level.getInt(1), level.getInt(2), level.getInt(3)))
                        .containsExactly(6, 3, 1);
            }
        }
    }

    private static List<Path> migrations() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            return files.sorted().toList();
        }
    }
}
