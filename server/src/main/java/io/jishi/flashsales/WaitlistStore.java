package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code sale_waiter}, and the statement that makes orders of its places. Units go from the pool through a
 * segment of the waiting list's own, which never holds any: so they add up as those that nodes sell do.
 */
final class WaitlistStore {
    private static final String SEGMENT = ":waitlist";

    private static final String JOIN = """
            WITH pool AS MATERIALIZED (
                SELECT sale, free, closed, waiting FROM sale_pool WHERE sale = $1 FOR UPDATE),
            known AS MATERIALIZED (
                SELECT place, quantity FROM sale_waiter WHERE sale = $1 AND buyer = $2 AND ended_at IS NULL),
            held AS MATERIALIZED (
                SELECT max(id) FILTER (WHERE key = $3) AS earlier,
                       coalesce(sum(quantity) FILTER (
                           WHERE stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded')), 0) AS units
                  FROM orders WHERE buyer = $2 AND sale = $1),
            kept AS MATERIALIZED (
                SELECT coalesce(sum(granted - sold), 0) AS units FROM sale_segment WHERE sale = $1),
            joined AS (
                INSERT INTO sale_waiter (sale, buyer, key, quantity, joined_at)
                SELECT $1, $2, $3, $4, $5 FROM pool, kept, held
                 WHERE NOT closed AND free + kept.units < $4 AND waiting < $6 AND held.units + $4 <= $7
                   AND earlier IS NULL AND NOT EXISTS (SELECT 1 FROM known)
                ON CONFLICT DO NOTHING
                RETURNING place),
            counted AS (
                UPDATE sale_pool p SET waiting = p.waiting + 1 FROM joined WHERE p.sale = $1),
            segment AS (
                INSERT INTO sale_segment (sale, node, epoch, granted, sold) SELECT $1, $8, 1, 0, 0 FROM joined
                ON CONFLICT DO NOTHING)
            SELECT closed, waiting >= $6 AS filled, free + kept.units >= $4 AS available, held.units + $4 > $7 AS over_limit,
                   coalesce(k.place, j.place) AS place, coalesce(k.quantity, $4) AS quantity, earlier
              FROM pool CROSS JOIN held CROSS JOIN kept LEFT JOIN known k ON true LEFT JOIN joined j ON true
            """;

    private static final String LEAVE = """
            WITH pool AS MATERIALIZED (SELECT sale FROM sale_pool WHERE sale = $1 FOR UPDATE),
            gone AS (
                UPDATE sale_waiter w SET ended_at = $3 FROM pool
                 WHERE w.sale = pool.sale AND w.buyer = $2 AND w.ended_at IS NULL RETURNING w.place)
            UPDATE sale_pool p SET waiting = p.waiting - 1 FROM gone WHERE p.sale = $1
            """;

    private static final String FIRST = """
            SELECT w.place, w.buyer, w.key, w.quantity, o.units + w.quantity > $2 OR o.earlier > 0 AS needless
              FROM sale_waiter w
             CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE orders.key = w.key) AS earlier,
                       coalesce(sum(orders.quantity) FILTER (
                           WHERE stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded')), 0) AS units
                  FROM orders WHERE orders.buyer = w.buyer AND orders.sale = w.sale) o
             WHERE w.sale = $1 AND w.ended_at IS NULL AND w.place > $3 ORDER BY w.place LIMIT $4
            """;

    private static final String SERVE = """
            WITH offered AS MATERIALIZED (
                SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::int[])
                       AS w (place, id, buyer, key, quantity)),
            inserted AS (
                INSERT INTO orders AS made (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity,
                                            unit_price_minor, currency, stage, created_at, pay_before)
                SELECT w.id, w.buyer, $1, o.turn + 1, w.key, $7, $8, $9, w.quantity, $10, 'CNY', 'reserved', $11, $12
                  FROM offered w
                 CROSS JOIN LATERAL (
                    SELECT coalesce(max(turn), 0) AS turn,
                           coalesce(sum(orders.quantity) FILTER (
                               WHERE stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded')), 0) AS units
                      FROM orders WHERE orders.buyer = w.buyer AND orders.sale = $1) o
                 WHERE o.units + w.quantity <= $13 AND o.turn < 1000
                 ORDER BY w.place
                ON CONFLICT DO NOTHING
                RETURNING made.id, made.quantity),
            ended AS (
                UPDATE sale_waiter s SET ended_at = $11, order_id = i.id
                  FROM inserted i JOIN offered w ON w.id = i.id WHERE s.place = w.place RETURNING s.place),
            needless AS (
                UPDATE sale_waiter SET ended_at = $11 WHERE place = ANY ($14::bigint[]) RETURNING place),
            taken AS (
                UPDATE sale_pool SET free = free - (SELECT coalesce(sum(quantity), 0) FROM inserted),
                       waiting = waiting - (SELECT count(*) FROM ended) - (SELECT count(*) FROM needless)
                 WHERE sale = $1),
            counted AS (
                UPDATE sale_segment g SET granted = granted + t.units, sold = sold + t.units
                  FROM (SELECT sum(quantity) AS units FROM inserted) t
                 WHERE g.sale = $1 AND g.node = $15 AND t.units > 0)
            SELECT id FROM inserted
            """;

