package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.RecoveryRun.Blow;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run of {@code ./jishi bench recovery} with one kill more, which each rule looks at from its own side. */
class RecoveryTest {
    private static final int CLIENTS = 60;

    @TempDir
    static Path directory;

    private static List<Row> rows = List.of();

    @BeforeAll
    static void run() throws Exception {
        int seed = ThreadLocalRandom.current().nextInt(1, 1_000_000);
        RecoveryRun.Plan plan = new RecoveryRun.Plan(seed, CLIENTS, 6, 10, List.of(Blow.KILL, Blow.KILL, Blow.DRAIN));
        rows = RecoveryBench.rows(RecoveryRun.run(directory, plan, System.out::println));
    }

    @Test
    @DisplayName(
            "[RT67] of three processes two die one after the other: what was acknowledged is in the log once, in order")
    void keepsWhatWasAcknowledged() {
        assertMet("publications acknowledged", 1);
        assertMet("acknowledged publications missing from the history", 1);
        assertMet("acknowledged publications at another offset", 1);
        assertMet("publications twice in the history", 1);
        assertMet("publications before one that was acknowledged earlier", 1);
    }

    @Test
    @DisplayName("[RT67] every listener of three processes, two of which die, hears all of the log once and in order")
    void losesNothing() {
        assertMet("publications heard", 1);
        assertMet("publications lost at a listener", 1);
        assertMet("publications doubled at a listener", 1);
        assertMet("publications out of order at a listener", 1);
        assertMet("publications that another listener heard otherwise", 1);
        assertMet("publications heard otherwise than the history has them", 1);
        assertMet("listeners that lost their place", 1);
        assertMet("listeners that had not heard all at the end", 1);
        assertMet("event loops blocked for over 5 s, buffers leaked", 1);
    }

    @Test
    @DisplayName("[RT65] the log of a channel is read once by each node that the listeners of a dead one come to")
    void readsOnce() {
        assertMet(CLIENTS + " listeners, a node killed: reads of logs, for each channel and node it was new to", 2);
        assertMet(CLIENTS + " listeners, a node stopped: reads of logs, for each channel and node it was new to", 1);
    }

    @Test
    @DisplayName("[RT66] all listeners of a node that stops are told to come back, and are back on the others")
    void moves() {
        assertMet(CLIENTS + " listeners, a node stopped: listeners it had, all back", 1);
        assertMet("listeners that were told not to come back", 1);
    }

    private static void assertMet(String metric, int times) {
        assertThat(rows.stream().filter(row -> row.metric().equals(metric)))
                .hasSize(times)
                .allSatisfy(row -> assertThat(Objects.requireNonNull(row.met()))
                        .describedAs("%s", row)
                        .isTrue());
    }
}
