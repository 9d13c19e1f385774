package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.FaultPlan.Audience;
import io.jishi.bench.FaultPlan.Nemesis;
import io.jishi.bench.SaleVerdict.Promise;
import io.jishi.bench.SaleVerdict.Violation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handful of runs of {@code ./jishi bench sale-faults}, which each rule looks at from its own side. */
class SaleFaultsTest {
    private static final int NODES = 2;
    private static final int BUYERS = 16;
    private static final int SALES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(75);

    @TempDir
    static Path directory;

    private static final List<Violation> VIOLATIONS = new ArrayList<>();
    private static int yes;
    private static int traps;

    @BeforeAll
    static void run() throws Exception {
        long seed = ThreadLocalRandom.current().nextInt(1_000_000);
        SaleFaults.Options options =
                new SaleFaults.Options(seed, NODES, BUYERS, SALES, PATIENCE, UnaryOperator.identity());
        try (SaleFaults faults = SaleFaults.start(directory, options)) {
            run(
                    faults,
                    FaultPlan.of(1, List.of(Nemesis.AFTER_COMMIT), NODES, BUYERS, SALES)
                            .with(List.of(
                                    new FaultPlan.Sale(4, 1, 5, 10, Audience.MEMBERS, true, Duration.ZERO),
                                    new FaultPlan.Sale(20, 2, 5, BUYERS, Audience.FOLLOWERS, false, Duration.ZERO))));
            run(faults, FaultPlan.of(2, List.of(Nemesis.LATE_AND_TAKEN_OVER), NODES, BUYERS, SALES));
            run(faults, FaultPlan.of(seed, List.of(Nemesis.KILL_NODE), NODES, BUYERS, SALES));
            traps = faults.trapsSprung();
        }
    }

    private static void run(SaleFaults faults, FaultPlan plan) throws Exception {
        System.out.println(plan);
        SaleFaults.Outcome outcome = faults.run(plan);
        VIOLATIONS.addAll(outcome.violations());
        yes += (int) outcome.evidence().stream()
                .flatMap(evidence -> evidence.attempts().stream())
                .filter(attempt -> attempt.answer() instanceof SaleEvidence.Answer.Yes)
                .count();
    }

    @Test
    @DisplayName(
            "[FS12][FS14] whatever fails, units are neither lost nor doubled, and demand above stock sells the stock")
    void unitsAddUp() {
        assertThat(yes).isPositive();
        assertThat(traps).isPositive();
        assertKept(Promise.CONSERVATION, Promise.ALL_SOLD, Promise.LIMIT);
    }

    @Test
    @DisplayName(
            "[FS26] whatever fails, what buyers heard of their claims is what the database did, one after the other")
    void answersAreKept() {
        assertKept(Promise.YES_IS_KEPT, Promise.NO_IS_KEPT, Promise.ONE_ANSWER, Promise.ANSWERED, Promise.SERIAL);
    }

    @Test
    @DisplayName("[FS6] whatever fails, no batch takes units under another epoch than it names")
    void epochsHold() {
        assertKept(Promise.EPOCH);
    }

    @Test
    @DisplayName(
            "[OR7][LE8] whatever fails, an order is paid or lets go of its units, never both, and the books balance")
    void ordersAndBooks() {
        assertKept(Promise.EITHER_OR, Promise.TOLD_IS_KEPT, Promise.BOOKS);
    }

    @Test
    @DisplayName(
            "[FS36][FS41][FS44][FS49] whatever fails, nobody buys past the waiting room, the waiting list, or whom a sale is for")
    void nobodyGetsPast() {
        assertKept(Promise.TURNS, Promise.INVITED, Promise.IN_ORDER);
    }

    private static void assertKept(Promise... promises) {
        Set<Promise> kept = EnumSet.noneOf(Promise.class);
        kept.addAll(List.of(promises));
        assertThat(VIOLATIONS)
                .filteredOn(violation -> kept.contains(violation.promise()))
                .isEmpty();
    }
}
