package io.jishi.flashsales;

import io.jishi.database.Database;
import io.jishi.flashsales.ClaimStore.Sold;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of selling to buyers who have no order of the sale yet, as nearly all have: half the work of
 * {@link ClaimStore#sell}. Turns of a buyer count from one without a gap, and no order is ever deleted; so whoever has no
 * first turn has no order at all: no key, no units against the limit, and {@code orders_one_per_turn} itself is the look
 * for them. Whoever has one gets nothing here, and is to be sold to by the other statement.
 */
final class FirstOrderStore {
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String SELL = """
            WITH segment AS MATERIALIZED (
                SELECT granted - sold AS free FROM sale_segment
                 WHERE sale = $1 AND node = $2 AND epoch = $3 FOR UPDATE),
            inserted AS (
                INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,
                                    currency, stage, created_at, pay_before)
                SELECT i.id, i.buyer, $1, 1, i.key, $9, $10, $11, i.quantity, $12, 'CNY', 'reserved', $13, $14
                  FROM segment s
                  JOIN unnest($4::bigint[], $5::bigint[], $6::text[], $7::int[], $15::boolean[])
                       AS i (id, buyer, key, quantity, is_new)
                    ON s.free >= (SELECT sum(u.quantity) FROM unnest($7::int[]) AS u (quantity))
                 WHERE i.quantity <= $8
                   AND (i.is_new OR NOT EXISTS (SELECT FROM orders o WHERE o.buyer = i.buyer AND o.sale = $1))
                RETURNING id, quantity),
            total AS MATERIALIZED (SELECT count(*) AS orders, sum(quantity) AS units FROM inserted),
            counted AS (
                UPDATE sale_segment g SET sold = g.sold + t.units FROM total t
                 WHERE g.sale = $1 AND g.node = $2 AND g.epoch = $3 AND t.units > 0)
            SELECT (SELECT free FROM segment) AS free, orders AS first_orders,
                   CASE WHEN orders < cardinality($4::bigint[]) THEN (SELECT array_agg(id) FROM inserted) END AS sold
              FROM total
            """;

    private final Database database;

    FirstOrderStore(Database database) {
        this.database = database;
    }

    /**
     * Sells to those of a batch who have no order, from the node's segment, in one statement: to none where the segment
     * holds too little for all. Fails with a unique violation, and sells nothing, where somebody who was said to be new has
     * an order, or gets one at this moment.
     *
     * @param isNew of whom the node knows of no claim before this one: their orders are not looked for first
     */
    Future<Sold> sell(
            SaleTerms terms, String node, long epoch, List<Claim> claims, Function<Claim, Boolean> isNew, Instant now) {
        // in one order of buyers on all nodes, so that two batches never wait for each other
        List<Claim> batch = claims.stream()
                .sorted(Comparator.comparingLong(claim -> claim.buyer.value()))
                .toList();
        Long[] ids = batch.stream().map(claim -> claim.order.value()).toArray(Long[]::new);
        Tuple parameters = Tuple.from(Arrays.asList(
                terms.id().value(),
                node,
                epoch,
                ids,
                batch.stream().map(claim -> claim.buyer.value()).toArray(Long[]::new),
                batch.stream().map(claim -> claim.key).toArray(String[]::new),
                batch.stream().map(claim -> claim.quantity).toArray(Integer[]::new),
                terms.perBuyerLimit(),
                terms.sku().value(),
                terms.name().zh(),
                terms.name().en(),
                terms.priceMinor(),
                now.atOffset(ZoneOffset.UTC),
                now.plus(terms.reservation()).atOffset(ZoneOffset.UTC),
                batch.stream().map(isNew).toArray(Boolean[]::new)));
        return database.execute(SELL, parameters)
                .timeout(ClaimStore.STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Sold(row.getInteger("free"), sold(row, ids), Map.of(), Set.of());
                });
    }

    private static Set<Long> sold(Row row, Long[] all) {
        Long @Nullable [] some = row.getLong("first_orders") == all.length ? all : row.getArrayOfLongs("sold");
        return some == null ? Set.of() : new HashSet<>(Arrays.asList(some));
    }

    /** Whether it sold nothing because somebody who was said to be new has an order. */
    static boolean isSomebodyKnown(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }
}
