package io.jishi.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    @Test
    @DisplayName("[CL11] a transaction that a node leaves waiting is ended by the database after ten seconds")
    void endsForgottenTransactions() {
        Vertx vertx = Vertx.vertx();
        TestDatabase testDatabase = TestDatabase.create();
        Database database = testDatabase.open(vertx);
        try {
            String most = database.execute("SHOW idle_in_transaction_session_timeout")
                    .await()
                    .iterator()
                    .next()
                    .getString(0);
            assertThat(most).isEqualTo("10s");
        } finally {
            database.close().await();
            testDatabase.close();
            vertx.close().await();
        }
    }
}
