package io.jishi.aftersales;

import io.jishi.accounts.User;
import io.jishi.aftersales.CaseFile.Evidence;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.database.SealedColumn;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code aftersales_evidence}, whose contents are sealed, each for its own row. */
final class EvidenceStore {
    /** Photos are long, and all that are sealed anew at once are in memory. */
    private static final int SEALED_AT_ONCE_MAX = 8;

    private final Database database;
    private final SealedColumn contents;

    EvidenceStore(Database database) {
        this.database = database;
        contents = new SealedColumn(database, "aftersales_evidence", "content", SEALED_AT_ONCE_MAX);
    }

    SealedColumn contents() {
        return contents;
    }

    /** A photo as it was sent. */
    record Photo(Id<Case> caseId, String type, Buffer bytes) {}

    /** @param key of a photo, so that sending it again adds it once */
    Future<Void> insert(
            SqlConnection transaction,
            Evidence evidence,
            Id<Case> of,
            Id<User> who,
            @Nullable String key,
            Buffer content) {
        return transaction
                .preparedQuery("""
                        INSERT INTO aftersales_evidence (id, case_id, who, at, type, key, content, content_key)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        """)
                .execute(Tuple.from(Arrays.asList(
                        evidence.id().value(),
                        of.value(),
                        who.value(),
                        CaseStore.utc(evidence.at()),
                        evidence.type(),
                        key,
                        contents.seal(evidence.id().value(), content),
                        contents.keyId())))
                .mapEmpty();
    }

    /** What a photo under that key has become before. */
    Future<Optional<Id<Evidence>>> known(SqlConnection transaction, Id<Case> of, Id<User> who, String key) {
        return transaction
                .preparedQuery("SELECT id FROM aftersales_evidence WHERE case_id = $1 AND who = $2 AND key = $3")
                .execute(Tuple.of(of.value(), who.value(), key))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(Id.of(rows.iterator().next().getLong("id"))));
    }

    Future<Integer> photos(SqlConnection transaction, Id<Case> of) {
        return transaction
                .preparedQuery("SELECT count(*) FROM aftersales_evidence WHERE case_id = $1 AND type <> 'text'")
                .execute(Tuple.of(of.value()))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Oldest first; of photos everything but themselves. */
    Future<List<Evidence>> of(Case it) {
        return database.execute("""
                        SELECT id, who, at, type, CASE WHEN type = 'text' THEN content END AS content
                          FROM aftersales_evidence WHERE case_id = $1 ORDER BY id
                        """, Tuple.of(it.id().value())).map(rows -> {
            List<Evidence> evidence = new ArrayList<>();
            for (Row row : rows) {
                long id = row.getLong("id");
                evidence.add(new Evidence(
                        Id.of(id),
                        row.getLong("who") == it.buyerId().value() ? Party.BUYER : Party.SHOP,
                        row.getOffsetDateTime("at").toInstant(),
                        row.getString("type"),
                        contents.open(id, row)));
            }
            return evidence;
        });
    }

    Future<Optional<Photo>> photo(Id<Evidence> id) {
        return database.execute(
                        "SELECT case_id, type, content FROM aftersales_evidence WHERE id = $1 AND type <> 'text'",
                        Tuple.of(id.value()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(new Photo(
                            Id.of(row.getLong("case_id")),
                            row.getString("type"),
                            Objects.requireNonNull(contents.openBytes(id.value(), row))));
                });
    }

    static Buffer text(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    }

    static Evidence textOf(Id<Evidence> id, Instant now) {
        return new Evidence(id, Party.ITSELF, now, Evidence.TEXT, null);
    }
}
