package io.jishi.flashsales;

import io.jishi.catalog.Location;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of a sale's life: how it starts, what is seen of it, how it is closed. */
final class SaleStore {
    private static final String STATE = """
            SELECT s.id, s.room, s.host, s.sku, s.name_zh, s.name_en, s.price_minor, s.quantity, s.per_buyer_limit,
                   s.audience, s.late_followers, s.accounts_per_device, s.revision,
                   s.reservation_seconds, s.opens_at, s.ends_at, p.closed, p.free, p.waiting, p.wanted_at,
                   CASE WHEN p.closed THEN p.unsold ELSE p.free + coalesce(
                       (SELECT sum(granted - sold) FROM sale_segment g WHERE g.sale = s.id), 0)::int END AS remaining,
                   l.turn_seconds, l.pass_key, l.seed, l.joined, l.drawn, l.admitted, l.reaches, l.may_reach
              FROM sale s JOIN sale_pool p ON p.sale = s.id LEFT JOIN sale_lobby l ON l.sale = s.id
            """;

    private static final String CLOSE = """
            WITH pool AS MATERIALIZED (
                SELECT p.sale FROM sale_pool p JOIN sale s ON s.id = p.sale
                 WHERE p.sale = $1 AND NOT p.closed AND ($2 OR s.ends_at <= $3) FOR UPDATE OF p),
            taken AS (
                UPDATE sale_segment g SET epoch = epoch + 1, returned = granted - sold, granted = sold FROM pool
                 WHERE g.sale = pool.sale
                RETURNING g.returned)
            UPDATE sale_pool p SET closed = true, free = 0, unsold = p.free + t.units
              FROM pool, (SELECT coalesce(sum(returned), 0) AS units FROM taken) t
             WHERE p.sale = pool.sale
            RETURNING p.unsold
            """;

    private final Database database;

    SaleStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(SqlConnection transaction, SaleTerms terms, Id<Location> location, Instant now) {
        return transaction
                .preparedQuery("""
                        WITH terms AS (
                            INSERT INTO sale (id, room, host, sku, name_zh, name_en, price_minor, quantity, per_buyer_limit,
                                              reservation_seconds, created_at, opens_at, ends_at, audience, location,
                                              late_followers, accounts_per_device)
                            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17))
                        INSERT INTO sale_pool (sale, free) VALUES ($1, $8)
                        """)
                .execute(Tuple.from(Arrays.asList(
                        terms.id().value(),
                        terms.room() == null ? null : terms.room().value(),
                        terms.host().value(),
                        terms.sku().value(),
                        terms.name().zh(),
                        terms.name().en(),
                        terms.priceMinor(),
                        terms.quantity(),
                        terms.perBuyerLimit(),
                        (int) terms.reservation().toSeconds(),
                        utc(now),
                        utc(terms.opensAt()),
                        utc(terms.endsAt()),
                        terms.audience().text(),
                        location.value(),
                        terms.lateFollowers(),
                        terms.accountsPerDevice())))
                .compose(done -> terms.lobby() == null
                        ? Future.succeededFuture()
                        : LobbyStore.insert(transaction, terms.id(), terms.lobby()));
    }

    /** Where a sale's units come from. */
    Future<Id<Location>> location(SqlConnection transaction, Id<?> sale) {
        return transaction
                .preparedQuery("SELECT location FROM sale WHERE id = $1")
                .execute(Tuple.of(sale.value()))
                .map(rows -> Id.of(rows.iterator().next().getLong("location")));
    }

    /** Holds the sale's pool until the transaction ends; the next statement sees all that was done to the sale before. */
    Future<Void> lock(SqlConnection transaction, Id<Sale> id) {
        return transaction
                .preparedQuery("SELECT 1 FROM sale_pool WHERE sale = $1 FOR UPDATE")
                .execute(Tuple.of(id.value()))
                .mapEmpty();
    }

    Future<SaleState> state(SqlConnection transaction, Id<Sale> id) {
        return transaction
                .preparedQuery(STATE + " WHERE s.id = $1")
                .execute(Tuple.of(id.value()))
                .map(rows -> state(rows.iterator().next()));
    }

    /** A sale has other facts from now on. */
    Future<Void> change(SqlConnection transaction, Id<Sale> id, SaleAct.Facts facts) {
        return transaction
                .preparedQuery("UPDATE sale SET quantity = $2, ends_at = $3, revision = revision + 1 WHERE id = $1")
                .execute(Tuple.of(id.value(), facts.quantity(), utc(facts.endsAt())))
                .mapEmpty();
    }

