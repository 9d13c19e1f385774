package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code room_comment}. */
final class CommentStore {
    private static final String SELECT =
            "SELECT id, user_id, user_name, body, at, by_host, key, channel_offset FROM room_comment ";

    private static final Logger LOG = LoggerFactory.getLogger(CommentStore.class);

    private final Database database;

    CommentStore(Database database) {
        this.database = database;
    }

    /** A comment of a room, and where it stands in the log of the room's channel. */
    record Said(Id<Room> room, Comment comment, long offset) {}

    /**
     * Writes them in one statement; what is there already stays as it is, so this can be repeated at will. A comment that
     * the table does not take, which would be a fault of the checks before, is logged and left out, as it would keep all
     * others from being written.
     */
    Future<Void> insert(List<Said> said) {
        return write(said).recover(fault -> {
            if (!isOfData(fault)) {
                return Future.failedFuture(fault);
            }
            if (said.size() == 1) {
                LOG.error(
                        "event=comment-not-taken comment={}",
                        said.getFirst().comment().id(),
                        fault);
                return Future.succeededFuture();
            }
            int half = said.size() / 2;
            return insert(said.subList(0, half)).compose(done -> insert(said.subList(half, said.size())));
        });
    }

    /** SQLSTATE class 22 is a value that does not fit, 23 a constraint that is violated. */
    private static boolean isOfData(Throwable fault) {
        return fault instanceof PgException e
                && e.getSqlState() != null
                && (e.getSqlState().startsWith("22") || e.getSqlState().startsWith("23"));
    }

    private Future<Void> write(List<Said> said) {
        return database.execute(
                        """
                        INSERT INTO room_comment (id, room_id, user_id, user_name, body, by_host, key, at, channel_offset)
                        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[],
                                             $6::boolean[], $7::text[], $8::timestamptz[], $9::bigint[])
                         ORDER BY 1
                        ON CONFLICT DO NOTHING
                        """,
                        Tuple.from(List.of(
                                column(
                                        said,
                                        Long[]::new,
                                        each -> each.comment().id().value()),
                                column(said, Long[]::new, each -> each.room().value()),
                                column(
                                        said,
                                        Long[]::new,
                                        each -> each.comment().userId().value()),
                                column(
                                        said,
                                        String[]::new,
                                        each -> each.comment().name()),
                                column(
                                        said,
                                        String[]::new,
                                        each -> each.comment().text()),
                                column(
                                        said,
                                        Boolean[]::new,
                                        each -> each.comment().host()),
                                column(
                                        said,
                                        String[]::new,
                                        each -> each.comment().key()),
                                column(
                                        said,
                                        OffsetDateTime[]::new,
                                        each -> RoomStore.utc(each.comment().at())),
                                column(said, Long[]::new, Said::offset))))
                .mapEmpty();
    }

    /** Newest first. */
    Future<List<Said>> newest(Id<Room> room, long beforeId, int limit) {
        return database.execute(
                        SELECT + "WHERE room_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                        Tuple.of(room.value(), beforeId, limit))
                .map(rows -> said(room, rows));
    }

    Future<Optional<Said>> find(Id<Room> room, Id<Comment> id) {
        return database.execute(SELECT + "WHERE room_id = $1 AND id = $2", Tuple.of(room.value(), id.value()))
                .map(rows -> said(room, rows).stream().findFirst());
    }

    private static <T> T[] column(List<Said> said, IntFunction<T[]> array, Function<Said, T> value) {
        return said.stream().map(value).toArray(array);
    }

    private static List<Said> said(Id<Room> room, RowSet<Row> rows) {
        List<Said> said = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Comment comment = new Comment(
                    Id.of(row.getLong("id")),
                    Id.of(row.getLong("user_id")),
                    row.getString("user_name"),
                    row.getString("body"),
                    row.getOffsetDateTime("at").toInstant(),
                    row.getBoolean("by_host"),
                    row.getString("key"));
            said.add(new Said(room, comment, row.getLong("channel_offset")));
        }
        return said;
    }
}
