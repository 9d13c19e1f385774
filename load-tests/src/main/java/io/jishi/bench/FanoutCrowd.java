package io.jishi.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** All listeners of one run, in as many processes as their sockets need. */
final class FanoutCrowd implements AutoCloseable {
    private static final int SOCKETS_PER_PROCESS = 8_000;
    private static final int REPORT_SECONDS_MAX = 10;

    private final List<Part> parts = new ArrayList<>();
    private final int sockets;

    /** Quantiles in microseconds. */
    record Latency(long p50, long p99, long max, long count) {
        static Latency parse(String line) {
            String[] words = line.split(" ");
            return new Latency(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]));
        }

        /** The worse of two; for more than one process that is what can be said without merging. */
        Latency worse(Latency other) {
            return new Latency(
                    Math.max(p50, other.p50), Math.max(p99, other.p99), Math.max(max, other.max), count + other.count);
        }
    }

    /** A process and what it said last. */
    private static final class Part implements AutoCloseable {
        private final JavaProcess process;
        private final AtomicLong received = new AtomicLong();
        private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
        private final BlockingQueue<Latency> reports = new ArrayBlockingQueue<>(4);

        Part(JavaProcess process) {
            this.process = process;
        }

        void read() {
            try {
                while (true) {
                    String line = process.line();
                    if (line.startsWith("n ")) {
                        received.set(Long.parseLong(line.substring(2)));
                    } else if (line.startsWith("latency ")) {
                        reports.add(Latency.parse(line.substring("latency ".length())));
                    } else if (line.startsWith("closed ")) {
                        broken.set(line);
                    }
                }
            } catch (IOException | IllegalStateException e) {
                broken.compareAndSet(null, String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.close();
        }
    }

    private FanoutCrowd(int sockets) {
        this.sockets = sockets;
    }

    static FanoutCrowd open(Context context, FanoutSide side, int sockets) throws IOException {
        FanoutCrowd crowd = new FanoutCrowd(sockets);
        for (int left = sockets; left > 0; left -= SOCKETS_PER_PROCESS) {
            List<String> arguments = new ArrayList<>(List.of(
                    Integer.toString(side.port()),
                    side.listenPath(),
                    Integer.toString(Math.min(left, SOCKETS_PER_PROCESS))));
            arguments.addAll(side.listenFirst());
            JavaProcess process = context.startJava(
                    "listeners",
                    List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-Xmx1g"),
                    FanoutListeners.class,
                    arguments);
            crowd.parts.add(new Part(process));
        }
        for (Part part : crowd.parts) {
            part.process.awaitLine("ready");
            Thread.ofVirtual().start(part::read);
        }
        return crowd;
    }

    /**
     * Deliveries so far.
     *
     * @throws IllegalStateException where a listener lost its connection
     */
    long received() {
        long sum = 0;
        for (Part part : parts) {
            String broken = part.broken.get();
            if (broken != null) {
                throw new IllegalStateException("listeners: " + broken);
            }
            sum += part.received.get();
        }
        return sum;
    }

    /** Publications that arrived at all, on the average. */
    long arrived() {
        return received() / sockets;
    }

    /** Latencies, of what arrived since the last report. */
    Latency report() throws IOException, InterruptedException {
        Latency all = new Latency(0, 0, 0, 0);
        for (Part part : parts) {
            part.process.tell("report");
            Latency latency = part.reports.poll(REPORT_SECONDS_MAX, TimeUnit.SECONDS);
            if (latency == null) {
                throw new IllegalStateException("the listeners do not report");
            }
            all = all.worse(latency);
        }
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        for (Part part : parts) {
            part.close();
        }
    }
}