    Future<Void> revise(SqlConnection transaction, Id<Sale> id) {
        return transaction
                .preparedQuery("UPDATE sale SET revision = revision + 1 WHERE id = $1")
                .execute(Tuple.of(id.value()))
                .mapEmpty();
    }

    Future<Optional<SaleState>> state(Id<Sale> id) {
        return database.execute(STATE + " WHERE s.id = $1", Tuple.of(id.value()))
                .map(rows -> states(rows).stream().findFirst());
    }

    /** Sales that are not closed, oldest first. */
    Future<List<SaleState>> running(int limit) {
        return database.execute(STATE + " WHERE NOT p.closed ORDER BY p.sale LIMIT $1", Tuple.of(limit))
                .map(SaleStore::states);
    }

    /** Newest first. */
    Future<List<SaleState>> sales(@Nullable Id<?> room, int limit, @Nullable Id<Sale> after) {
        long before = after == null ? Long.MAX_VALUE : after.value();
        return room == null
                ? database.execute(STATE + " WHERE s.id < $1 ORDER BY s.id DESC LIMIT $2", Tuple.of(before, limit))
                        .map(SaleStore::states)
                : database.execute(
                                STATE + " WHERE s.room = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3",
                                Tuple.of(room.value(), before, limit))
                        .map(SaleStore::states);
    }

    /**
     * Closes a sale whose pool the transaction holds, and takes every unit out of its pool and its segments, whose epochs end with it.
     *
     * @param early whether to do so before its time
     * @return how many units were left; empty where it is closed already or its time has not come
     */
    Future<Optional<Integer>> close(SqlConnection transaction, Id<Sale> id, boolean early, Instant now) {
        return transaction
                .preparedQuery(CLOSE)
                .execute(Tuple.of(id.value(), early, utc(now)))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getInteger("unsold")));
    }

    /**
     * Puts units back into the pool, which the transaction holds from then on.
     *
     * @return how many wait for them; empty, and nothing changed, where the sale is closed
     */
    Future<Optional<Integer>> putBack(SqlConnection transaction, Id<?> sale, int units) {
        return transaction
                .preparedQuery("UPDATE sale_pool SET free = free + $2 WHERE sale = $1 AND NOT closed RETURNING waiting")
                .execute(Tuple.of(sale.value(), units))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getInteger("waiting")));
    }

    private static List<SaleState> states(RowSet<Row> rows) {
        List<SaleState> states = new ArrayList<>(rows.rowCount());
        rows.forEach(row -> states.add(state(row)));
        return states;
    }

    private static SaleState state(Row row) {
        Long room = row.getLong("room");
        OffsetDateTime wantedAt = row.getOffsetDateTime("wanted_at");
        SaleTerms terms = new SaleTerms(
                Id.of(row.getLong("id")),
                room == null ? null : Id.of(room),
                Id.of(row.getLong("host")),
                Id.of(row.getLong("sku")),
                new LocalText(row.getString("name_zh"), row.getString("name_en")),
                row.getLong("price_minor"),
                row.getInteger("quantity"),
                row.getInteger("per_buyer_limit"),
                Audience.of(row.getString("audience")),
                Duration.ofSeconds(row.getInteger("reservation_seconds")),
                row.getOffsetDateTime("opens_at").toInstant(),
                row.getOffsetDateTime("ends_at").toInstant(),
                row.getBoolean("late_followers"),
                row.getInteger("accounts_per_device"),
                lobbyTerms(row),
                row.getInteger("revision"));
        return new SaleState(
                terms,
                row.getBoolean("closed"),
                row.getInteger("free"),
                row.getInteger("remaining"),
                row.getInteger("waiting"),
                wantedAt == null ? null : wantedAt.toInstant(),
                terms.lobby() == null ? null : lobby(row));
    }

    private static @Nullable LobbyTerms lobbyTerms(Row row) {
        Integer turnSeconds = row.getInteger("turn_seconds");
        return turnSeconds == null
                ? null
                : new LobbyTerms(Duration.ofSeconds(turnSeconds), row.getString("pass_key"), row.getString("seed"));
    }

    private static LobbyState lobby(Row row) {
        return new LobbyState(
                row.getInteger("joined"),
                row.getInteger("drawn"),
                row.getInteger("admitted"),
                row.getInteger("reaches"),
                row.getInteger("may_reach"));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
