package io.jishi.bench;

import io.jishi.bench.ClaimCrowd.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Rushes of buyers with real WebSockets for a few units, many claims in a frame: at Jishi, and at the same front answered
 * from Redis with a later insert. A front is a process with one event loop, the buyers have another.
 */
final class ClaimRush {
    private static final String BATCHED = "flash sale: attempts through batched frames, one node";
    private static final String SAME_FRONT = "flash sale: attempts behind one WebSocket front";
    private static final String UNIT = "attempts/s";
    private static final Duration WARM_UP_MAX = Duration.ofSeconds(5);

    private final Context context;
    private final Sizes sizes;
    private final Map<String, List<Result>> measured = new LinkedHashMap<>();

    /**
     * @param buyers each with a connection
     * @param inFrame claims in one frame
     * @param units that there are to be had
     */
    record Sizes(int rounds, Duration duration, int buyers, int inFrame, int units) {}

    ClaimRush(Context context, Sizes sizes) {
        this.context = context;
        this.sizes = sizes;
    }

    /** @param redisPort 0 where there is no Redis, and {@code why} says why */
    List<Row> rows(String databaseUrl, int redisPort, String why) throws Exception {
        Map<String, Integer> fronts = new LinkedHashMap<>();
        fronts.put("jishi", 0);
        if (redisPort > 0) {
            fronts.put("redis", redisPort);
        }
        Map<String, Callable<Result>> variants = new LinkedHashMap<>();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (Map.Entry<String, Integer> front : fronts.entrySet()) {
                Front started = Front.start(context, databaseUrl, front.getValue(), sizes);
                open.add(started);
                Duration warmUp = sizes.duration.compareTo(WARM_UP_MAX) < 0 ? sizes.duration : WARM_UP_MAX;
                started.rush(warmUp);
                variants.put(front.getKey(), () -> started.rush(sizes.duration));
            }
            for (int round = 0; round < sizes.rounds; round++) {
                for (Map.Entry<String, Callable<Result>> variant : variants.entrySet()) {
                    Result result = variant.getValue().call();
                    context.progress(variant.getKey() + ": " + Table.number(result.perSecond()) + " attempts/s, "
                            + result.yes() + " yes, " + result.others() + " others");
                    measured.computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
                            .add(result);
                }
            }
        } finally {
            for (AutoCloseable each : open.reversed()) {
                each.close();
            }
        }
        return rows(why);
    }

    private List<Row> rows(String why) {
        double jishi = median("jishi");
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(BATCHED, jishi, UNIT).atLeast(100_000));
        rows.add(
                measured.containsKey("redis")
                        ? Row.of(SAME_FRONT, jishi, UNIT)
                                .against("Redis Lua, asynchronous insert:", median("redis"))
                                .ratioAtLeast(2)
                        : Row.missing(SAME_FRONT + ", against Redis with later insert (≥ 2×)", UNIT, why));
        return rows;
    }

    private double median(String side) {
        return new Samples(measured.getOrDefault(side, List.of()).stream()
                        .map(Result::perSecond)
                        .toList())
                .median();
    }

    /** A front and its buyers. */
    private record Front(ChildProcess process, ClaimCrowd crowd, Sizes sizes) implements AutoCloseable {
        static Front start(Context context, String databaseUrl, int redisPort, Sizes sizes) throws Exception {
            ChildProcess process = context.startJava(
                    "front", ServerNode.FLAGS, ClaimFront.class, List.of(databaseUrl, Integer.toString(redisPort)));
            int port = Integer.parseInt(process.awaitLine("port "));
            return new Front(process, ClaimCrowd.connect(port, sizes.buyers), sizes);
        }

        /** All units are sold, and none twice. */
        Result rush(Duration duration) throws Exception {
            Result result = crowd.rush(sale(), sizes.inFrame, duration);
            if (result.yes() != sizes.units) {
                throw new IllegalStateException(result.yes() + " were told yes, of " + sizes.units + " units");
            }
            return result;
        }

        private String sale() throws IOException {
            process.tell(Integer.toString(sizes.units));
            return process.awaitLine("sale ");
        }

        @Override
        public void close() throws InterruptedException {
            crowd.close();
            process.close();
        }
    }
}
