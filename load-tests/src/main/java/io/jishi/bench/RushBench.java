package io.jishi.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The demonstration: while a recorded chat plays, a crowd rushes the units of one sale on two nodes, those who got one pay,
 * couriers bring it, and the printed ledger closes to the cent. {@code --set}: seed, buyers, units, couriers, seconds (that
 * the chat takes), comments (at the most), data (folder of the recorded chats; without it one is made up).
 */
public final class RushBench implements Benchmark {
    private static final List<String> RECORDINGS = List.of("twitch-nlss/chat.csv.gz");

    @Override
    public String name() {
        return "rush";
    }

    @Override
    public String oneLine() {
        return "proof: 5,000 buyers rush 500 units on two nodes while a recorded chat plays; prints the ledger, which closes"
                + " to the cent";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(3);
    }

    @Override
    public boolean isProof() {
        return true;
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        int seed = context.number("seed", 1);
        NightPlan plan = new NightPlan(
                seed,
                context.number("buyers", 5_000),
                context.number("units", 500),
                context.number("couriers", 60),
                0,
                MarketNightBench.chat(context, RECORDINGS, seed),
                Duration.ofSeconds(context.number("seconds", 60)),
                List.of(NightPlan.Fault.NOTHING));
        Path directory = Files.createDirectory(context.directory().resolve("rush"));
        return MarketNight.run(directory, plan, context::progress);
    }
}
