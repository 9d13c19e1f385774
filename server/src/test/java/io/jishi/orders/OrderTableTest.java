package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The last locks against a second order, below all code. */
class OrderTableTest {
    private static final String INSERT = """
            INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor, currency,
                                stage, created_at, pay_before)
            VALUES ($1, 7, $2, $3, $4, 1, '茶', 'tea', 1, 100, 'CNY', 'reserved', now(), now())
            """;

    private static final Vertx VERTX = Vertx.vertx();
    private static TestDatabase testDatabase;
    private static Database database;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.create();
        database = testDatabase.open(VERTX);
    }

    @AfterAll
    static void close() {
        database.close().await();
        testDatabase.close();
        VERTX.close().await();
    }

    @Test
    @DisplayName("[FS25] a second order of one key is refused by the table, on whatever turn")
    void oneOrderPerKey() {
        insert(1, 10, 1, "key");

        assertThatThrownBy(() -> insert(2, 10, 2, "key")).hasMessageContaining("orders_one_per_key");
    }

    @Test
    @DisplayName("[FS25] a second order on one turn of a buyer is refused by the table, under whatever key")
    void oneOrderPerTurn() {
        insert(3, 11, 1, "one key");

        assertThatThrownBy(() -> insert(4, 11, 1, "another key")).hasMessageContaining("orders_one_per_turn");
    }

    private static void insert(long id, long sale, int turn, String key) {
        database.execute(INSERT, Tuple.of(id, sale, turn, key)).await();
    }
}
