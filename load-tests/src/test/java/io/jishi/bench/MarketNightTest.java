package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small market night with real processes, which each rule looks at from its own side. */
class MarketNightTest {
    @TempDir
    static Path directory;

    private static List<Row> rows = List.of();

    @BeforeAll
    static void liveThroughANight() throws Exception {
        NightPlan plan = new NightPlan(
                7,
                100,
                20,
                5,
                10,
                MarketNightBench.generated(300, 7),
                Duration.ofSeconds(6),
                List.of(NightPlan.Fault.DATABASE, NightPlan.Fault.NODE_2));
        rows = MarketNight.run(directory, plan, System.out::println);
    }

    @Test
    @DisplayName("[CL5] a rush in whose middle a node or the database is killed sells exactly its stock")
    void sellsExactlyItsStock() {
        assertMet(
                "units sold",
                "sales that sold another number than their stock",
                "sales whose units do not add up",
                "SKUs whose stock is not the sum of its movements");
    }

    @Test
    @DisplayName("[CL6] every order and payment that was acknowledged is there once after the kills, and no other")
    void keepsAcknowledgedOrders() {
        assertMet(
                "orders acknowledged",
                "acknowledged orders missing after the kills",
                "orders that nobody was told of",
                "keys with two orders",
                "claims without a final answer",
                "payments without a final answer",
                "acknowledged payments missing",
                "orders paid twice");
    }

    @Test
    @DisplayName(
            "[CL7] every accepted comment is stored once, and heard once and in order where the listener's node died")
    void keepsAcceptedComments() {
        assertMet(
                "comments accepted",
                "comments heard by the listener",
                "comments heard twice",
                "comments out of order",
                "comments at another offset than acknowledged",
                "times that the listener lost its place",
                "comments without an answer",
                "accepted comments in the database",
                "comments stored with another offset than acknowledged",
                "comments stored that nobody was told of");
    }

    @Test
    @DisplayName("[CL8] every acknowledged message of a device is stored once and unchanged after the kills")
    void keepsAcknowledgedTelemetry() {
        assertMet(
                "telemetry messages acknowledged",
                "telemetry messages measured",
                "acknowledged telemetry messages stored",
                "devices with messages missing or doubled",
                "telemetry messages stored beyond those acknowledged",
                "telemetry messages stored with another value");
    }

    @Test
    @DisplayName("[CL9] buyers and couriers hear all that happens to them without a gap, whatever is killed")
    void leavesNoGapInLosslessChannels() {
        assertMet(
                "messages to buyers on their own channels",
                "gaps in buyers' channels",
                "order events that their buyer never heard",
                "gaps in couriers' channels",
                "offers that their courier never heard");
    }

    @Test
    @DisplayName("[CL10] every paid order is delivered once, by one courier at a time, whatever is killed")
    void deliversEveryPaidOrder() {
        assertMet(
                "deliveries to buyers made",
                "deliveries with two active assignments",
                "deliveries whose assignments overlapped",
                "acknowledged accepts missing",
                "acknowledged hand-overs missing or by another courier",
                "hand-overs acknowledged to two couriers");
    }

    @Test
    @DisplayName("[CL13] no event loop is blocked and no buffer leaks, whatever is killed")
    void blocksNothing() {
        assertMet("event loops blocked for over 5 s, buffers leaked");
    }

    private static void assertMet(String... metrics) {
        assertThat(rows.stream().filter(row -> Arrays.asList(metrics).contains(row.metric())))
                .hasSize(metrics.length)
                .allSatisfy(row -> assertThat(Objects.requireNonNull(row.met()))
                        .describedAs("%s", row)
                        .isTrue());
    }
}
