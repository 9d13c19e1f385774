package io.jishi.bench;

import io.jishi.bench.RecoveryRun.Blow;
import io.jishi.bench.RecoveryRun.Effect;
import io.jishi.bench.RecoveryRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How soon the listeners of a node that is killed, and of one that is stopped, are back on the others with all that they
 * missed; and that nothing was lost, doubled or reordered meanwhile, and nothing that was acknowledged.
 */
public final class RecoveryBench implements Benchmark {
    private static final double RECOVERED_MILLIS_MAX = 5_000;

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String oneLine() {
        return "three nodes, one killed with -9, then another stopped: until its listeners are back with all they missed"
                + " (sizes: clients, channels, rate, seed)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofSeconds(100);
    }

    @Override
    public List<Row> run(Context context) throws IOException, InterruptedException {
        RecoveryRun.Plan plan = new RecoveryRun.Plan(
                context.number("seed", 1),
                context.number("clients", 10_000),
                context.number("channels", 15),
                context.number("rate", 2),
                List.of(Blow.KILL, Blow.DRAIN));
        return rows(RecoveryRun.run(
                Files.createDirectory(context.directory().resolve("recovery")), plan, context::progress));
    }

    static List<Row> rows(Outcome outcome) {
        List<Row> rows = new ArrayList<>();
        outcome.effects().forEach(effect -> rows.addAll(rows(outcome, effect)));
        RecoveryFaults.Count heard = outcome.heard();
        rows.add(count("publications heard", heard.heard()).atLeast(1));
        rows.add(none("publications lost at a listener", heard.lost()));
        rows.add(none("publications doubled at a listener", heard.doubled()));
        rows.add(none("publications out of order at a listener", heard.reordered()));
        rows.add(none("publications that another listener heard otherwise", heard.different()));
        rows.add(none("listeners that lost their place", heard.unrecovered()));
        rows.add(none("listeners that were told not to come back", heard.expelled()));
        rows.add(none("listeners that had not heard all at the end", heard.behind()));
        rows.add(count("attempts to connect or subscribe that were refused", heard.refused()));
        RecoveryVerdict verdict = outcome.verdict();
        rows.add(count("publications acknowledged", verdict.acknowledged()).atLeast(1));
        rows.add(count("publications nobody answered for", outcome.unknown()));
        rows.add(none("acknowledged publications missing from the history", verdict.missing()));
        rows.add(none("acknowledged publications at another offset", verdict.elsewhere()));
        rows.add(none("publications twice in the history", verdict.doubled()));
        rows.add(none("publications before one that was acknowledged earlier", verdict.outOfOrder()));
        rows.add(none("publications heard otherwise than the history has them", verdict.otherwiseHeard()));
        rows.add(none("event loops blocked for over 5 s, buffers leaked", outcome.complaints()));
        return rows;
    }

    private static Row count(String metric, long count) {
        return Row.of(metric, (double) count, "");
    }

    private static Row none(String metric, long count) {
        return count(metric, count).atMost(0);
    }

    private static List<Row> rows(Outcome outcome, Effect effect) {
        String what = outcome.plan().clients() + " listeners, a node "
                + switch (effect.blow()) {
                    case KILL -> "killed: ";
                    case DRAIN -> "stopped: ";
                };
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(
                        what + "listeners it had, all back",
                        effect.back().since().count(),
                        "")
                .against("it had", effect.had().listeners())
                .ratioAtLeast(1));
        rows.add(Row.of(what + "back after the blow, p50", effect.back().since().p50Millis(), "ms"));
        rows.add(withTarget(
                Row.of(what + "back after the blow, p99", effect.back().since().p99Millis(), "ms"),
                effect.blow() == Blow.KILL));
        rows.add(
                Row.of(what + "back after the blow, last", effect.back().since().maxMillis(), "ms"));
        rows.add(Row.of(what + "without a connection, p50", effect.back().each().p50Millis(), "ms"));
        rows.add(withTarget(
                Row.of(what + "without a connection, p99", effect.back().each().p99Millis(), "ms"),
                effect.blow() == Blow.DRAIN));
        rows.add(Row.of(
                what + "back a second",
                effect.had().listeners() * 1_000.0 / effect.back().since().maxMillis(),
                "listeners/s"));
        rows.add(Row.of(
                        what + "reads of logs, for each channel and node it was new to",
                        effect.reads() / effect.had().newElsewhere(),
                        "")
                .atMost(1));
        return rows;
    }

    private static Row withTarget(Row row, boolean has) {
        return has ? row.atMost(RECOVERED_MILLIS_MAX) : row;
    }
}
