package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.FaultPlan.Audience;
import io.jishi.bench.FaultPlan.Nemesis;
import io.jishi.bench.SaleVerdict.Promise;
import io.jishi.bench.SaleVerdict.Violation;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proof can fail: with one guard taken out of the statements on their way to the database, or out of the table, it
 * sees violations.
 */
@Tag("slow")
class SaleMutationTest {
    private static final int NODES = 2;
    private static final int BUYERS = 16;
    private static final int SALES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(12);
    private static final int RUNS_MAX = 4;

    @TempDir
    static Path directory;

    private static volatile UnaryOperator<String> mutation = UnaryOperator.identity();
    private static final AtomicInteger ALTERED = new AtomicInteger();
    private static SaleFaults faults;

    @BeforeAll
    static void start() throws Exception {
        faults = SaleFaults.start(
                directory, new SaleFaults.Options(1, NODES, BUYERS, SALES, PATIENCE, SaleMutationTest::alter));
    }

    @AfterAll
    static void stop() throws Exception {
        faults.close();
    }

    private static String alter(String sql) {
        String altered = mutation.apply(sql);
        if (!altered.equals(sql)) {
            ALTERED.incrementAndGet();
        }
        return altered;
    }

    @Test
    @DisplayName("[FS28] without the test of the epoch the proof is red")
    void withoutEpoch() throws Exception {
        assertRed(Promise.BOOKS, sql -> sql.replaceAll("(g\\.)?epoch = \\$3", "\\$3::bigint IS NOT NULL"));
    }

    @Test
    @DisplayName("[FS28] where a batch does not look for the orders of its keys the proof is red")
    void withoutEarlier() throws Exception {
        assertRed(
                Promise.BOOKS,
                sql -> sql.replace(
                        "max(orders.id) FILTER (WHERE orders.key = i.key) AS earlier", "NULL::bigint AS earlier"));
    }

    @Test
    @DisplayName("[FS28] where a retry does not look for its order before it hears no the proof is red")
    void withoutLookUp() throws Exception {
        assertRed(
                Promise.BOOKS,
                sql -> sql.replace("(SELECT array_agg(id) FROM found) AS found", "NULL::bigint[] AS found"));
    }

    @Test
    @DisplayName("[FS28] where the deadline does not ask whether an order is paid the proof is red")
    void withoutStage() throws Exception {
        assertRed(
                Promise.BOOKS, // the table refuses that a paid order expires, and then none does
                sql -> sql.replaceAll(
                        "(o\\.)?stage IN \\('reserved', 'awaiting_payment'\\) AND (o\\.)?pay_before <= ",
                        "$2pay_before <= "));
    }

    @Test
    @DisplayName("[FS28] where a payment does not ask whether the deadline has come the proof is red")
    void withoutDeadline() throws Exception {
        assertRed(
                Promise.BOOKS,
                sql -> sql.contains("SET stage = 'paid'")
                        ? sql.replace("AND pay_before > $2", "AND $2::timestamptz IS NOT NULL")
                        : sql);
    }

    @Test
    @DisplayName("[FS28] where a payment does not ask for the stage of its order the proof is red")
    void withoutStageOfPayment() throws Exception {
        assertRed(
                Promise.BOOKS,
                sql -> sql.contains("SET stage = 'paid'")
                        ? sql.replace("stage IN ('reserved', 'awaiting_payment')", "stage IS NOT NULL")
                        : sql);
    }

    @Test
    @DisplayName("[FS28] where the last who wait are served first the proof is red")
    void withoutOrder() throws Exception {
        assertRed(
                Promise.IN_ORDER,
                sql -> sql.replace(
                        "w.place > $3 ORDER BY w.place LIMIT $4", "w.place > $3 ORDER BY w.place DESC LIMIT $4"));
    }

    @Test
    @DisplayName("[FS28] where units are offered to who waits and stay in the pool as well the proof is red")
    void withoutTaking() throws Exception {
        assertRed(
                Promise.CONSERVATION,
                sql -> sql.replace(
                        "SET free = free - (SELECT coalesce(sum(quantity), 0) FROM inserted),", "SET free = free,"));
    }

    @Test
    @DisplayName("[FS28] where anybody is taken for a guest the proof is red")
    void withoutList() throws Exception {
        assertRed(
                Promise.INVITED,
                sql -> sql.replace(
                        "SELECT buyer FROM sale_guest WHERE sale = $1 AND buyer = ANY ($2::bigint[])",
                        "SELECT buyer FROM unnest($2::bigint[]) AS p (buyer) WHERE $1::bigint > 0"));
    }

