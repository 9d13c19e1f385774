package io.jishi.database;

import io.jishi.core.Invalid;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A column of sealed texts, {@code destination}, beside the id of its key, {@code destination_key}: sealed on the way in,
 * opened on the way out, sealed anew where the key is not the current one.
 */
public final class SealedColumn {
    private static final int AT_ONCE_MAX = 500;

    private final Database database;
    private final String table;
    private final String identity;
    private final String plain;
    private final String forget;

    /**
     * @param identity the column whose value a sealed text is bound to; it must never change
     * @param plain SQL for the text of a row that was written before the column was sealed; null where there is none
     * @param forget SQL that takes what {@code plain} reads out of the row
     */
    public SealedColumn(Database database, String table, String identity, String plain, String forget) {
        this.database = database;
        this.table = table;
        this.identity = identity;
        this.plain = plain;
        this.forget = forget;
    }

    /** @param owner the value of the identity column */
    public Buffer seal(long owner, String text) {
        return database.seal().seal(table + ":" + owner, text);
    }

    /** What {@code destination_key} is for what is sealed now. */
    public String keyId() {
        return database.seal().keyId();
    }

    /** @return null where the row has none */
    public @Nullable String open(long owner, Row row) {
        Buffer sealed = row.getBuffer("destination");
        return sealed == null ? null : database.seal().open(table + ":" + owner, sealed);
    }

    /**
     * Makes sure that every row can be opened, and seals whatever was written before the column was sealed. To be called
     * before anything else reads the table.
     *
     * @return fails with {@link Invalid} where rows are sealed under a key that is not configured
     */
    public Future<Void> prepare() {
        String unknown = "SELECT destination_key FROM " + table + " WHERE destination_key <> ALL ($1::text[]) LIMIT 1";
        return database.execute(
                        unknown, Tuple.of((Object) database.seal().keyIds().toArray(String[]::new)))
                .compose(rows -> rows.rowCount() == 0
                        ? sealPlain()
                        : Future.failedFuture(new Invalid(
                                Seal.KEYS.name(),
                                Seal.KEYS.name() + " lacks the key "
                                        + rows.iterator().next().getString(0)
                                        + ", under which destinations in the table " + table + " are sealed.")));
    }

    private Future<Void> sealPlain() {
        String select = "SELECT id, " + identity + " AS owner, destination, " + plain + " AS plain FROM " + table
                + " WHERE destination IS NULL AND " + plain + " IS NOT NULL ORDER BY id LIMIT " + AT_ONCE_MAX;
        return database.execute(select)
                .compose(this::sealAnew)
                .compose(found -> found == AT_ONCE_MAX ? sealPlain() : Future.succeededFuture());
    }

    /**
     * Seals some of what is under another key than the current one anew.
     *
     * @return how many rows were found; none where no other key is needed any more
     */
    public Future<Integer> changeKeys() {
        String select = "SELECT id, " + identity + " AS owner, destination, NULL AS plain FROM " + table
                + " WHERE destination_key < $1 OR destination_key > $1 LIMIT " + AT_ONCE_MAX;
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
            String opened = open(row.getLong("owner"), row);
            ids[i] = row.getLong("id");
            before[i] = row.getBuffer("destination");
            after[i] = seal(row.getLong("owner"), opened == null ? row.getString("plain") : opened);
            i++;
        }
        String update = "UPDATE " + table + " t SET destination = n.after, destination_key = $4" + forget
                + " FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS n (id, before, after)"
                + " WHERE t.id = n.id AND t.destination IS NOT DISTINCT FROM n.before";
        return database.execute(update, Tuple.of(ids, before, after, keyId())).map(ids.length);
    }
}
