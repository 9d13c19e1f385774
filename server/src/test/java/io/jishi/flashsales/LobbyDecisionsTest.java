package io.jishi.flashsales;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The decisions of waiting rooms, without a database. */
class LobbyDecisionsTest {
    private static final String SEED = "5eed".repeat(16);

    @Test
    @DisplayName("[FS42] the order is that of the hashes, as anybody can compute it who knows seed and count")
    void audit() throws Exception {
        int count = 500;
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        List<Integer> order = IntStream.rangeClosed(1, count)
                .boxed()
                .sorted(Comparator.comparing(
                        ticket -> new BigInteger(1, sha.digest((SEED + ":" + count + ":" + ticket).getBytes()))))
                .toList();
        Draw draw = Draw.of(SEED, count);
        for (int i = 0; i < count; i++) {
            assertThat(draw.place(order.get(i))).isEqualTo(i + 1);
            assertThat(draw.ticket(i + 1)).isEqualTo(order.get(i));
        }
        assertThat(draw.place(501)).isEqualTo(501);
        assertThat(draw.ticket(502)).isEqualTo(502);
        LobbyTerms terms = new LobbyTerms(Duration.ofMinutes(1), SEED, SEED);
        assertThat(terms.commitment()).isEqualTo(HexFormat.of().formatHex(sha.digest(SEED.getBytes())));
        assertThat(terms.toString()).doesNotContain(SEED);
        assertThat(LobbyTerms.with(Duration.ofMinutes(1)).seed())
                .hasSize(64)
                .isNotEqualTo(LobbyTerms.with(Duration.ofMinutes(1)).seed());
    }

    /**
     * Each of 20 tickets is to come to each of 20 places about equally often. With 8,000 draws the sum of squared
     * deviations over the expectation follows a chi-square distribution with 19 × 19 = 361 degrees of freedom, which is
     * beyond 361 + 6 standard deviations (√722 each) about once in a thousand million runs.
     */
    @Test
    @DisplayName("[FS42] every ticket comes to every place equally often, whenever it came")
    void uniform() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int tickets = 20;
        int draws = 8_000;
        int[][] seen = new int[tickets + 1][tickets + 1];
        byte[] bytes = new byte[32];
        for (int i = 0; i < draws; i++) {
            random.nextBytes(bytes);
            Draw draw = Draw.of(HexFormat.of().formatHex(bytes), tickets);
            for (int ticket = 1; ticket <= tickets; ticket++) {
                seen[ticket][draw.place(ticket)]++;
            }
        }
        double expected = (double) draws / tickets;
        double chiSquare = 0;
        for (int ticket = 1; ticket <= tickets; ticket++) {
            for (int place = 1; place <= tickets; place++) {
                chiSquare += Math.pow(seen[ticket][place] - expected, 2) / expected;
            }
        }
        assertThat(chiSquare).as("seed %d", seed).isBetween(361 - 6 * Math.sqrt(722), 361 + 6 * Math.sqrt(722));
    }

    @Test
    @DisplayName("[FS45] no more turns are open than what is left can serve; the last units are offered one at a time")
    void plan() {
        LobbyState lobby = new LobbyState(1_000, 900, 100, 0, 0);
        assertThat(next(lobby, 50, 10, 0, 0, 2, 500)).isEqualTo(new TurnPlan(125, 125, 160));
        assertThat(next(lobby, 50, 10, 0, 0, 2, 5)).isEqualTo(new TurnPlan(105, 125, 160));
        assertThat(next(lobby, 50, 10, 40, 15, 2, 500)).isEqualTo(new TurnPlan(105, 105, 145));
        assertThat(next(lobby, 50, 0, 50, 25, 2, 500)).isEqualTo(new TurnPlan(100, 100, 125));
        assertThat(next(lobby, 3, 0, 0, 0, 5, 500)).isEqualTo(new TurnPlan(101, 101, 103));
        assertThat(next(lobby, 3, 0, 5, 1, 5, 500)).isEqualTo(new TurnPlan(100, 100, 102));
        assertThat(next(lobby, 0, 7, 0, 0, 1, 500)).isEqualTo(new TurnPlan(100, 100, 107));
        assertThat(next(lobby, 0, 0, 0, 0, 1, 500)).isEqualTo(new TurnPlan(100, 100, 100));
        assertThat(next(new LobbyState(101, 90, 100, 0, 0), 50, 0, 0, 0, 1, 500).admitted())
                .isEqualTo(101);
    }

    private static TurnPlan next(LobbyState lobby, int left, int unpaid, int promised, int empty, int limit, int pace) {
        return TurnPlan.next(lobby, new TurnPlan.Units(left, unpaid, promised, empty), limit, pace);
    }

    @Test
    @DisplayName("[FS44] a pass is good for its buyer, its sale and its time alone")
    void passes() {
        Passes passes = new Passes(SEED);
        Instant until = Instant.parse("2026-01-01T12:00:00Z");
        Instant now = until.minusMillis(1);
        Id<Sale> sale = Id.of(7);
        Id<User> buyer = Id.of(8);
        String pass = passes.issue(sale, buyer, until);
        assertThat(pass).hasSizeLessThan(64).matches("[A-Za-z0-9._-]+");
        assertThat(passes.judge(pass, sale, buyer, now)).isEqualTo(Passes.Verdict.GOOD);
        assertThat(passes.judge(pass, sale, buyer, until)).isEqualTo(Passes.Verdict.OVER);
        assertThat(passes.judge(pass, sale, Id.of(9), now)).isEqualTo(Passes.Verdict.FORGED);
        assertThat(passes.judge(pass, Id.of(9), buyer, now)).isEqualTo(Passes.Verdict.FORGED);
        assertThat(new Passes("0" + SEED.substring(1)).judge(pass, sale, buyer, now))
                .isEqualTo(Passes.Verdict.FORGED);
        String later = Long.toString(until.toEpochMilli() + 60_000, 36) + pass.substring(pass.indexOf('.'));
        for (String forged :
                new String[] {null, "", ".", "x", "x.y", later, pass + "a", pass.substring(1), "-" + pass}) {
            assertThat(passes.judge(forged, sale, buyer, now)).as(forged).isEqualTo(Passes.Verdict.FORGED);
        }
    }
}
