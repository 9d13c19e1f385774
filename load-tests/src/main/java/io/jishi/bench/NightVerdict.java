package io.jishi.bench;

import io.jishi.core.Id;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Holds what the clients of a night were told against what the database has. */
final class NightVerdict {
    private static final Duration REST_MAX = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);

    private final NightPlan plan;
    private final NightClients clients;
    private final NightTalk talk;
    private final NightBuyers buyers;
    private final NightCouriers couriers;
    private final NightShelves shelves;
    private final List<String> sales;
    private final Connection database;
    private final List<Row> rows = new ArrayList<>();

    NightVerdict(
            NightPlan plan,
            NightClients clients,
            NightTalk talk,
            NightBuyers buyers,
            NightCouriers couriers,
            NightShelves shelves,
            List<String> sales,
            Connection database) {
        this.plan = plan;
        this.clients = clients;
        this.talk = talk;
        this.buyers = buyers;
        this.couriers = couriers;
        this.shelves = shelves;
        this.sales = sales;
        this.database = database;
    }

    /**
     * Blocks until nothing is on its way any more, or for two minutes; what is missing then is missing.
     *
     * @param progress told now and then what is waited for
     */
    void awaitRest(Consumer<String> progress) throws Exception {
        long start = System.nanoTime();
        long told = start;
        String rest = rest();
        while (!rest.isEmpty() && System.nanoTime() - start < REST_MAX.toNanos()) {
            if (System.nanoTime() - told > TELL_EVERY.toNanos()) {
                told = System.nanoTime();
                progress.accept("still on its way: " + rest);
            }
            Thread.sleep(LOOK_EVERY);
            rest = rest();
        }
    }

    /** What is on its way, in words; empty when nothing is. */
    private String rest() throws Exception {
        Map<String, Long> rest = new LinkedHashMap<>();
        rest.put(
                "open orders",
                count(
                        "SELECT count(*) FROM orders WHERE stage NOT IN ('delivered', 'cancelled', 'expired', 'refunded')"));
        rest.put("order events", count("SELECT count(*) FROM order_event WHERE published_at IS NULL"));
        rest.put("delivery events", count("SELECT count(*) FROM dispatch_event"));
        Set<String> unstored =
                new HashSet<>(clients.onLoop(() -> Set.copyOf(talk.accepted().keySet())));
        unstored.removeAll(storedComments().keySet());
        rest.put("comments to be stored", (long) unstored.size());
        clients.onLoop(() -> {
            rest.put("comments to be heard", (long) talk.accepted().size() - talk.heardOfAccepted());
            rest.put("order events to be heard", unheardEvents());
            rest.put("offers to be heard", unheardOffers());
            return rest;
        });
        return rest.entrySet().stream()
                .filter(part -> part.getValue() > 0)
                .map(part -> part.getValue() + " " + part.getKey())
                .collect(Collectors.joining(", "));
    }

    /** To be called on the clients' event loop. */
    List<Row> rows() throws SQLException {
        comments();
        stock();
        orders();
        lossless();
        deliveries();
        telemetry();
        return List.copyOf(rows);
    }

    /** What is worth knowing and no promise. */
    List<String> remarks() {
        return List.of(
                "calls made again after no answer or a temporary refusal: " + clients.retries(),
                "comments sent: " + talk.sent() + ", refused: " + talk.refused()
                        + "; the listener's subscription was ended by: " + talk.ending(),
                "claims: " + buyers.claims() + ", refused: " + buyers.refusals(),
                "couriers refused: " + couriers.refusals(),
                "telemetry that came again: " + shelves.resent() + " messages, refused: " + shelves.refusals());
    }

    private void comments() throws SQLException {
        int accepted = talk.accepted().size();
        Map<String, Long> stored = storedComments();
        atLeastOne("comments accepted", accepted);
        exactly("comments heard by the listener", talk.heardOfAccepted(), accepted, "= accepted");
        none("comments heard twice", talk.doubled());
        none("comments out of order", talk.outOfOrder());
        none("comments at another offset than acknowledged", talk.elsewhere());
        none("times that the listener lost its place", talk.lostPlace());
        none("comments without an answer", talk.unanswered());
        exactly(
                "accepted comments in the database",
                talk.accepted().keySet().stream().filter(stored::containsKey).count(),
                accepted,
                "= accepted");
        none(
                "comments stored with another offset than acknowledged",
                talk.accepted().entrySet().stream()
                        .filter(entry -> stored.containsKey(entry.getKey())
                                && !Objects.equals(stored.get(entry.getKey()), entry.getValue()))
                        .count());
        none(
                "comments stored that nobody was told of",
                stored.size()
                        - talk.accepted().keySet().stream()
                                .filter(stored::containsKey)
                                .count()
                        - talk.unanswered());
    }

    private Map<String, Long> storedComments() throws SQLException {
        Map<String, Long> stored = new HashMap<>();
        each("SELECT id, channel_offset FROM room_comment", row -> stored.put(id(row, 1), row.getLong(2)));
        return stored;
    }

    private void stock() throws SQLException {
        long units = count(
                "SELECT coalesce(sum(quantity), 0) FROM orders WHERE stage NOT IN ('cancelled', 'expired', 'refunded')");
        exactly("units sold", units, plan.stock(), "= stock of " + sales.size() + " sales");
        none("sales that sold another number than their stock", count("""
                SELECT count(*) FROM sale s WHERE s.quantity <> (SELECT coalesce(sum(o.quantity), 0) FROM orders o
                WHERE o.sale = s.id AND o.stage NOT IN ('cancelled', 'expired', 'refunded'))
                """));
        none("sales whose units do not add up", count("""
                SELECT count(*) FROM sale s JOIN sale_pool p ON p.sale = s.id
                WHERE NOT p.closed AND s.quantity <> p.free
                  + (SELECT coalesce(sum(g.granted - g.sold), 0) FROM sale_segment g WHERE g.sale = s.id)
                  + (SELECT coalesce(sum(o.quantity), 0) FROM orders o
                     WHERE o.sale = s.id AND o.stage NOT IN ('cancelled', 'expired', 'refunded'))
                """));
        none("SKUs whose stock is not the sum of its movements", count("""
                SELECT count(*) FROM sku k WHERE k.available
                  <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_movement m WHERE m.sku = k.id)
                """));
    }

    private void orders() throws SQLException {
        Map<String, String> stored = new HashMap<>();
        Set<String> paid = new HashSet<>();
        each("SELECT id, buyer, key, paid_at IS NOT NULL FROM orders", row -> {
            stored.put(id(row, 2) + " " + row.getString(3), id(row, 1));
            if (row.getBoolean(4)) {
                paid.add(id(row, 1));
            }
        });
        Map<String, String> told = buyers.orders();
        exactly("orders acknowledged", told.size(), plan.stock(), "= stock");
        none(
                "acknowledged orders missing after the kills",
                told.entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(stored.get(entry.getKey())))
                        .count());
        none(
                "orders that nobody was told of",
                stored.keySet().stream().filter(key -> !told.containsKey(key)).count());
        none(
                "keys with two orders",
                count("SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY buyer, sale, key HAVING count(*) > 1) t"));
        none("claims without a final answer", buyers.unanswered());
        none("payments without a final answer", buyers.unpaid());
        none(
                "acknowledged payments missing",
                buyers.paid().stream().filter(order -> !paid.contains(order)).count());
        none("orders paid twice", count("""
                SELECT count(*) FROM (SELECT 1 FROM payment WHERE stage = 'approved'
                GROUP BY order_id HAVING count(*) > 1) t
                """));
    }

    private void lossless() throws SQLException {
        atLeastOne("messages to buyers on their own channels", buyers.messages());
        none("gaps in buyers' channels", buyers.gaps());
        none("order events that their buyer never heard", unheardEvents());
        none("gaps in couriers' channels", couriers.gaps());
        none("offers that their courier never heard", unheardOffers());
    }

    private long unheardOffers() throws SQLException {
        Set<String> heard = couriers.offersHeard();
        long[] unheard = new long[1];
        each("SELECT id FROM delivery_offer", row -> unheard[0] += heard.contains(id(row, 1)) ? 0 : 1);
        return unheard[0];
    }

    private long unheardEvents() throws SQLException {
        Map<String, Set<String>> heard = buyers.events();
        long[] unheard = new long[1];
        each(
                "SELECT id, buyer FROM order_event",
                row -> unheard[0] += heard.getOrDefault(id(row, 2), Set.of()).contains(id(row, 1)) ? 0 : 1);
        return unheard[0];
    }

    private void deliveries() throws SQLException {
        exactly(
                "deliveries to buyers made",
                count("SELECT count(*) FROM delivery WHERE order_id IS NOT NULL AND stage = 'delivered'"),
                plan.stock(),
                "= stock");
        none("deliveries with two active assignments", count("""
                SELECT count(*) FROM (SELECT 1 FROM delivery_assignment WHERE ended_at IS NULL
                GROUP BY delivery_id HAVING count(*) > 1) t
                """));
        none("deliveries whose assignments overlapped", count("""
                SELECT count(*) FROM delivery_assignment a JOIN delivery_assignment b
                  ON a.delivery_id = b.delivery_id AND a.offer_id < b.offer_id
                WHERE a.started_at < coalesce(b.ended_at, 'infinity') AND b.started_at < coalesce(a.ended_at, 'infinity')
                """));
        Set<String> assignments = new HashSet<>();
        each(
                "SELECT offer_id, delivery_id, courier_id FROM delivery_assignment",
                row -> assignments.add(id(row, 1) + " " + id(row, 2) + " " + id(row, 3)));
        none(
                "acknowledged accepts missing",
                couriers.accepted().stream()
                        .filter(accept -> !assignments.contains(accept))
                        .count());
        Map<String, String> handed = new HashMap<>();
        each(
                "SELECT id, courier_id FROM delivery WHERE stage = 'delivered'",
                row -> handed.put(id(row, 1), id(row, 2)));
        none(
                "acknowledged hand-overs missing or by another courier",
                couriers.delivered().entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(handed.get(entry.getKey())))
                        .count());
        none("hand-overs acknowledged to two couriers", couriers.deliveredTwice());
    }

    private void telemetry() throws SQLException {
        if (plan.shelves() == 0) {
            return;
        }
        Map<String, Long> acknowledged = shelves.acknowledged();
        Map<String, Long> below = new HashMap<>();
        long[] wrong = new long[2];
        each("SELECT device_id, sequence, value FROM telemetry", row -> {
            String device = id(row, 1);
            long sequence = row.getLong(2);
            if (sequence <= acknowledged.getOrDefault(device, 0L)) {
                below.merge(device, 1L, Long::sum);
            } else {
                wrong[0]++;
            }
            wrong[1] += row.getDouble(3) == NightShelves.value(sequence) ? 0 : 1;
        });
        long total = acknowledged.values().stream().mapToLong(Long::longValue).sum();
        atLeastOne("telemetry messages acknowledged", total);
        exactly("telemetry messages measured", shelves.measured(), total, "= acknowledged");
        exactly(
                "acknowledged telemetry messages stored",
                below.values().stream().mapToLong(Long::longValue).sum(),
                total,
                "= acknowledged");
        none(
                "devices with messages missing or doubled",
                acknowledged.entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(below.getOrDefault(entry.getKey(), 0L)))
                        .count());
        none("telemetry messages stored beyond those acknowledged", wrong[0]);
        none("telemetry messages stored with another value", wrong[1]);
    }

    private void none(String metric, long count) {
        rows.add(Row.of(metric, (double) count, "").atMost(0));
    }

    private void atLeastOne(String metric, long count) {
        rows.add(Row.of(metric, (double) count, "").atLeast(1));
    }

    private void exactly(String metric, long count, long wanted, String target) {
        rows.add(new Row(metric, (double) count, "", Long.toString(wanted), null, target, count == wanted));
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void each(String sql, RowReader reader) throws SQLException {
        try (PreparedStatement select = database.prepareStatement(sql);
                ResultSet result = select.executeQuery()) {
            while (result.next()) {
                reader.read(result);
            }
        }
    }

    private long count(String sql) throws SQLException {
        long[] count = new long[1];
        each(sql, row -> count[0] = row.getLong(1));
        return count[0];
    }

    private static String id(ResultSet row, int column) throws SQLException {
        return Id.of(row.getLong(column)).toString();
    }
}
