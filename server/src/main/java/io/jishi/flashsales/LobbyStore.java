package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The SQL of waiting rooms. Each method but one is one statement in a transaction of its own. */
final class LobbyStore {
    private static final long STATEMENT_SECONDS_MAX = 10;

    private static final String JOIN = """
            WITH lobby AS MATERIALIZED (
                SELECT l.joined FROM sale_lobby l JOIN sale_pool p ON p.sale = l.sale
                 WHERE l.sale = $1 AND NOT p.closed FOR UPDATE OF l),
            asked AS MATERIALIZED (
                SELECT i.n, i.buyer, i.gave_up, a.ticket
                  FROM unnest($2::bigint[], $3::int[]) WITH ORDINALITY AS i (buyer, gave_up, n)
                  LEFT JOIN sale_arrival a ON a.sale = $1 AND a.buyer = i.buyer),
            fresh AS MATERIALIZED (
                SELECT asked.buyer, asked.gave_up,
                       (lobby.joined + row_number() OVER (ORDER BY asked.n))::int AS ticket
                  FROM asked CROSS JOIN lobby
                 WHERE asked.ticket IS NULL OR asked.ticket = asked.gave_up),
            counted AS (
                UPDATE sale_lobby l
                   SET joined = l.joined + f.tickets,
                       drawn = coalesce(l.drawn, CASE WHEN $5 THEN l.joined END)
                  FROM (SELECT count(*)::int AS tickets FROM fresh WHERE ticket <= $4) f
                 WHERE l.sale = $1 AND f.tickets > 0),
            inserted AS (
                INSERT INTO sale_arrival AS a (sale, buyer, ticket, gave_up, joined_at)
                SELECT $1, buyer, ticket, gave_up, $6 FROM fresh WHERE ticket <= $4
                ON CONFLICT (sale, buyer) DO UPDATE
                   SET ticket = excluded.ticket, gave_up = excluded.gave_up, joined_at = excluded.joined_at
                 WHERE a.ticket = excluded.gave_up
                RETURNING a.buyer, a.ticket)
            SELECT asked.buyer, coalesce(i.ticket, asked.ticket) AS ticket,
                   NOT EXISTS (SELECT 1 FROM lobby) AS closed
              FROM asked LEFT JOIN inserted i ON i.buyer = asked.buyer
            """;

    private static final String DRAW = """
            UPDATE sale_lobby SET drawn = joined WHERE sale = $1 AND drawn IS NULL
            """;

    private static final String WEIGH = """
            WITH turns AS MATERIALIZED (
                SELECT t.ticket, coalesce(o.units, 0) AS units FROM unnest($2::int[]) AS t (ticket)
                  LEFT JOIN sale_arrival a ON a.sale = $1 AND a.ticket = t.ticket
                  LEFT JOIN LATERAL (
                    SELECT sum(orders.quantity) AS units FROM orders
                     WHERE orders.buyer = a.buyer AND orders.sale = $1
                       AND stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded')) o ON true)
            SELECT p.free + coalesce((SELECT sum(granted - sold) FROM sale_segment WHERE sale = $1), 0)::int AS remaining,
                   CASE WHEN $4 THEN (SELECT coalesce(sum(quantity), 0)::int FROM orders
                     WHERE sale = $1 AND stage IN ('reserved', 'awaiting_payment')) END AS unpaid,
                   (SELECT coalesce(sum(greatest(0, $3::int - units)), 0)::bigint FROM turns) AS promised,
                   (SELECT count(*) FILTER (WHERE units = 0)::int FROM turns) AS empty
              FROM sale_pool p WHERE p.sale = $1
            """;

    private static final String BEGIN = """
            WITH moved AS (
                UPDATE sale_lobby SET admitted = $3::int, reaches = $4, may_reach = $5
                 WHERE sale = $1 AND admitted = $2::int AND drawn IS NOT NULL RETURNING sale)
            INSERT INTO sale_turn (sale, first_place, last_place, ends_at)
            SELECT sale, $2::int + 1, $3::int, $6 FROM moved WHERE $3::int > $2::int
            """;

    private final Database database;

    LobbyStore(Database database) {
        this.database = database;
    }

