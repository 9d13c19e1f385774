package io.jishi.aftersales;

import io.jishi.accounts.User;
import io.jishi.aftersales.AfterSalesRequest.ListOpen;
import io.jishi.aftersales.AfterSalesRequest.ListOwn;
import io.jishi.aftersales.CaseFile.Done;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.database.Database;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables {@code aftersales_case} and {@code aftersales_step}. */
final class CaseStore {
    private static final String SELECT = "SELECT * FROM aftersales_case ";

    private final Database database;

    CaseStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(SqlConnection transaction, Case it, String key) {
        return transaction
                .preparedQuery("""
                        INSERT INTO aftersales_case (id, order_id, buyer, host, key, kind, reason, sku, wanted_sku, name_zh,
                                                     name_en, quantity, amount_minor, currency, remedy, stage, opened_at,
                                                     due_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                        """)
                .execute(Tuple.from(Arrays.asList(
                        it.id().value(),
                        it.orderId().value(),
                        it.buyerId().value(),
                        value(it.hostId()),
                        key,
                        it.kind().text(),
                        it.reason().text(),
                        it.skuId().value(),
                        value(it.wantedSkuId()),
                        it.name().zh(),
                        it.name().en(),
                        it.quantity(),
                        it.amountMinor(),
                        it.currency(),
                        it.remedy().text(),
                        it.stage().text(),
                        utc(it.openedAt()),
                        utc(it.dueAt()))))
                .mapEmpty();
    }

    /**
     * Brings a case from its stage to another.
     *
     * @return false, and nothing changed, where it is not at that stage any more
     */
    Future<Boolean> change(SqlConnection transaction, CaseStage from, Case to) {
        return transaction
                .preparedQuery("""
                        UPDATE aftersales_case SET stage = $3, due_at = $4, remedy = $5, offer_minor = $6, returned_to = $7,
                               kept_at = $8, replacement = $9
                         WHERE id = $1 AND stage = $2
                        """)
                .execute(Tuple.from(Arrays.asList(
                        to.id().value(),
                        from.text(),
                        to.stage().text(),
                        utc(to.dueAt()),
                        to.remedy().text(),
                        to.offerMinor(),
                        value(to.returnedTo()),
                        value(to.keptAt()),
                        value(to.replacementId()))))
                .map(rows -> rows.rowCount() == 1);
    }

    Future<Optional<Case>> find(Id<Case> id) {
        return database.execute(SELECT + "WHERE id = $1", Tuple.of(id.value())).map(CaseStore::first);
    }

    /** Holds a case until the transaction ends, after its order. */
    Future<Case> lock(SqlConnection transaction, Id<?> id) {
        return transaction
                .preparedQuery(SELECT + "WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(id.value()))
                .map(rows -> first(rows).orElseThrow());
    }

    Future<Optional<Case>> ofKey(SqlConnection transaction, Id<User> buyer, String key) {
        return transaction
                .preparedQuery(SELECT + "WHERE buyer = $1 AND key = $2")
                .execute(Tuple.of(buyer.value(), key))
                .map(CaseStore::first);
    }

    Future<List<Case>> ofOrder(SqlConnection transaction, Id<Order> order) {
        return transaction
                .preparedQuery(SELECT + "WHERE order_id = $1")
                .execute(Tuple.of(order.value()))
                .map(CaseStore::all);
    }

    /** Newest first. */
    Future<List<Case>> own(Id<User> buyer, ListOwn request, int limit) {
        Id<Case> after = request.after();
        return database.execute(
                        SELECT + "WHERE buyer = $1 AND ($2::bigint IS NULL OR order_id = $2) AND id < $3"
                                + " ORDER BY id DESC LIMIT $4",
                        Tuple.from(Arrays.asList(
                                buyer.value(),
                                value(request.orderId()),
                                after == null ? Long.MAX_VALUE : after.value(),
                                limit)))
                .map(CaseStore::all);
    }

    /** Those that wait for somebody, the most urgent first; where a host asks, of its own goods. */
    Future<List<Case>> open(@Nullable Id<User> host, ListOpen request, int limit) {
        Id<Case> after = request.after();
        return database.execute(
                        SELECT + "WHERE due_at IS NOT NULL AND ($1::bigint IS NULL OR host = $1)"
                                + " AND (due_at, id) > (coalesce($2, '-infinity'::timestamptz), $3)"
                                + " ORDER BY due_at, id LIMIT $4",
                        Tuple.from(Arrays.asList(
                                value(host), utc(request.dueAfter()), after == null ? 0 : after.value(), limit)))
                .map(CaseStore::all);
    }

    /** Those whose deadline has come, longest ago first. */
    Future<List<Case>> due(Instant now, int limit) {
        return database.execute(SELECT + "WHERE due_at <= $1 ORDER BY due_at LIMIT $2", Tuple.of(utc(now), limit))
                .map(CaseStore::all);
    }

    Future<Void> insert(
            SqlConnection transaction, Id<Done> id, Case after, Deed deed, @Nullable Id<User> who, Instant now) {
        return transaction
                .preparedQuery("INSERT INTO aftersales_step (id, case_id, deed, stage, at, who)"
                        + " VALUES ($1, $2, $3, $4, $5, $6)")
                .execute(Tuple.from(Arrays.asList(
                        id.value(),
                        after.id().value(),
                        deed.text(),
                        after.stage().text(),
                        utc(now),
                        value(who))))
                .mapEmpty();
    }

    Future<List<Done>> steps(Id<Case> id) {
        return database.execute(
                        "SELECT deed, stage, at, who FROM aftersales_step WHERE case_id = $1 ORDER BY id",
                        Tuple.of(id.value()))
                .map(rows -> {
                    List<Done> steps = new ArrayList<>();
                    for (Row row : rows) {
                        Deed deed = Deed.of(row.getString("deed"));
                        steps.add(new Done(
                                deed,
                                deed.by(),
                                CaseStage.of(row.getString("stage")),
                                row.getOffsetDateTime("at").toInstant()));
                    }
                    return steps;
                });
    }

    private static Case read(Row row) {
        OffsetDateTime due = row.getOffsetDateTime("due_at");
        return new Case(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("order_id")),
                Id.of(row.getLong("buyer")),
                id(row, "host"),
                Kind.of(row.getString("kind")),
                Reason.of(row.getString("reason")),
                Id.of(row.getLong("sku")),
                id(row, "wanted_sku"),
                new LocalText(row.getString("name_zh"), row.getString("name_en")),
                row.getInteger("quantity"),
                row.getLong("amount_minor"),
                row.getString("currency"),
                Remedy.of(row.getString("remedy")),
                row.getLong("offer_minor"),
                CaseStage.of(row.getString("stage")),
                row.getOffsetDateTime("opened_at").toInstant(),
                due == null ? null : due.toInstant(),
                id(row, "returned_to"),
                id(row, "kept_at"),
                id(row, "replacement"));
    }

    private static <K> @Nullable Id<K> id(Row row, String column) {
        Long value = row.getLong(column);
        return value == null ? null : Id.of(value);
    }

    private static @Nullable Long value(@Nullable Id<?> id) {
        return id == null ? null : id.value();
    }

    static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static Optional<Case> first(RowSet<Row> rows) {
        return all(rows).stream().findFirst();
    }

    private static List<Case> all(RowSet<Row> rows) {
        List<Case> cases = new ArrayList<>(rows.rowCount());
        rows.forEach(row -> cases.add(read(row)));
        return cases;
    }
}
