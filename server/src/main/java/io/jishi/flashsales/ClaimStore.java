package io.jishi.flashsales;

import io.jishi.core.Id;
import io.jishi.database.Database;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStore;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of selling. Each method is one statement in a transaction of its own: no lock outlives a statement, so a node
 * that is paused between two of them holds up nobody. All that touch both lock the pool before segments.
 */
final class ClaimStore {
    static final long STATEMENT_SECONDS_MAX = 10;

    private static final String SELL = """
            WITH segment AS MATERIALIZED (
                SELECT granted - sold AS free FROM sale_segment
                 WHERE sale = $1 AND node = $2 AND epoch = $3 FOR UPDATE),
            seen AS MATERIALIZED (
                SELECT i.n, i.id, i.buyer, i.key, i.quantity, o.turn, o.units, o.earlier
                  FROM unnest($4::bigint[], $5::bigint[], $6::text[], $7::int[])
                       WITH ORDINALITY AS i (id, buyer, key, quantity, n)
                 CROSS JOIN LATERAL (
                    SELECT coalesce(max(turn), 0) AS turn,
                           coalesce(sum(orders.quantity) FILTER (
                               WHERE stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded')), 0) AS units,
                           max(orders.id) FILTER (WHERE orders.key = i.key) AS earlier
                      FROM orders WHERE orders.buyer = i.buyer AND orders.sale = $1) o),
            fitting AS MATERIALIZED (
                SELECT *, sum(quantity) OVER (ORDER BY n) AS running FROM seen
                 WHERE earlier IS NULL AND units + quantity <= $8 AND turn < 1000),
            inserted AS (
                INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor,
                                    currency, stage, created_at, pay_before)
                SELECT f.id, f.buyer, $1, f.turn + 1, f.key, $9, $10, $11, f.quantity, $12, 'CNY', 'reserved', $13, $14
                  FROM segment s JOIN fitting f ON f.running <= s.free
                 ORDER BY f.buyer
                ON CONFLICT DO NOTHING
                RETURNING id, quantity),
            counted AS (
                UPDATE sale_segment g SET sold = g.sold + t.units
                  FROM (SELECT sum(quantity) AS units FROM inserted) t
                 WHERE g.sale = $1 AND g.node = $2 AND g.epoch = $3 AND t.units > 0)
            SELECT (SELECT free FROM segment) AS free,
                   (SELECT array_agg(id) FROM inserted) AS sold,
                   (SELECT array_agg(earlier) FROM seen WHERE earlier IS NOT NULL) AS earlier,
                   (SELECT array_agg(id) FROM seen
                     WHERE earlier IS NULL AND (units + quantity > $8 OR turn >= 1000)) AS over_limit
            """;

    private static final String LOOK_UP = """
            WITH found AS MATERIALIZED (
                SELECT i.n, o.id FROM unnest($2::bigint[], $3::text[]) WITH ORDINALITY AS i (buyer, key, n)
                 CROSS JOIN LATERAL (
                    SELECT id FROM orders WHERE orders.buyer = i.buyer AND orders.sale = $1 AND orders.key = i.key) o)
            SELECT p.closed, (SELECT array_agg(id) FROM found) AS found,
                   coalesce((SELECT sum(sold) FROM sale_segment WHERE sale = $1), 0)::bigint AS sold,
                   p.free + coalesce((SELECT sum(granted - sold) FROM sale_segment WHERE sale = $1), 0)::int AS remaining,
                   coalesce((SELECT sum(granted - sold) FROM sale_segment
                              WHERE sale = $1 AND NOT (node = ANY ($4::text[]))), 0)::int AS stranded
              FROM sale_pool p WHERE p.sale = $1
            """;

    private static final String REFILL = """
            WITH given AS (
                UPDATE sale_pool
                   SET last_grant = least(free, greatest($3, least(free / $4, $5))),
                       free = free - least(free, greatest($3, least(free / $4, $5))),
                       wanted_at = CASE WHEN free < $3 THEN $6 ELSE wanted_at END
                 WHERE sale = $1 AND NOT closed
                RETURNING last_grant)
            INSERT INTO sale_segment AS g (sale, node, epoch, granted, sold)
            SELECT $1, $2, 1, last_grant, 0 FROM given
            ON CONFLICT (sale, node) DO UPDATE SET granted = g.granted + excluded.granted
            RETURNING epoch, granted - sold AS free
            """;

