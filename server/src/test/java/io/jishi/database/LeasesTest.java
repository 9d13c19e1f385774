package io.jishi.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Membership;
import io.jishi.database.Leases.Lease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LeasesTest {
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
    @DisplayName("[CL1] a lease has one live owner, and a node keeps its own lease and epoch")
    void oneOwner() {
        Leases a = leases("a", Set.of("a", "b"));
        Leases b = leases("b", Set.of("a", "b"));
        Lease held = a.take("zone", "1").await().orElseThrow();
        assertThat(b.take("zone", "1").await()).isEmpty();
        assertThat(a.take("zone", "1").await()).contains(held);
    }

    @Test
    @DisplayName("[CL2] a dead node's lease moves with a higher epoch, and the stale owner's write is fenced")
    void takeOver() {
        Leases a = leases("a", Set.of("a", "b"));
        Leases b = leases("b", Set.of("b"));
        Lease old = a.take("zone", "2").await().orElseThrow();
        Lease now = b.take("zone", "2").await().orElseThrow();
        assertThat(now.epoch()).isEqualTo(old.epoch() + 1);
        assertThatThrownBy(() -> write(a, old).await()).isInstanceOf(Leases.Fenced.class);
        write(b, now).await();
    }

    @Test
    @DisplayName("[CL3] a released lease is free at once")
    void release() {
        Leases a = leases("a", Set.of("a", "b"));
        Leases b = leases("b", Set.of("a", "b"));
        a.release(a.take("zone", "3").await().orElseThrow()).await();
        assertThat(b.take("zone", "3").await()).isPresent();
    }

    private static Future<Void> write(Leases leases, Lease lease) {
        return database.transaction(transaction -> leases.fence(transaction, lease));
    }

    private static Leases leases(String self, Set<String> members) {
        return new Leases(database, new Membership() {
            @Override
            public String self() {
                return self;
            }

            @Override
            public Set<String> members() {
                return members;
            }

            @Override
            public void onChange(Consumer<Set<String>> listener) {}
        });
    }
}
