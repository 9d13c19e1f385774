package io.jishi.database;

import io.jishi.core.Invalid;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A column of what is sealed beside the id of its key, as {@code destination} and {@code destination_key}: sealed on the
 * way in, opened on the way out, sealed anew where the key is not the current one.
 */
public final class SealedColumn {
    private static final int AT_ONCE_MAX = 500;

    private final Database database;
    private final String table;
    private final String column;
    private final int atOnceMax;
    private final String identity;
    private final String plain;
    private final String forget;

    /**
     * Bound to the rows' ids, and sealed from the first row on.
     *
     * @param atOnceMax how many of it are sealed anew at once; they are all in memory then
     */
    public SealedColumn(Database database, String table, String column, int atOnceMax) {
        this(database, table, column, atOnceMax, "id", "NULL::text", "");
    }

    /**
     * Of destinations.
     *
     * @param identity the column whose value a sealed text is bound to; it must never change
     * @param plain SQL for the text of a row that was written before the column was sealed; null where there is none
     * @param forget SQL that takes what {@code plain} reads out of the row
     */
    public SealedColumn(Database database, String table, String identity, String plain, String forget) {
        this(database, table, "destination", AT_ONCE_MAX, identity, plain, forget);
    }

    /** Of a column that may have been kept plainly before. */
    public SealedColumn(
            Database database,
            String table,
            String column,
            int atOnceMax,
            String identity,
            String plain,
            String forget) {
        this.database = database;
        this.table = table;
        this.column = column;
        this.atOnceMax = atOnceMax;
        this.identity = identity;
        this.plain = plain;
        this.forget = forget;
    }

    /** @param owner the value of the identity column */
    public Buffer seal(long owner, String text) {
        return database.seal().seal(table + ":" + owner, text);
    }

    public Buffer seal(long owner, Buffer content) {
        return database.seal().seal(table + ":" + owner, content);
    }

    /** What {@code destination_key} is for what is sealed now. */
    public String keyId() {
        return database.seal().keyId();
    }

    /** @return null where the row has none */
    public @Nullable String open(long owner, Row row) {
        Buffer opened = openBytes(owner, row);
        return opened == null ? null : opened.toString(StandardCharsets.UTF_8);
    }

    /** @return null where the row has none */
    public @Nullable Buffer openBytes(long owner, Row row) {
        Buffer sealed = row.getBuffer(column);
        return sealed == null ? null : database.seal().openBytes(table + ":" + owner, sealed);
    }

    /**
     * Makes sure that every row can be opened, and seals whatever was written before the column was sealed. To be called
     * before anything else reads the table.
     *
     * @return fails with {@link Invalid} where rows are sealed under a key that is not configured
     */
    public Future<Void> prepare() {
        String key = column + "_key";
        String unknown = "SELECT " + key + " FROM " + table + " WHERE " + key + " <> ALL ($1::text[]) LIMIT 1";
        return database.execute(
                        unknown, Tuple.of((Object) database.seal().keyIds().toArray(String[]::new)))
                .compose(rows -> rows.rowCount() == 0
                        ? sealPlain()
                        : Future.failedFuture(new Invalid(
                                Seal.KEYS.name(),
                                Seal.KEYS.name() + " lacks the key "
                                        + rows.iterator().next().getString(0)
                                        + ", under which rows of the table " + table + " are sealed.")));
    }

    private Future<Void> sealPlain() {
        String select = "SELECT id, " + identity + " AS owner, " + column + ", " + plain + " AS plain FROM " + table
                + " WHERE " + column + " IS NULL AND " + plain + " IS NOT NULL ORDER BY id LIMIT " + atOnceMax;
        return database.execute(select)
                .compose(this::sealAnew)
                .compose(found -> found == atOnceMax ? sealPlain() : Future.succeededFuture());
    }

    /**
     * Seals some of what is under another key than the current one anew.
     *
     * @return how many rows were found; none where no other key is needed any more
     */
    public Future<Integer> changeKeys() {
        String key = column + "_key";
        String select = "SELECT id, " + identity + " AS owner, " + column + ", NULL AS plain FROM " + table + " WHERE "
                + key + " < $1 OR " + key + " > $1 LIMIT " + atOnceMax;
        return database.execute(select, Tuple.of(keyId())).compose(this::sealAnew);
    }

    /** A row that was changed meanwhile stays as it is. */
    private Future<Integer> sealAnew(RowSet<Row> rows) {
        if (rows.rowCount() == 0) {
            return Future.succeededFuture(0);
        }
        Long[] ids = new Long[rows.rowCount()];
        Buffer[] before = new Buffer[ids.length];
        Buffer[] after = new Buffer[ids.length];
        int i = 0;
        for (Row row : rows) {
            Buffer opened = openBytes(row.getLong("owner"), row);
            ids[i] = row.getLong("id");
            before[i] = row.getBuffer(column);
            after[i] = seal(row.getLong("owner"), opened == null ? Buffer.buffer(row.getString("plain")) : opened);
            i++;
        }
        String update = "UPDATE " + table + " t SET " + column + " = n.after, " + column + "_key = $4" + forget
                + " FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS n (id, before, after)"
                + " WHERE t.id = n.id AND t." + column + " IS NOT DISTINCT FROM n.before";
        return database.execute(update, Tuple.of(ids, before, after, keyId())).map(ids.length);
    }
}