    private final Database database;

    WaitlistStore(Database database) {
        this.database = database;
    }

    /**
     * What became of joining.
     *
     * @param place null where the buyer has none
     * @param order what the key has become before
     */
    record Joined(
            boolean closed,
            boolean full,
            boolean available,
            boolean overLimit,
            @Nullable Long place,
            int quantity,
            @Nullable Id<Order> order) {}

    Future<Joined> join(SaleTerms terms, Id<User> buyer, Wait request, int waitersMax, Instant now) {
        return database.execute(
                        JOIN,
                        Tuple.from(Arrays.asList(
                                terms.id().value(),
                                buyer.value(),
                                request.key(),
                                request.quantity(),
                                now.atOffset(ZoneOffset.UTC),
                                waitersMax,
                                terms.perBuyerLimit(),
                                SEGMENT)))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    Long earlier = row.getLong("earlier");
                    return new Joined(
                            row.getBoolean("closed"),
                            row.getBoolean("filled"),
                            row.getBoolean("available"),
                            row.getBoolean("over_limit"),
                            row.getLong("place"),
                            row.getInteger("quantity"),
                            earlier == null ? null : Id.of(earlier));
                });
    }

    /** How many places are before one. */
    Future<Integer> ahead(Id<Sale> sale, long place) {
        return database.execute(
                        "SELECT count(*) FROM sale_waiter WHERE sale = $1 AND ended_at IS NULL AND place < $2",
                        Tuple.of(sale.value(), place))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    Future<Void> leave(Id<Sale> sale, Id<User> buyer, Instant now) {
        return database.execute(LEAVE, Tuple.of(sale.value(), buyer.value(), now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    Future<Order> order(Id<Order> id) {
        return database.execute("SELECT " + OrderStore.COLUMNS + " FROM orders o WHERE id = $1", Tuple.of(id.value()))
                .map(rows -> OrderStore.order(rows.iterator().next()));
    }

    /**
     * A place that has not ended.
     *
     * @param needless whether its buyer has as many as allowed by now
     */
    record Waiter(long place, Id<User> buyer, String key, int quantity, boolean needless) {}

    /** The first places behind one, in order; the transaction holds the sale's pool. */
    Future<List<Waiter>> first(SqlConnection transaction, SaleTerms terms, long behind, int limit) {
        return transaction
                .preparedQuery(FIRST)
                .execute(Tuple.of(terms.id().value(), terms.perBuyerLimit(), behind, limit))
                .map(rows -> {
                    List<Waiter> waiters = new ArrayList<>();
                    rows.forEach(row -> waiters.add(new Waiter(
                            row.getLong("place"),
                            Id.of(row.getLong("buyer")),
                            row.getString("key"),
                            row.getInteger("quantity"),
                            row.getBoolean("needless"))));
                    return waiters;
                });
    }

    /** Makes orders of places with units of the pool, which the transaction holds; answers which orders were made. */
    Future<Set<Long>> serve(
            SqlConnection transaction,
            SaleTerms terms,
            List<Waiter> served,
            List<Id<Order>> orders,
            List<Waiter> needless,
            Duration reservation,
            Instant now) {
        return transaction
                .preparedQuery(SERVE)
                .execute(Tuple.from(Arrays.asList(
                        terms.id().value(),
                        served.stream().map(Waiter::place).toArray(Long[]::new),
                        orders.stream().map(Id::value).toArray(Long[]::new),
                        served.stream().map(waiter -> waiter.buyer().value()).toArray(Long[]::new),
                        served.stream().map(Waiter::key).toArray(String[]::new),
                        served.stream().map(Waiter::quantity).toArray(Integer[]::new),
                        terms.sku().value(),
                        terms.name().zh(),
                        terms.name().en(),
                        terms.priceMinor(),
                        now.atOffset(ZoneOffset.UTC),
                        now.plus(reservation).atOffset(ZoneOffset.UTC),
                        terms.perBuyerLimit(),
                        needless.stream().map(Waiter::place).toArray(Long[]::new),
                        SEGMENT)))
                .map(rows -> {
                    Set<Long> made = new HashSet<>();
                    rows.forEach(row -> made.add(row.getLong("id")));
                    return made;
                });
    }
}