    private static final String GIVE_BACK = """
            WITH pool AS MATERIALIZED (
                SELECT sale FROM sale_pool WHERE sale = $1 AND NOT closed FOR UPDATE),
            given AS (
                UPDATE sale_segment g SET returned = granted - sold, granted = sold FROM pool
                 WHERE g.sale = pool.sale AND g.node = $2 AND g.epoch = $3
                RETURNING g.returned)
            UPDATE sale_pool p SET free = p.free + t.units FROM (SELECT sum(returned) AS units FROM given) t
             WHERE p.sale = $1 AND t.units > 0
            """;

    private static final String TAKE_OVER = """
            WITH pool AS MATERIALIZED (
                SELECT sale FROM sale_pool WHERE sale = $1 AND NOT closed FOR UPDATE),
            taken AS (
                UPDATE sale_segment g SET epoch = epoch + 1, returned = granted - sold, granted = sold FROM pool
                 WHERE g.sale = pool.sale AND NOT (g.node = ANY ($2::text[])) AND g.granted > g.sold
                RETURNING g.returned)
            UPDATE sale_pool p SET free = p.free + t.units FROM (SELECT sum(returned) AS units FROM taken) t
             WHERE p.sale = $1 AND t.units > 0
            RETURNING t.units
            """;

    private static final String RENEW = """
            UPDATE sale_segment SET epoch = epoch + 1 WHERE sale = $1 AND node = $2
            RETURNING epoch, granted - sold AS free
            """;

    private final Database database;

    ClaimStore(Database database) {
        this.database = database;
    }

    /**
     * What became of a batch. A claim that is in none of the three either lost to another claim of its buyer at this
     * very moment, or found its segment empty or lost; either way nothing was sold to it, and it may be tried again.
     *
     * @param freeBefore units of the segment before; null where the epoch is over, and then nothing was sold
     * @param sold ids of claims that became orders
     * @param earlier orders that claims of the batch had become before
     * @param overLimit ids of claims whose buyer has as many as allowed
     */
    record Sold(@Nullable Integer freeBefore, Set<Long> sold, Map<Claim.Key, Order> earlier, Set<Long> overLimit) {}

    /** Sells to a batch from the node's segment, in one statement. */
    Future<Sold> sell(SaleTerms terms, String node, long epoch, List<Claim> batch, Instant now) {
        Tuple parameters = Tuple.from(Arrays.asList(
                terms.id().value(),
                node,
                epoch,
                batch.stream().map(claim -> claim.order.value()).toArray(Long[]::new),
                batch.stream().map(claim -> claim.buyer.value()).toArray(Long[]::new),
                batch.stream().map(claim -> claim.key).toArray(String[]::new),
                batch.stream().map(claim -> claim.quantity).toArray(Integer[]::new),
                terms.perBuyerLimit(),
                terms.sku().value(),
                terms.name().zh(),
                terms.name().en(),
                terms.priceMinor(),
                now.atOffset(ZoneOffset.UTC),
                now.plus(terms.reservation()).atOffset(ZoneOffset.UTC)));
        return run(SELL, parameters)
                .compose(row -> orders(row.getArrayOfLongs("earlier"))
                        .map(earlier -> new Sold(
                                row.getInteger("free"),
                                ids(row.getArrayOfLongs("sold")),
                                earlier,
                                ids(row.getArrayOfLongs("over_limit")))));
    }

    /**
     * What one snapshot shows.
     *
     * @param found the orders of those claims that have one
     * @param left units in the pool and in all segments
     * @param stranded units in segments of nodes that are gone
     * @param sold units of all orders that the sale ever had, whatever became of them
     */
    record Seen(Map<Claim.Key, Order> found, boolean closed, int left, int stranded, long sold) {}

    /** Looks for the orders of claims, and at what is left, in one snapshot. */
    Future<Seen> lookUp(SaleTerms terms, List<Claim> claims, Set<String> members) {
        Tuple parameters = Tuple.of(
                terms.id().value(),
                claims.stream().map(claim -> claim.buyer.value()).toArray(Long[]::new),
                claims.stream().map(claim -> claim.key).toArray(String[]::new),
                Lanes.of(members).toArray(String[]::new));
        return run(LOOK_UP, parameters)
                .compose(row -> orders(row.getArrayOfLongs("found"))
                        .map(found -> new Seen(
                                found,
                                row.getBoolean("closed"),
                                row.getInteger("remaining"),
                                row.getInteger("stranded"),
                                row.getLong("sold"))));
    }

