package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Order;
import io.jishi.bench.SaleEvidence.Place;
import io.jishi.bench.SaleEvidence.Selling;
import io.jishi.bench.SaleEvidence.Snapshot;
import io.jishi.bench.SaleEvidence.Step;
import io.jishi.core.Id;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The database of a running shop, watched from outside the nodes: triggers of its own write down every change of an
 * order's stage and every batch that takes units, and snapshots are taken with SQL of its own.
 */
final class SaleAudit {
    private static final String TRIGGERS = """
            CREATE SCHEMA proof;
            CREATE TABLE proof.step (
                n bigserial PRIMARY KEY, order_id bigint NOT NULL, sale bigint NOT NULL, before text, after text NOT NULL,
                at timestamptz NOT NULL DEFAULT clock_timestamp(),
                transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint);
            CREATE INDEX ON proof.step (sale);
            CREATE TABLE proof.selling (
                n bigserial PRIMARY KEY, sale bigint NOT NULL, node text NOT NULL, epoch bigint NOT NULL, units integer NOT NULL,
                at timestamptz NOT NULL DEFAULT clock_timestamp(), backend integer NOT NULL DEFAULT pg_backend_pid(),
                transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint);
            CREATE INDEX ON proof.selling (sale);
            CREATE FUNCTION proof.note_step() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    INSERT INTO proof.step (order_id, sale, before, after) VALUES (NEW.id, NEW.sale, NULL, NEW.stage);
                ELSIF NEW.stage <> OLD.stage THEN
                    INSERT INTO proof.step (order_id, sale, before, after) VALUES (NEW.id, NEW.sale, OLD.stage, NEW.stage);
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER proof_step AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION proof.note_step();
            CREATE FUNCTION proof.note_selling() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO proof.selling (sale, node, epoch, units) VALUES (NEW.sale, NEW.node, NEW.epoch, NEW.sold - OLD.sold);
                RETURN NULL;
            END $$;
            CREATE TRIGGER proof_selling AFTER UPDATE ON sale_segment FOR EACH ROW
                WHEN (NEW.sold <> OLD.sold) EXECUTE FUNCTION proof.note_selling();
            """;

    private static final String SNAPSHOT = """
            SELECT s.id, s.quantity AS stock, p.closed, p.free, g.held, g.sold, o.live, o.ever, o.paid, o.most,
                   (SELECT coalesce(sum(quantity), 0) FROM stock_movement WHERE sku = s.sku AND reason = 'receipt') AS received,
                   k.available
              FROM sale s JOIN sale_pool p ON p.sale = s.id JOIN sku k ON k.id = s.sku
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(granted - sold), 0) AS held, coalesce(sum(sold), 0) AS sold
                  FROM sale_segment WHERE sale = s.id) g
             CROSS JOIN LATERAL (
                SELECT coalesce(sum(ever), 0) AS ever, coalesce(sum(live), 0) AS live, coalesce(sum(paid), 0) AS paid,
                       coalesce(max(live), 0) AS most
                  FROM (SELECT sum(quantity) AS ever,
                               sum(quantity) FILTER (
                                   WHERE stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded')) AS live,
                               sum(quantity) FILTER (WHERE stage = 'paid') AS paid
                          FROM orders WHERE sale = s.id GROUP BY buyer) b) o
             WHERE s.id = ANY (?::bigint[])
            """;

    /** As another node does that takes all nodes for dead. */
    private static final String TAKE_OVER = """
            WITH pool AS MATERIALIZED (
                SELECT sale FROM sale_pool WHERE sale = ?::bigint AND NOT closed FOR UPDATE),
            taken AS (
                UPDATE sale_segment g SET epoch = epoch + 1, returned = granted - sold, granted = sold FROM pool
                 WHERE g.sale = pool.sale
                RETURNING g.sale, g.returned)
            UPDATE sale_pool p SET free = p.free + t.units
              FROM (SELECT sale, sum(returned) AS units FROM taken GROUP BY sale) t
             WHERE p.sale = t.sale AND t.units > 0
            """;

    private SaleAudit() {}

    /** What a statement on its way named, as it was seen to pass to a backend. */
    record Passed(int backend, String sale, long epoch, Instant at) {}