    static Future<Void> insert(SqlConnection transaction, Id<Sale> sale, LobbyTerms terms) {
        return transaction
                .preparedQuery("INSERT INTO sale_lobby (sale, turn_seconds, pass_key, seed) VALUES ($1, $2, $3, $4)")
                .execute(Tuple.of(sale.value(), (int) terms.turn().toSeconds(), terms.passKey(), terms.seed()))
                .mapEmpty();
    }

    /** @param gaveUp the ticket whose turn went by; 0 where this is the first */
    record Arrival(Id<User> buyer, int gaveUp) {}

    /**
     * What became of an arrival.
     *
     * @param ticket null where there is none: the sale is closed, the room full, or the buyer was arriving by another
     *     node at this very moment
     */
    record Arrived(@Nullable Integer ticket, boolean closed) {}

    /**
     * Gives tickets, in this order, to those of different buyers who have none. The lobby's row is held while it
     * happens, so tickets have no two holders; the number of one whose buyer met himself on another node is lost.
     *
     * @param open whether the sale is open, so that who comes now comes after the start
     */
    Future<List<Arrived>> join(Id<Sale> sale, List<Arrival> arrivals, int joinedMax, boolean open, Instant now) {
        Tuple parameters = Tuple.from(Arrays.asList(
                sale.value(),
                arrivals.stream().map(arrival -> arrival.buyer().value()).toArray(Long[]::new),
                arrivals.stream().map(Arrival::gaveUp).toArray(Integer[]::new),
                joinedMax,
                open,
                now.atOffset(ZoneOffset.UTC)));
        return database.execute(JOIN, parameters)
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> {
                    Map<Long, Arrived> byBuyer = new HashMap<>();
                    for (Row row : rows) {
                        byBuyer.put(
                                row.getLong("buyer"), new Arrived(row.getInteger("ticket"), row.getBoolean("closed")));
                    }
                    return arrivals.stream()
                            .map(arrival -> byBuyer.get(arrival.buyer().value()))
                            .toList();
                });
    }

    /** Ends the time before the start; once. */
    Future<Void> draw(Id<Sale> sale) {
        return database.execute(DRAW, Tuple.of(sale.value()))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .mapEmpty();
    }

    /**
     * Looks at the units in one snapshot.
     *
     * @param tickets those whose turn it is; what they have bought is subtracted from what they may take
     * @param unpaidKnown what was not paid when last counted; null to count it
     */
    Future<TurnPlan.Units> weigh(Id<Sale> sale, int[] tickets, int limit, @Nullable Integer unpaidKnown) {
        Integer[] asked = Arrays.stream(tickets).boxed().toArray(Integer[]::new);
        return database.execute(WEIGH, Tuple.of(sale.value(), asked, limit, unpaidKnown == null))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new TurnPlan.Units(
                            row.getInteger("remaining"),
                            unpaidKnown == null ? row.getInteger("unpaid") : unpaidKnown,
                            row.getLong("promised"),
                            row.getInteger("empty"));
                });
    }

    /** Lets turns begin, unless another node has since. */
    Future<Void> begin(Id<Sale> sale, int admittedBefore, TurnPlan plan, Instant endsAt) {
        return database.execute(
                        BEGIN,
                        Tuple.of(
                                sale.value(),
                                admittedBefore,
                                plan.admitted(),
                                plan.reaches(),
                                plan.mayReach(),
                                endsAt.atOffset(ZoneOffset.UTC)))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .mapEmpty();
    }

    /** Places whose turn came together. */
    record Turn(int firstPlace, int lastPlace, Instant endsAt) {}

    /** Turns behind a place that ended after a time, in order. */
    Future<List<Turn>> turns(Id<Sale> sale, int behind, Instant endedAfter, int limit) {
        return database.execute(
                        "SELECT first_place, last_place, ends_at FROM sale_turn"
                                + " WHERE sale = $1 AND last_place > $2 AND ends_at > $3 ORDER BY last_place LIMIT $4",
                        Tuple.of(sale.value(), behind, endedAfter.atOffset(ZoneOffset.UTC), limit))
                .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                .map(rows -> {
                    List<Turn> turns = new ArrayList<>();
                    rows.forEach(row -> turns.add(new Turn(
                            row.getInteger("first_place"),
                            row.getInteger("last_place"),
                            row.getOffsetDateTime("ends_at").toInstant())));
                    return turns;
                });
    }
}