    /** Buyers who have orders of a sale, in the order of their ids, the first after one. */
    Future<Long[]> buyers(Id<Sale> sale, long after, int limit) {
        return run("""
                        SELECT array_agg(buyer) AS buyers FROM (
                            SELECT buyer FROM orders WHERE sale = $1 AND buyer > $2 ORDER BY buyer LIMIT $3) b
                        """, Tuple.of(sale.value(), after, limit))
                .map(row -> Objects.requireNonNullElse(row.getArrayOfLongs("buyers"), new Long[0]));
    }

    /** A node's right to sell {@code free} units, for as long as the epoch lasts. */
    record Segment(long epoch, int free) {}

    /**
     * Takes units from the pool into the node's segment: what is in demand, or ahead of demand a share of the pool, which
     * shrinks as the pool does.
     *
     * @return the segment as it is now, with no more units where the pool is empty; null where the sale is closed
     */
    Future<@Nullable Segment> refill(SaleTerms terms, String node, long demand, int nodes, int grantMax, Instant now) {
        Tuple parameters = Tuple.of(
                terms.id().value(),
                node,
                (int) Math.min(demand, terms.quantity()),
                2 * Math.max(1, nodes),
                grantMax,
                now.atOffset(ZoneOffset.UTC));
        return database.execute(REFILL, parameters)
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(ClaimStore::segment);
    }

    private static @Nullable Segment segment(RowSet<Row> rows) {
        if (rows.rowCount() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return new Segment(row.getLong("epoch"), row.getInteger("free"));
    }

    /**
     * Gives the node's own segment a new epoch. Whatever this node has sent and does not know the outcome of has either
     * happened before, or sells nothing any more, however late it arrives.
     *
     * @return the segment as it is now; null where there is none
     */
    Future<@Nullable Segment> renew(SaleTerms terms, String node) {
        return database.execute(RENEW, Tuple.of(terms.id().value(), node))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(ClaimStore::segment);
    }

    /** Returns what the node's segment has not sold to the pool. */
    Future<Void> giveBack(Id<Sale> sale, String node, long epoch) {
        return database.execute(GIVE_BACK, Tuple.of(sale.value(), node, epoch))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .mapEmpty();
    }

    /**
     * Returns what the segments of nodes that are not members have not sold to the pool, under a new epoch: what such a
     * node may still send sells nothing.
     */
    Future<Integer> takeOver(Id<Sale> sale, Set<String> members) {
        return database.execute(
                        TAKE_OVER,
                        Tuple.of(sale.value())
                                .addArrayOfString(Lanes.of(members).toArray(String[]::new)))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> rows.rowCount() == 0
                        ? 0
                        : Math.toIntExact(rows.iterator().next().getLong("units")));
    }

    /**
     * Whether a failed statement certainly changed nothing and would fail again: the database has judged it wrong. Of
     * all other failures (connection lost, shut down, out of space, deadlock) the outcome is unknown or may be another
     * the next time.
     */
    static boolean isFinal(Throwable failure) {
        if (!(failure instanceof PgException refused) || refused.getSqlState() == null) {
            return false;
        }
        String kind = refused.getSqlState().substring(0, 2);
        return kind.equals("22") || kind.equals("23") || kind.equals("42");
    }

    private Future<Row> run(String sql, Tuple parameters) {
        return database.execute(sql, parameters)
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> rows.iterator().next());
    }

    private Future<Map<Claim.Key, Order>> orders(Long @Nullable [] ids) {
        if (ids == null) {
            return Future.succeededFuture(Map.of());
        }
        return database.execute(
                        "SELECT o.key, " + OrderStore.COLUMNS + " FROM orders o WHERE id = ANY ($1::bigint[])",
                        Tuple.tuple().addArrayOfLong(ids))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> {
                    Map<Claim.Key, Order> orders = new HashMap<>();
                    for (Row row : rows) {
                        orders.put(new Claim.Key(row.getLong("buyer"), row.getString("key")), OrderStore.order(row));
                    }
                    return orders;
                });
    }

    private static Set<Long> ids(Long @Nullable [] ids) {
        return ids == null ? Set.of() : new HashSet<>(Arrays.asList(ids));
    }
}
