package io.jishi.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** All listeners of one run, in as many processes as their sockets need. */
final class FanoutCrowd implements AutoCloseable {
    private static final int SOCKETS_PER_PROCESS = 8_000;
    private static final int REPORT_SECONDS_MAX = 10;
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(20);
    private static final int ADDRESSES = 200;
    /** Each process connects from an address of its own, as an address has ports for so many sockets only. */
    private static final AtomicInteger LAST_ADDRESS = new AtomicInteger();

    private final List<Part> parts = new ArrayList<>();
    private final int sockets;

    /** Quantiles in microseconds. */
    record Latency(long p50, long p99, long max, long count) {
        static final Latency NONE = new Latency(0, 0, 0, 0);
        private static final int WORDS = 4;

        static Latency parse(String[] words, int from) {
            return new Latency(
                    Long.parseLong(words[from]),
                    Long.parseLong(words[from + 1]),
                    Long.parseLong(words[from + 2]),
                    Long.parseLong(words[from + 3]));
        }

        /** The worse of two; for more than one process that is what can be said without merging. */
        Latency worse(Latency other) {
            return new Latency(
                    Math.max(p50, other.p50), Math.max(p99, other.p99), Math.max(max, other.max), count + other.count);
        }
    }

    /** Of usual messages and of urgent ones. */
    record Report(Latency usual, Latency urgent) {
        static Report parse(String line) {
            String[] words = line.split(" ");
            return new Report(Latency.parse(words, 0), Latency.parse(words, Latency.WORDS));
        }
    }

    /** A process and what it said last. */
    private static final class Part implements AutoCloseable {
        private final ChildProcess process;
        private final AtomicLong received = new AtomicLong();
        private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
        private final BlockingQueue<Report> reports = new ArrayBlockingQueue<>(4);

        Part(ChildProcess process) {
            this.process = process;
        }

        void read() {
            try {
                while (true) {
                    String line = process.line();
                    if (line.startsWith("n ")) {
                        received.set(Long.parseLong(line.substring(2)));
                    } else if (line.startsWith("latency ")) {
                        reports.add(Report.parse(line.substring("latency ".length())));
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
            ChildProcess process = context.startJava(
                    "listeners",
                    List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-Xmx1g"),
                    FanoutListeners.class,
                    List.of(
                            Integer.toString(side.port()),
                            side.protocol().name(),
                            Integer.toString(Math.min(left, SOCKETS_PER_PROCESS)),
                            "127.0.0." + (2 + LAST_ADDRESS.incrementAndGet() % ADDRESSES)));
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

    /**
     * Blocks until every listener has heard all that was published.
     *
     * @throws IllegalStateException where that does not happen, or more is heard
     */
    void awaitAll(FanoutPublisher publisher) throws InterruptedException {
        long all = (long) publisher.published() * sockets;
        long end = System.nanoTime() + ARRIVAL_MAX.toNanos();
        while (received() < all) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(received() + " of " + all + " deliveries arrived");
            }
            Thread.sleep(Duration.ofMillis(5));
        }
        if (received() > all) {
            throw new IllegalStateException(received() + " deliveries, but only " + all + " were due");
        }
    }

    /** Latencies, of what arrived since the last report. */
    Report report() throws IOException, InterruptedException {
        Report all = new Report(Latency.NONE, Latency.NONE);
        for (Part part : parts) {
            part.process.tell("report");
            Report report = part.reports.poll(REPORT_SECONDS_MAX, TimeUnit.SECONDS);
            if (report == null) {
                throw new IllegalStateException("the listeners do not report");
            }
            all = new Report(all.usual.worse(report.usual), all.urgent.worse(report.urgent));
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
