package io.jishi.bench;

import io.jishi.bench.FaultPlan.Nemesis;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * The proof that flash sales keep their promises whatever fails, on real processes. {@code --set}: runs, seed (of the
 * first run, counted on from there; a random one without it), nodes, buyers, sales (at the same time), nemesis (one, by
 * its name; all without it).
 *
 * <p>What every promise is and how it is looked at: {@link SaleVerdict}.
 */
public final class SaleFaultsBench implements Benchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(75);
    private static final int TROUBLES_MAX = 20;
    private static final int VIOLATIONS_SHOWN_MAX = 10;

    @Override
    public String name() {
        return "sale-faults";
    }

    @Override
    public String oneLine() {
        return "proof: flash sales while nodes and the database are killed, frozen, cut off and late: what buyers were told"
                + " is what the database did (runs, seed)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(6);
    }

    @Override
    public boolean isProof() {
        return true;
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        int runs = context.number("runs", 20);
        long seed = context.number("seed", ThreadLocalRandom.current().nextInt(1, 1_000_000));
        int nodes = context.number("nodes", 2);
        SaleFaults.Options options = new SaleFaults.Options(
                seed,
                nodes,
                context.number("buyers", 30),
                context.number("sales", 3),
                PATIENCE,
                UnaryOperator.identity());
        context.progress("seeds " + seed + " to " + (seed + runs - 1));
        Tally tally = new Tally();
        try (SaleFaults faults =
                SaleFaults.start(Files.createDirectory(context.directory().resolve("faults")), options)) {
            List<Nemesis> nemeses = nemeses(faults.nemeses(), context.text("nemesis", ""));
            context.progress("a database and " + nodes + " nodes are ready for " + nemeses);
            faults.leftOut().forEach(context::progress);
            for (int run = 0; run < runs; run++) {
                FaultPlan plan = FaultPlan.of(seed + run, nemeses, nodes, options.buyers(), options.sales());
                SaleFaults.Outcome outcome = faults.run(plan);
                tally.add(outcome);
                context.progress(outcome.took().toMillis() + " ms, "
                        + outcome.violations().size() + " violations: " + plan);
                outcome.violations().stream()
                        .limit(VIOLATIONS_SHOWN_MAX)
                        .forEach(violation -> context.progress("VIOLATION " + violation));
            }
            tally.traps = faults.trapsSprung();
            tally.complaints = faults.servers().complaints();
            if (tally.violations > 0) {
                faults.troubles(TROUBLES_MAX).forEach(context::progress);
            }
        }
        context.progress("runs by nemesis: " + tally.byNemesis);
        return tally.rows();
    }

    private static List<Nemesis> nemeses(List<Nemesis> possible, String name) {
        List<Nemesis> chosen = possible.stream()
                .filter(nemesis -> name.isEmpty() || nemesis.toString().equals(name))
                .toList();
        if (chosen.isEmpty()) {
            throw new Context.WrongArgument("--set nemesis must be one of " + possible);
        }
        return chosen;
    }

    private static final class Tally {
        final Map<Nemesis, Integer> byNemesis = new TreeMap<>();
        int runs;
        int sales;
        int violations;
        int violatedRuns;
        int crossed;
        int served;
        int inTurn;
        long attempts;
        long unknown;
        long yes;
        long snapshots;
        int traps;
        long complaints;

        void add(SaleFaults.Outcome outcome) {
            runs++;
            byNemesis.merge(outcome.plan().nemesis(), 1, Integer::sum);
            violations += outcome.violations().size();
            crossed += outcome.crossed();
            violatedRuns += outcome.violations().isEmpty() ? 0 : 1;
            for (SaleEvidence evidence : outcome.evidence()) {
                sales++;
                served += (int) evidence.places().stream()
                        .filter(place -> place.order() != null)
                        .count();
                inTurn += evidence.lobby() == null ? 0 : evidence.orders().size();
                snapshots += evidence.snapshots().size();
                attempts += evidence.attempts().size();
                for (SaleEvidence.Attempt attempt : evidence.attempts()) {
                    yes += attempt.answer() instanceof SaleEvidence.Answer.Yes ? 1 : 0;
                    unknown += attempt.answer() instanceof SaleEvidence.Answer.Unknown ? 1 : 0;
                }
            }
        }

        List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            rows.add(Row.of("runs", (double) runs, ""));
            rows.add(Row.of("sales", (double) sales, ""));
            rows.add(Row.of("attempts", (double) attempts, ""));
            rows.add(Row.of("attempts answered yes", (double) yes, "").atLeast(1));
            rows.add(Row.of("attempts without a final answer", (double) unknown, ""));
            rows.add(Row.of("places in waiting lists that became orders", (double) served, ""));
            rows.add(Row.of("orders of buyers who had their turn in a waiting room", (double) inTurn, ""));
            rows.add(Row.of("snapshots that differ", (double) snapshots, "").atLeast(1));
            rows.add(Row.of("statements broken at a chosen point", (double) traps, ""));
            rows.add(Row.of("keys asked in two places at once that heard no and yes", (double) crossed, ""));
            rows.add(Row.of("event loops blocked for over 5 s, buffers leaked", (double) complaints, "")
                    .atMost(0));
            rows.add(Row.of("runs with violations", (double) violatedRuns, "").atMost(0));
            rows.add(Row.of("violations", (double) violations, "").atMost(0));
            return rows;
        }
    }
}
