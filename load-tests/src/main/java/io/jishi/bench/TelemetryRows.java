package io.jishi.bench;

import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The baseline: one statement and one commit for each message, as many at once as come. */
final class TelemetryRows implements TelemetrySide {
    private static final String INSERT = """
            INSERT INTO telemetry_row_by_row (device_id, boot, sequence, shelf_id, shard, kind, slot, value, device_at,
                                              arrived_at)
            VALUES ($1, $2, $3, $1, $4, 'weight', 1, $5, $6, $7) ON CONFLICT DO NOTHING
            """;

    private final Database database;
    private final List<Long> shelves;

    private TelemetryRows(Database database, List<Long> shelves) {
        this.database = database;
        this.shelves = shelves;
    }

    static TelemetryRows start(Vertx vertx, String url, List<Long> shelves) {
        Database database = DatabaseSettings.open(vertx, Settings.defaults().with(DatabaseSettings.URL, url));
        database.execute("CREATE TABLE telemetry_row_by_row (LIKE telemetry INCLUDING ALL)")
                .await();
        return new TelemetryRows(database, shelves);
    }

    @Override
    public Future<Void> report(int device, String boot, long firstSequence, int messages) {
        OffsetDateTime now = Instant.now().atOffset(ZoneOffset.UTC);
        List<Future<?>> inserts = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            long sequence = firstSequence + i;
            inserts.add(database.execute(
                    INSERT,
                    Tuple.of(shelves.get(device), boot, sequence)
                            .addShort((short) (device % 8))
                            .addDouble(TelemetryShelves.grams(sequence))
                            .addOffsetDateTime(now)
                            .addOffsetDateTime(now)));
        }
        return Future.all(inserts).mapEmpty();
    }

    @Override
    public long stored() {
        return database.execute("SELECT count(*) AS stored FROM telemetry_row_by_row")
                .await()
                .iterator()
                .next()
                .getLong("stored");
    }

    @Override
    public void close() {
        database.close().await();
    }
}
