package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The table {@code telemetry}. */
final class TelemetryStore {
    private final Database database;

    TelemetryStore(Database database) {
        this.database = database;
    }

    /** @param report the number of the report that it came in, from 0 */
    record Numbered(int report, Telemetry message) {}

    /**
     * @param accepted by report, how many of its messages were new
     * @param writtenBy the transaction that wrote them
     */
    record Written(List<Integer> accepted, long writtenBy) {}

    /**
     * A stretch of a shard's telemetry in the order of transactions.
     *
     * @param next where the one after it begins
     * @param complete whether there was no more at that time
     */
    record Page(List<Telemetry> messages, long next, boolean complete) {}

    /** Writes the messages of many reports in one statement, sorted so that two nodes' batches cannot wait in a circle. */
    Future<Written> insert(List<Numbered> messages, int reports) {
        return database.execute("""
                        WITH incoming AS (
                            SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[],
                                                 $6::smallint[], $7::text[], $8::smallint[], $9::float8[],
                                                 $10::timestamptz[], $11::timestamptz[])
                                AS t (report, device_id, boot, sequence, shelf_id, shard, kind, slot, value,
                                      device_at, arrived_at)
                        ), written AS (
                            INSERT INTO telemetry (device_id, boot, sequence, shelf_id, shard, kind, slot, value,
                                                   device_at, arrived_at)
                            SELECT device_id, boot, sequence, shelf_id, shard, kind, nullif(slot, 0), value,
                                   device_at, arrived_at
                              FROM incoming ORDER BY device_id, boot, sequence
                            ON CONFLICT DO NOTHING
                            RETURNING device_id, boot, sequence
                        )
                        SELECT report, count(*)::int AS accepted, pg_current_xact_id()::text::bigint AS written_by
                          FROM written JOIN incoming USING (device_id, boot, sequence) GROUP BY report
                        """, Tuple.from(columns(messages))).map(rows -> {
            int[] accepted = new int[reports];
            long writtenBy = 0;
            for (Row row : rows) {
                accepted[row.getInteger("report")] = row.getInteger("accepted");
                writtenBy = row.getLong("written_by");
            }
            return new Written(Arrays.stream(accepted).boxed().toList(), writtenBy);
        });
    }

    private static List<Object> columns(List<Numbered> messages) {
        return List.of(
                column(messages, Integer[]::new, Numbered::report),
                column(messages, Long[]::new, each -> each.message().device().value()),
                column(messages, String[]::new, each -> each.message().boot()),
                column(messages, Long[]::new, each -> each.message().sequence()),
                column(messages, Long[]::new, each -> each.message().shelf().value()),
                column(messages, Short[]::new, each ->
                        (short) ShelfRow.shard(each.message().shelf())),
                column(messages, String[]::new, each -> each.message().kind().text()),
                column(messages, Short[]::new, each -> (short) each.message().slot()),
                column(messages, Double[]::new, each -> each.message().value()),
                column(
                        messages,
                        OffsetDateTime[]::new,
                        each -> utc(each.message().deviceAt())),
                column(
                        messages,
                        OffsetDateTime[]::new,
                        each -> utc(each.message().arrivedAt())));
    }

    private static <T> T[] column(List<Numbered> messages, IntFunction<T[]> array, Function<Numbered, T> value) {
        return messages.stream().map(value).toArray(array);
    }

    /**
     * Reads on from where a page before ended, up to the oldest transaction that still runs: a row that becomes visible
     * later has a higher number than that. Transactions are never split between pages.
     *
     * @param limit above the messages of one transaction
     */
    Future<Page> read(int shard, long from, int limit) {
        return database.execute("""
                        WITH now AS MATERIALIZED (
                            SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_running)
                        SELECT now.oldest_running, t.*
                          FROM now LEFT JOIN LATERAL (
                              SELECT device_id, boot, sequence, shelf_id, kind, coalesce(slot, 0) AS slot, value,
                                     device_at, arrived_at, written_by
                                FROM telemetry
                               WHERE shard = $1 AND written_by >= $2 AND written_by < now.oldest_running
                               ORDER BY written_by LIMIT $3) t ON true
                        """, Tuple.of((short) shard, from, limit)).map(rows -> page(rows, from, limit));
    }

    private static Page page(Iterable<Row> rows, long from, int limit) {
        List<Telemetry> messages = new ArrayList<>();
        List<Long> writtenBy = new ArrayList<>();
        long oldestRunning = from;
        for (Row row : rows) {
            oldestRunning = row.getLong("oldest_running");
            if (row.getLong("device_id") != null) {
                messages.add(message(row));
                writtenBy.add(row.getLong("written_by"));
            }
        }
        if (messages.size() < limit) {
            return new Page(messages, Math.max(from, oldestRunning), true);
        }
        long cut = writtenBy.getLast();
        int whole = writtenBy.indexOf(cut);
        return whole == 0
                ? new Page(messages, cut + 1, false)
                : new Page(List.copyOf(messages.subList(0, whole)), cut, false);
    }

    private static Telemetry message(Row row) {
        return new Telemetry(
                Id.of(row.getLong("shelf_id")),
                Id.of(row.getLong("device_id")),
                row.getString("boot"),
                row.getLong("sequence"),
                Telemetry.Kind.of(row.getString("kind")),
                row.getInteger("slot"),
                row.getDouble("value"),
                row.getOffsetDateTime("device_at").toInstant(),
                row.getOffsetDateTime("arrived_at").toInstant());
    }

    /** @return how many were deleted */
    Future<Integer> trim(Instant arrivedBefore, int limit) {
        return database.execute("""
                        DELETE FROM telemetry WHERE ctid = ANY (ARRAY(
                            SELECT ctid FROM telemetry WHERE arrived_at < $1 LIMIT $2))
                        """, Tuple.of(utc(arrivedBefore), limit)).map(rows -> rows.rowCount());
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
