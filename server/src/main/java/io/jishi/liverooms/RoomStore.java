package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables {@code room} and {@code room_likes}. */
final class RoomStore {
    private static final String SELECT = """
            SELECT id, host_id, host_name, title, stage, starts_at, started_at, ended_at, pinned_product_id,
                   (SELECT coalesce(sum(total), 0)::bigint FROM room_likes WHERE room_id = room.id) AS likes
              FROM room
            """;

    private final Database database;

    RoomStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(RoomRow room, Instant startsAt) {
        return database.execute(
                        "INSERT INTO room (id, host_id, host_name, title, starts_at) VALUES ($1, $2, $3, $4, $5)",
                        Tuple.of(
                                room.id().value(), room.hostId().value(), room.hostName(), room.title(), utc(startsAt)))
                .mapEmpty();
    }

    Future<Optional<RoomRow>> find(Id<Room> id) {
        return database.execute(SELECT + " WHERE id = $1", Tuple.of(id.value()))
                .map(rows -> rows(rows).stream().findFirst());
    }

    /** Newest first. */
    Future<List<RoomRow>> list(@Nullable Stage stage, @Nullable Id<Room> after, int limit) {
        return database.execute(
                        SELECT + " WHERE id < $1 AND ($2::text IS NULL OR stage = $2) ORDER BY id DESC LIMIT $3",
                        Tuple.of(
                                after == null ? Long.MAX_VALUE : after.value(),
                                stage == null ? null : stage.text(),
                                limit))
                .map(RoomStore::rows);
    }

    /** @return whether the session was still in the stage {@code from} and is now in that of {@code to} */
    Future<Boolean> move(Id<Room> id, Stage from, RoomState to) {
        return database.execute(
                        "UPDATE room SET stage = $3, started_at = $4, ended_at = $5 WHERE id = $1 AND stage = $2",
                        Tuple.of(id.value(), from.text(), to.stage().text())
                                .addOffsetDateTime(startedAt(to))
                                .addOffsetDateTime(endedAt(to)))
                .map(rows -> rows.rowCount() == 1);
    }

    /** @return whether the session is there and has not ended */
    Future<Boolean> pin(Id<Room> id, @Nullable Id<?> product) {
        return database.execute(
                        "UPDATE room SET pinned_product_id = $2 WHERE id = $1 AND stage <> 'ended'",
                        Tuple.of(id.value(), product == null ? null : product.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Sessions in which somebody may have spoken since then, by id, behind {@code after}. */
    Future<List<Id<Room>>> liveSince(Instant endedAfter, long after, int limit) {
        return database.execute("""
                        SELECT id FROM room
                         WHERE id > $1 AND (stage = 'live' OR (stage = 'ended' AND ended_at > $2))
                         ORDER BY id LIMIT $3
                        """, Tuple.of(after, utc(endedAfter), limit)).map(rows -> {
            List<Id<Room>> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(Id.of(row.getLong("id"))));
            return ids;
        });
    }

    /**
     * Writes what one start of a node has counted so far.
     *
     * @return the likes of each of these rooms over all nodes
     */
    Future<Map<Id<Room>, Long>> saveLikes(String node, Map<Id<Room>, Long> totals) {
        Long[] rooms = totals.keySet().stream().map(Id::value).toArray(Long[]::new);
        Long[] counts = totals.values().toArray(Long[]::new);
        return database.execute("""
                        INSERT INTO room_likes AS kept (room_id, node, total)
                        SELECT room_id, $1, total FROM unnest($2::bigint[], $3::bigint[]) AS counted (room_id, total)
                         ORDER BY room_id
                        ON CONFLICT (room_id, node) DO UPDATE SET total = greatest(kept.total, excluded.total)
                        """, Tuple.of(node, rooms, counts))
                .compose(saved -> database.execute("""
                        SELECT room_id, sum(total)::bigint AS likes FROM room_likes
                         WHERE room_id = ANY ($1::bigint[]) GROUP BY room_id
                        """, Tuple.of((Object) rooms)))
                .map(rows -> {
                    Map<Id<Room>, Long> likes = new HashMap<>();
                    rows.forEach(row -> likes.put(Id.of(row.getLong("room_id")), row.getLong("likes")));
                    return likes;
                });
    }

    private static List<RoomRow> rows(RowSet<Row> rows) {
        List<RoomRow> rooms = new ArrayList<>(rows.size());
        rows.forEach(row -> rooms.add(room(row)));
        return rooms;
    }

    private static RoomRow room(Row row) {
        Instant startsAt = instant(row, "starts_at");
        RoomState state = switch (Stage.of(row.getString("stage"))) {
            case SCHEDULED -> new RoomState.Scheduled(startsAt);
            case LIVE -> new RoomState.Live(startsAt, instant(row, "started_at"));
            case ENDED -> new RoomState.Ended(startsAt, instant(row, "started_at"), instant(row, "ended_at"));
        };
        Long pinned = row.getLong("pinned_product_id");
        return new RoomRow(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("host_id")),
                row.getString("host_name"),
                row.getString("title"),
                state,
                row.getLong("likes"),
                pinned == null ? null : Id.of(pinned));
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static @Nullable OffsetDateTime startedAt(RoomState state) {
        return switch (state) {
            case RoomState.Scheduled s -> null;
            case RoomState.Live l -> utc(l.startedAt());
            case RoomState.Ended e -> utc(e.startedAt());
        };
    }

    private static @Nullable OffsetDateTime endedAt(RoomState state) {
        return state instanceof RoomState.Ended ended ? utc(ended.endedAt()) : null;
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