    @Test
    @DisplayName("[FS28] where anybody is taken for a member, or for a follower, the proof is red")
    void withoutMembersAndFollowers() throws Exception {
        assertRed(
                Promise.INVITED,
                plan(Audience.MEMBERS, false),
                sql -> sql.replace(
                        "SELECT account FROM member WHERE account = ANY ($1::bigint[])",
                        "SELECT account FROM unnest($1::bigint[]) AS p (account)"));
        assertRed(
                Promise.INVITED,
                plan(Audience.FOLLOWERS, false),
                sql -> sql.replace(
                        "SELECT follower FROM follow WHERE host = $1 AND follower = ANY ($2::bigint[]) AND since < $3",
                        "SELECT follower FROM unnest($2::bigint[]) AS p (follower)"
                                + " WHERE $1::bigint > 0 AND $3::timestamptz IS NOT NULL"));
    }

    @Test
    @DisplayName("[FS28] where those who come before the start are not shuffled the proof is red")
    void withoutShuffle() throws Exception {
        assertRed(
                Promise.TURNS,
                plan(Audience.ALL, true),
                sql -> sql.replace("drawn = joined WHERE", "drawn = 0 WHERE")
                        .replace("CASE WHEN $5 THEN l.joined END", "CASE WHEN $5 THEN 0 END"));
    }

    @Test
    @DisplayName("[FS28] where who asks again gets another ticket the proof is red")
    void withoutOneTicket() throws Exception {
        assertRed(
                Promise.TURNS,
                plan(Audience.ALL, true),
                sql -> sql.replace("WHERE asked.ticket IS NULL OR asked.ticket = asked.gave_up", "")
                        .replace("WHERE a.ticket = excluded.gave_up", ""));
    }

    @Test
    @DisplayName("[FS28] where a node believes in turns that are longer than they are the proof is red")
    void withoutEndOfTurn() throws Exception {
        assertRed(
                Promise.TURNS,
                plan(Audience.ALL, true),
                sql -> sql.replace(
                        "SELECT first_place, last_place, ends_at FROM",
                        "SELECT first_place, last_place, ends_at + interval '1 hour' AS ends_at FROM"));
    }

    @Test
    @DisplayName("[FS28] where more turns are open than what is left can serve the proof is red")
    void withoutPromise() throws Exception {
        assertRed(
                Promise.TURNS,
                plan(Audience.ALL, true),
                sql -> sql.replace("FROM turns) AS promised", "FROM turns) - 1000 AS promised"));
    }

    /** A sale without trouble, of few units for many. */
    private static FaultPlan plan(Audience audience, boolean hasLobby) {
        return FaultPlan.of(1, List.of(Nemesis.NOTHING), NODES, BUYERS, 1)
                .with(List.of(new FaultPlan.Sale(5, 1, 5, BUYERS, audience, hasLobby, Duration.ZERO)));
    }

    @Test
    @DisplayName("[FS28] without the unique key the proof is red")
    void withoutUniqueKey() throws Exception {
        try (Connection database = faults.servers().connect()) {
            execute(database, "ALTER TABLE orders DROP CONSTRAINT orders_one_per_key");
            try {
                assertThat(violations(1)).extracting(Violation::promise).contains(Promise.BOOKS);
            } finally {
                execute(database, "ALTER TABLE orders ADD CONSTRAINT orders_one_per_key UNIQUE (buyer, sale, key)");
            }
        }
        assertThat(violations(2)).isEmpty();
    }

    /** A statement that is prepared before the mutation would go on as it was: all connections are made anew. */
    private static void assertRed(Promise promise, UnaryOperator<String> altered) throws Exception {
        assertRed(promise, null, altered);
    }

    /** @param plan what is run; plans from seeds where it is null */
    private static void assertRed(Promise promise, @Nullable FaultPlan plan, UnaryOperator<String> altered)
            throws Exception {
        int before = ALTERED.get();
        mutation = altered;
        faults.resetDatabase();
        try {
            boolean red = false;
            for (int run = 0; run < RUNS_MAX && !red; run++) {
                List<Violation> seen =
                        plan == null ? violations(10 + run) : faults.run(plan).violations();
                red = seen.stream().anyMatch(violation -> violation.promise() == promise);
            }
            assertThat(ALTERED).hasValueGreaterThan(before);
            assertThat(red).isTrue();
        } finally {
            mutation = UnaryOperator.identity();
            faults.resetDatabase();
        }
    }

    private static List<Violation> violations(long seed) throws Exception {
        return faults.run(FaultPlan.of(seed, List.of(Nemesis.NOTHING), NODES, BUYERS, SALES)
                        .withoutLobbies())
                .violations();
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }
}
