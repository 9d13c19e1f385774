package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.flashsales.SaleAct.Facts;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables {@code sale_act} and {@code sale_guest}. */
final class SaleActStore {
    private static final String ONE_START_PER_KEY = "sale_act_one_start_per_key";

    private final Database database;

    SaleActStore(Database database) {
        this.database = database;
    }

    /** @param key where the client made one for the act */
    Future<Void> insert(SqlConnection transaction, SaleAct act, @Nullable String key) {
        Facts before = act.before();
        return transaction
                .preparedQuery("""
                        INSERT INTO sale_act (id, sale, act, key, who, at, quantity_before, quantity_after,
                                              ends_at_before, ends_at_after)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                        """)
                .execute(Tuple.from(Arrays.asList(
                        act.id().value(),
                        act.saleId().value(),
                        act.act().text(),
                        key,
                        act.who().value(),
                        act.at().atOffset(ZoneOffset.UTC),
                        before == null ? null : before.quantity(),
                        act.after().quantity(),
                        before == null ? null : before.endsAt().atOffset(ZoneOffset.UTC),
                        act.after().endsAt().atOffset(ZoneOffset.UTC))))
                .mapEmpty();
    }

    /** The sale that somebody started with that key. */
    Future<Optional<Id<Sale>>> started(Id<User> who, String key) {
        return database.execute(
                        "SELECT sale FROM sale_act WHERE who = $1 AND key = $2 AND act = 'start'",
                        Tuple.of(who.value(), key))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(Id.of(rows.iterator().next().getLong("sale"))));
    }

    /** Whether a transaction failed because somebody had started a sale with the same key meanwhile. */
    static boolean isStarted(Throwable failure) {
        return failure instanceof PgException refused && ONE_START_PER_KEY.equals(refused.getConstraint());
    }

    /** Whether an act with that key has happened; certain where the transaction holds the sale's pool. */
    Future<Boolean> isKnown(SqlConnection transaction, Id<Sale> sale, String key) {
        return transaction
                .preparedQuery("SELECT 1 FROM sale_act WHERE sale = $1 AND key = $2")
                .execute(Tuple.of(sale.value(), key))
                .map(rows -> rows.rowCount() > 0);
    }

    /** Newest first. */
    Future<List<SaleAct>> page(Id<Sale> sale, int limit, @Nullable Id<SaleAct> after) {
        return database.execute(
                        "SELECT * FROM sale_act WHERE sale = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                        Tuple.of(sale.value(), after == null ? Long.MAX_VALUE : after.value(), limit))
                .map(rows -> {
                    List<SaleAct> acts = new ArrayList<>();
                    rows.forEach(row -> acts.add(act(row)));
                    return acts;
                });
    }

    Future<Void> invite(SqlConnection transaction, Id<Sale> sale, List<Id<User>> guests) {
        return guests.isEmpty()
                ? Future.succeededFuture()
                : transaction
                        .preparedQuery("INSERT INTO sale_guest (sale, buyer) SELECT $1, buyer"
                                + " FROM unnest($2::bigint[]) AS guest (buyer) ON CONFLICT DO NOTHING")
                        .execute(Tuple.of(sale.value())
                                .addArrayOfLong(guests.stream().map(Id::value).toArray(Long[]::new)))
                        .mapEmpty();
    }

    /** Those of some people who are on a sale's list. */
    Future<Set<Id<User>>> invited(Id<Sale> sale, Collection<Id<User>> people) {
        return database.execute(
                        "SELECT buyer FROM sale_guest WHERE sale = $1 AND buyer = ANY ($2::bigint[])",
                        Tuple.of(sale.value())
                                .addArrayOfLong(people.stream().map(Id::value).toArray(Long[]::new)))
                .map(rows -> {
                    Set<Id<User>> invited = new HashSet<>();
                    rows.forEach(row -> invited.add(Id.of(row.getLong("buyer"))));
                    return invited;
                });
    }

    private static SaleAct act(Row row) {
        OffsetDateTime endsAtBefore = row.getOffsetDateTime("ends_at_before");
        return new SaleAct(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("sale")),
                SaleAct.Kind.of(row.getString("act")),
                Id.of(row.getLong("who")),
                row.getOffsetDateTime("at").toInstant(),
                endsAtBefore == null ? null : new Facts(row.getInteger("quantity_before"), endsAtBefore.toInstant()),
                new Facts(
                        row.getInteger("quantity_after"),
                        row.getOffsetDateTime("ends_at_after").toInstant()));
    }
}