    static void install(Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(TRIGGERS);
        }
    }

    /** One snapshot of several sales, by their ids. */
    static Map<String, Snapshot> look(Connection database, List<String> sales) throws SQLException {
        Map<String, Snapshot> seen = new LinkedHashMap<>();
        try (PreparedStatement select = database.prepareStatement(SNAPSHOT)) {
            select.setQueryTimeout(10);
            select.setArray(
                    1,
                    database.createArrayOf(
                            "bigint", sales.stream().map(SaleAudit::number).toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    seen.put(
                            id(row, "id"),
                            new Snapshot(
                                    row.getInt("stock"),
                                    row.getBoolean("closed"),
                                    row.getInt("free"),
                                    row.getInt("held"),
                                    row.getInt("sold"),
                                    row.getInt("live"),
                                    row.getInt("ever"),
                                    row.getInt("paid"),
                                    row.getInt("most"),
                                    row.getInt("received"),
                                    row.getInt("available")));
                }
            }
        }
        return seen;
    }

    static void takeOver(Connection database, String sale) throws SQLException {
        try (PreparedStatement update = database.prepareStatement(TAKE_OVER)) {
            update.setLong(1, number(sale));
            update.executeUpdate();
        }
    }

    /** In the order in which they were given. */
    static List<Place> places(Connection database, String sale) throws SQLException {
        List<Place> places = new ArrayList<>();
        each(
                database,
                "SELECT buyer, key, quantity, ended_at IS NOT NULL AS ended, order_id FROM sale_waiter WHERE sale = ?"
                        + " ORDER BY place",
                sale,
                row -> places.add(new Place(
                        id(row, "buyer"),
                        row.getString("key"),
                        row.getInt("quantity"),
                        row.getBoolean("ended"),
                        row.getLong("order_id") == 0 ? null : id(row, "order_id"))));
        return places;
    }

    static List<Order> orders(Connection database, String sale) throws SQLException {
        List<Order> orders = new ArrayList<>();
        each(
                database,
                "SELECT id, buyer, key, quantity, stage FROM orders WHERE sale = ? ORDER BY id",
                sale,
                row -> orders.add(new Order(
                        id(row, "id"),
                        id(row, "buyer"),
                        row.getString("key"),
                        row.getInt("quantity"),
                        row.getString("stage"))));
        return orders;
    }

    static List<Step> steps(Connection database, String sale) throws SQLException {
        List<Step> steps = new ArrayList<>();
        each(
                database,
                "SELECT order_id, before, after, at, transaction FROM proof.step WHERE sale = ? ORDER BY n",
                sale,
                row -> steps.add(new Step(
                        id(row, "order_id"),
                        row.getString("before"),
                        row.getString("after"),
                        nanos(instant(row)),
                        row.getLong("transaction"))));
        return steps;
    }

    /** @param passed all that passed, in the order of their passing */
    static List<Selling> sellings(Connection database, String sale, List<Passed> passed) throws SQLException {
        List<Selling> sellings = new ArrayList<>();
        each(
                database,
                "SELECT node, epoch, units, at, backend, transaction FROM proof.selling WHERE sale = ? ORDER BY n",
                sale,
                row -> sellings.add(new Selling(
                        row.getLong("transaction"),
                        row.getString("node"),
                        row.getLong("epoch"),
                        named(passed, sale, row.getInt("backend"), instant(row)),
                        row.getInt("units"))));
        return sellings;
    }

    /** The backend works on one statement at a time: the last that passed to it is the one that sold. */
    private static @Nullable Long named(List<Passed> passed, String sale, int backend, Instant at) {
        for (Passed statement : passed.reversed()) {
            if (statement.backend() == backend && !statement.at().isAfter(at)) {
                return statement.sale().equals(sale) ? statement.epoch() : null;
            }
        }
        return null;
    }

    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    static void each(Connection database, String sql, String sale, RowReader reader) throws SQLException {
        try (PreparedStatement select = database.prepareStatement(sql)) {
            select.setLong(1, number(sale));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        }
    }

    private static Instant instant(ResultSet row) throws SQLException {
        return row.getObject("at", OffsetDateTime.class).toInstant();
    }

    static long nanos(ResultSet row, String column) throws SQLException {
        return nanos(row.getObject(column, OffsetDateTime.class).toInstant());
    }

    /** The same moment on this process's other clock; both run on one machine. */
    static long nanos(Instant instant) {
        return System.nanoTime() - ChronoUnit.NANOS.between(instant, Instant.now());
    }

    static long number(String id) {
        return Id.parse(id).value();
    }

    private static String id(ResultSet row, String column) throws SQLException {
        return Id.of(row.getLong(column)).toString();
    }
}
