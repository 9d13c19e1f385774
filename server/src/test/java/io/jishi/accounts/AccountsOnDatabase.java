package io.jishi.accounts;

import io.jishi.core.Settings;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Accounts over a database of their own. */
abstract class AccountsOnDatabase {
    static Vertx vertx;

    AccountsWorld world;

    @BeforeAll
    static void openVertx() {
        vertx = Vertx.vertx();
    }

    @BeforeEach
    void open() {
        world = new AccountsWorld(vertx, Settings.defaults());
    }

    @AfterEach
    void close() {
        world.close();
    }

    @AfterAll
    static void closeVertx() {
        vertx.close().await();
    }
}
