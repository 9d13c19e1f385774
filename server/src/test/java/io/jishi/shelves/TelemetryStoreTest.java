package io.jishi.shelves;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.shelves.Telemetry.Kind;
import io.jishi.shelves.TelemetryStore.Numbered;
import io.jishi.shelves.TelemetryStore.Page;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TelemetryStoreTest {
    private static final Id<Shelf> SHELF = Id.of(1);
    private static final int SHARD = ShelfRow.shard(SHELF);
    private static final String INSERT = "INSERT INTO telemetry (device_id, boot, sequence, shelf_id, shard, kind,"
            + " value, device_at, arrived_at) VALUES (2, 'boot', 1, 1, " + SHARD + ", 'door', 1, now(), now())";
    private static Vertx vertx;

    private TestDatabase testDatabase;
    private Database database;
    private TelemetryStore store;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        vertx.close().await();
    }

    @BeforeEach
    void create() {
        testDatabase = TestDatabase.create();
        database = testDatabase.open(vertx);
        store = new TelemetryStore(database);
    }

    @AfterEach
    void drop() {
        database.close().await();
        testDatabase.close();
    }

    private static List<Numbered> messages(int from, int count) {
        List<Numbered> messages = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            messages.add(new Numbered(
                    0,
                    new Telemetry(
                            SHELF, Id.of(2), "boot", i, Kind.DOOR, 0, 1, ShelfRulesTest.START, ShelfRulesTest.START)));
        }
        return messages;
    }

    private List<Long> sequences(Page page) {
        return page.messages().stream().map(Telemetry::sequence).sorted().toList();
    }

    @Test
    @DisplayName("[SH10] a transaction that commits late is not passed over by the reader of its shard")
    void lateCommit() {
        Promise<Void> goOn = Promise.promise();
        Promise<Void> written = Promise.promise();
        Future<Void> late = database.transaction(
                transaction -> transaction.query(INSERT).execute().compose(done -> {
                    written.complete();
                    return goOn.future();
                }));
        Future.any(written.future(), late).await();
        store.insert(messages(2, 1), 1).await();
        Page before = store.read(SHARD, 0, 10).await();
        assertThat(before.messages()).isEmpty();
        goOn.complete();
        late.await();
        Page after = store.read(SHARD, before.next(), 10).await();
        assertThat(sequences(after)).containsExactly(1L, 2L);
        assertThat(store.read(SHARD, after.next(), 10).await().messages()).isEmpty();
    }

    @Test
    @DisplayName("[SH10] pages split no transaction, and together are everything, once")
    void pages() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int next = 1;
        for (int i = 0; i < 30; i++) {
            int count = 1 + random.nextInt(10);
            store.insert(messages(next, count), 1).await();
            next += count;
        }
        List<Long> read = new ArrayList<>();
        long from = 0;
        boolean complete = false;
        while (!complete) {
            Page page = store.read(SHARD, from, 11 + random.nextInt(10)).await();
            read.addAll(sequences(page));
            from = page.next();
            complete = page.complete();
        }
        assertThat(read).as("seed %d", seed).hasSize(next - 1).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("[SH2] what is new is counted by report")
    void countedByReport() {
        store.insert(messages(1, 2), 1).await();
        List<Numbered> batch = new ArrayList<>(messages(2, 1));
        messages(3, 3).forEach(each -> batch.add(new Numbered(1, each.message())));
        messages(1, 1).forEach(each -> batch.add(new Numbered(2, each.message())));
        assertThat(store.insert(batch, 3).await().accepted()).containsExactly(0, 3, 0);
    }
}
