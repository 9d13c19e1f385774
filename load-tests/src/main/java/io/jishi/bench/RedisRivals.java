package io.jishi.bench;

import io.jishi.bench.FanoutPeers.Unavailable;
import io.jishi.bench.FlashSaleNode.Load;
import io.jishi.bench.RedisSale.Variant;
import io.jishi.bench.RedisSale.Write;
import io.jishi.bench.SaleLosses.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The shops with Redis that a flash sale is compared with, each in the best of its variants; none where there is no Redis. */
final class RedisRivals implements AutoCloseable {
    private static final int PROBE_SECONDS = 2;
    private static final int[] CONNECTIONS = {1, 4};
    private static final int[] DATABASE_CONNECTIONS = {16, 64};
    private static final long FIRST_BUYER = 1L << 40;

    private final Context context;
    private final Postgres postgres;
    private final int inFlight;
    private final @Nullable RedisPeer redis;
    private final String why;
    private final AtomicLong buyers = new AtomicLong(FIRST_BUYER);
    private final Map<Write, Variant> best = new EnumMap<>(Write.class);

    private RedisRivals(Context context, Postgres postgres, int inFlight, @Nullable RedisPeer redis, String why) {
        this.context = context;
        this.postgres = postgres;
        this.inFlight = inFlight;
        this.redis = redis;
        this.why = why;
    }

    /** Starts Redis, and tries each variant for a moment. The table of {@link PlainSale} is there. */
    static RedisRivals open(Context context, Postgres postgres, int inFlight) throws IOException, InterruptedException {
        RedisRivals rivals;
        try {
            RedisPeer redis = RedisPeer.start(peers(), context.directory().resolve("redis"), false);
            rivals = new RedisRivals(context, postgres, inFlight, redis, "");
        } catch (Unavailable e) {
            rivals = new RedisRivals(
                    context, postgres, inFlight, null, Objects.requireNonNullElse(e.getMessage(), "no Redis"));
        }
        rivals.probe();
        return rivals;
    }

    private static FanoutPeers peers() {
        return new FanoutPeers(Path.of(System.getProperty("jishi.home", ".")), true);
    }

    private void probe() throws InterruptedException {
        if (redis == null) {
            return;
        }
        Map<Write, Double> most = new EnumMap<>(Write.class);
        for (Variant variant : possible()) {
            double rate = run(variant, Duration.ofSeconds(PROBE_SECONDS)).perSecond();
            context.progress("Redis, " + variant + ": " + Table.number(rate) + "/s");
            if (rate > most.getOrDefault(variant.write(), -1.0)) {
                most.put(variant.write(), rate);
                best.put(variant.write(), variant);
            }
        }
    }

    private static List<Variant> possible() {
        List<Variant> possible = new ArrayList<>();
        for (int connections : CONNECTIONS) {
            for (int database : DATABASE_CONNECTIONS) {
                possible.add(new Variant(Write.SYNCHRONOUS, connections, database));
            }
            possible.add(new Variant(Write.ASYNCHRONOUS, connections, 1));
        }
        return possible;
    }

    private Load run(Variant variant, Duration duration) throws InterruptedException {
        try (RedisSale sale = RedisSale.open(Objects.requireNonNull(redis), postgres.url(), variant, buyers, false)) {
            sale.stock(Integer.MAX_VALUE);
            if (variant.write() == Write.ASYNCHRONOUS) {
                sale.startWriter();
            }
            return sale.saturate(inFlight, duration);
        }
    }

    /** What is to be measured in turns with the flash sale, by name. */
    Map<String, Callable<Load>> variants(Duration duration) {
        Map<String, Callable<Load>> variants = new LinkedHashMap<>();
        best.forEach((write, variant) -> variants.put(write.name(), () -> run(variant, duration)));
        return variants;
    }

    /** Where Redis answers, 0 where there is none. */
    int port() {
        return redis == null ? 0 : redis.port();
    }

    /** Why there is no Redis. */
    String why() {
        return why;
    }

    /** @param accepts of the flash sale, a second */
    List<Row> rows(double accepts, Map<String, List<Load>> measured) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(compared("flash sale: durable accepts, one node", accepts, Write.SYNCHRONOUS, measured)
                .ratioAtLeast(20));
        rows.add(compared(
                "flash sale: durable accepts against accepts that are not, both without sockets",
                accepts,
                Write.ASYNCHRONOUS,
                measured));
        losses(rows);
        return rows;
    }

    private Row compared(String metric, double accepts, Write write, Map<String, List<Load>> measured) {
        List<Load> loads = measured.get(write.name());
        if (loads == null) {
            return Row.missing(metric + ", against Redis with " + name(write), "accepts/s", why);
        }
        double theirs = new Samples(loads.stream().map(Load::perSecond).toList()).median();
        return Row.of(metric, accepts, "accepts/s").against("Redis Lua, " + best.get(write) + ":", theirs);
    }

    private static String name(Write write) {
        return switch (write) {
            case SYNCHRONOUS -> "insert before yes";
            case ASYNCHRONOUS -> "later insert";
        };
    }

    private void losses(List<Row> rows) throws Exception {
        context.progress("killing what keeps the orders, amid a rush");
        for (boolean appends : new boolean[] {false, true}) {
            String metric = "flash sale: orders lost after yes and kill -9, Redis with later insert, "
                    + (appends ? "log synced each second" : "as it comes");
            Variant variant = best.get(Write.ASYNCHRONOUS);
            if (variant == null) {
                rows.add(Row.missing(metric, "orders", why));
                continue;
            }
            try (RedisPeer victim =
                    RedisPeer.start(peers(), context.directory().resolve("redis-" + appends), appends)) {
                rows.add(lost(metric, SaleLosses.ofRedis(victim, postgres, variant, buyers)));
            }
        }
        rows.add(lost(
                        "flash sale: orders lost after yes and kill -9 of the database",
                        SaleLosses.ofJishi(context.directory().resolve("victim")))
                .atMost(0));
    }

    private Row lost(String metric, Loss loss) {
        context.progress(metric + ": " + loss.lost() + " of " + loss.acknowledged());
        return Row.of(metric, (double) loss.lost(), "orders").against("acknowledged:", (double) loss.acknowledged());
    }

    @Override
    public void close() throws InterruptedException {
        if (redis != null) {
            redis.close();
        }
    }
}
