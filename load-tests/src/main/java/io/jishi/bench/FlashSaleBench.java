package io.jishi.bench;

import io.jishi.bench.FlashSaleNode.Load;
import io.jishi.core.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Durable accepts of a flash sale: one node's group commit against claims that are transactions of their own, on the same
 * PostgreSQL with fsync on, in turns, and against shops that take the unit in Redis. Clients are in the process: no sockets on either side.
 */
public final class FlashSaleBench implements Benchmark {
    private static final int[] PLAIN_CLIENTS = {1, 4, 16, 64};
    private static final int PROBE_SECONDS = 2;

    @Override
    public String name() {
        return "flashsale";
    }

    @Override
    public String oneLine() {
        return "durable accepts of one node's group commit against UPDATE … WHERE stock >= 1 + INSERT, one PostgreSQL, and"
                + " against Redis with Lua; what is lost by a kill; attempts through WebSockets"
                + " (sizes: rounds, seconds, inflight, pace, buyers, in-frame, units)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(6);
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        int rounds = context.number("rounds", 3);
        int seconds = context.number("seconds", 5);
        int inFlight = context.number("inflight", 4_000);
        int pace = context.number("pace", 15_000);
        Postgres postgres = context.startPostgres();
        try (FlashSaleNode node = FlashSaleNode.start(postgres.url());
                PlainSale plain = PlainSale.prepare(postgres);
                RedisRivals redis = RedisRivals.open(context, postgres, inFlight)) {
            context.progress("warming up");
            node.saturate(inFlight, Duration.ofSeconds(5));
            PlainSale.Variant best = best(context, plain);
            Map<String, Callable<Load>> variants = new LinkedHashMap<>();
            variants.put("jishi", () -> node.saturate(inFlight, Duration.ofSeconds(seconds)));
            variants.put("plain", () -> plain.run(best, Duration.ofSeconds(seconds)));
            variants.putAll(redis.variants(Duration.ofSeconds(seconds)));
            context.progress("measuring in turns against " + best);
            Map<String, List<Load>> measured = Samples.interleaved(rounds, variants);
            context.progress("measuring at " + pace + " claims/s");
            Load paced = node.pace(pace, Duration.ofSeconds(seconds));
            context.progress("measuring sold out");
            Load refused = node.refuse(inFlight, Duration.ofSeconds(seconds));
            Load pacedRefused = node.paceRefused(pace, Duration.ofSeconds(seconds));
            List<Load> jishi = java.util.Objects.requireNonNull(measured.get("jishi"));
            List<Row> rows = rows(
                    jishi,
                    java.util.Objects.requireNonNull(measured.get("plain")),
                    best,
                    paced,
                    refused,
                    pacedRefused,
                    pace);
            rows.addAll(redis.rows(samples(jishi).median(), measured));
            rows.add(oneThread(context, postgres, inFlight, Duration.ofSeconds(seconds)));
            context.progress("measuring through WebSockets");
            ClaimRush.Sizes sizes = new ClaimRush.Sizes(
                    rounds,
                    Duration.ofSeconds(seconds),
                    context.number("buyers", 400),
                    context.number("in-frame", 32),
                    context.number("units", 20));
            rows.addAll(new ClaimRush(context, sizes).rows(postgres.url(), redis.port(), redis.why()));
            return rows;
        }
    }

    /** Each variant for a moment, to compare with the best of them. */
    private static PlainSale.Variant best(Context context, PlainSale plain) throws Exception {
        PlainSale.Variant best = null;
        double most = -1;
        for (PlainSale.Form form : PlainSale.Form.values()) {
            for (int clients : PLAIN_CLIENTS) {
                PlainSale.Variant variant = new PlainSale.Variant(form, clients);
                double rate =
                        plain.run(variant, Duration.ofSeconds(PROBE_SECONDS)).perSecond();
                context.progress("plain, " + variant + ": " + Table.number(rate) + "/s");
                if (rate > most) {
                    most = rate;
                    best = variant;
                }
            }
        }
        return java.util.Objects.requireNonNull(best);
    }

    /** All of the node on one event loop, its buyers as well, who claim again as soon as they are answered. */
    private static Row oneThread(Context context, Postgres postgres, int inFlight, Duration duration)
            throws InterruptedException {
        context.progress("measuring sold out on one thread");
        Vertx oneLoop = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (FlashSaleNode node = FlashSaleNode.start(postgres.url(), oneLoop, 3, Settings.defaults())) {
            node.refuseOnLoop(inFlight, duration);
            return Row.of(
                            "flash sale: sold-out answers of one thread",
                            node.refuseOnLoop(inFlight, duration).perSecond(),
                            "attempts/s")
                    .atLeast(3_000_000);
        }
    }

    private static List<Row> rows(
            List<Load> jishi,
            List<Load> plain,
            PlainSale.Variant best,
            Load paced,
            Load refused,
            Load pacedRefused,
            int pace) {
        Samples accepts = samples(jishi);
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("flash sale: durable accepts, one node", accepts.median(), "accepts/s")
                .against("plain SQL, " + best + ":", samples(plain).median())
                .ratioAtLeast(30));
        rows.add(Row.of("flash sale: time to yes when saturated, p99", median(jishi, 0.99), "ms"));
        rows.add(Row.of("flash sale: accepts offered " + pace + "/s, accepted", paced.perSecond(), "accepts/s"));
        rows.add(Row.of("flash sale: time to yes at " + pace + "/s, p50", paced.millis(0.5), "ms"));
        rows.add(Row.of("flash sale: time to yes at " + pace + "/s, p99", paced.millis(0.99), "ms")
                .atMost(50));
        rows.add(Row.of("flash sale: attempts refused as sold out", refused.perSecond(), "attempts/s")
                .atLeast(100_000));
        rows.add(Row.of("flash sale: time to sold out when saturated, p99", refused.millis(0.99), "ms"));
        rows.add(Row.of("flash sale: time to sold out at " + pace + "/s, p99", pacedRefused.millis(0.99), "ms")
                .atMost(5));
        return rows;
    }

    private static Samples samples(List<Load> loads) {
        return new Samples(loads.stream().map(Load::perSecond).toList());
    }

    private static double median(List<Load> loads, double quantile) {
        return new Samples(loads.stream().map(load -> load.millis(quantile)).toList()).median();
    }
}
