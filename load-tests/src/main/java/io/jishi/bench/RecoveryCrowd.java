package io.jishi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The process of the listeners, from outside. */
final class RecoveryCrowd implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-Xmx1g");
    private static final int ANSWER_SECONDS_MAX = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ChildProcess process;
    private final int clients;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(4);
    private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
    private volatile State state = new State(0, 0);

    private record State(int subscribed, int broken) {}

    /** How many came back, and after how long. */
    record Times(int count, double p50Millis, double p99Millis, double maxMillis) {
        static Times parse(List<String> words) {
            return new Times(
                    Integer.parseInt(words.get(0)),
                    Long.parseLong(words.get(1)) / 1_000.0,
                    Long.parseLong(words.get(2)) / 1_000.0,
                    Long.parseLong(words.get(3)) / 1_000.0);
        }
    }

    /**
     * An interruption of many.
     *
     * @param since after the blow
     * @param each after the end of the own connection
     */
    record Return(Times since, Times each) {}

    private RecoveryCrowd(ChildProcess process, int clients) {
        this.process = process;
        this.clients = clients;
    }

    /** Blocks until all are subscribed. */
    static RecoveryCrowd open(Path directory, RecoveryLayout layout, int seed, List<Integer> ports)
            throws IOException, InterruptedException {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                Integer.toString(layout.clients()), Integer.toString(layout.channels()), Integer.toString(seed)));
        ports.forEach(port -> arguments.add(Integer.toString(port)));
        RecoveryCrowd crowd = new RecoveryCrowd(
                JavaProcess.start(directory, FLAGS, RecoveryClients.class.getName(), arguments, Map.of()),
                layout.clients());
        Thread.ofVirtual().start(crowd::read);
        try {
            crowd.awaitBack(0);
            return crowd;
        } catch (InterruptedException | RuntimeException e) {
            crowd.close();
            throw e;
        }
    }

    private void read() {
        try {
            while (true) {
                String line = process.line();
                if (line.startsWith("state ")) {
                    String[] words = line.split(" ");
                    state = new State(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                } else {
                    answers.add(line);
                }
            }
        } catch (IOException | IllegalStateException e) {
            broken.set(String.valueOf(e.getMessage()));
        }
    }

    private String ask(String order) throws IOException, InterruptedException {
        process.tell(order);
        String answer = answers.poll(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IllegalStateException("the listeners do not answer " + order + ": " + broken.get());
        }
        return answer.substring(answer.indexOf(' ') + 1);
    }

    /**
     * The listeners of a node.
     *
     * @param newElsewhere how many of their channels are new to the other nodes, counted for each of these
     */
    record Share(int listeners, int newElsewhere) {}

    /** Forgets earlier interruptions, and counts a node's listeners. */
    Share mark(int node) throws IOException, InterruptedException {
        String[] words = ask("mark " + node).split(" ");
        state = new State(state.subscribed, 0);
        return new Share(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
    }

    /** Blocks until so many connections broke since the mark and all are subscribed again. */
    void awaitBack(int interrupted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (state.broken < interrupted || state.subscribed < clients) {
            if (System.nanoTime() > deadline || broken.get() != null) {
                throw new IllegalStateException(
                        state + " of " + clients + " listeners, " + interrupted + " interrupted: " + broken.get());
            }
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    Return report(long sinceNanos) throws IOException, InterruptedException {
        List<String> words = List.of(ask("report " + sinceNanos).split(" "));
        return new Return(Times.parse(words.subList(0, 4)), Times.parse(words.subList(4, 8)));
    }

    /** @param tops where each channel ends */
    RecoveryFaults.Count verdict(Map<String, Long> tops) throws IOException, InterruptedException {
        return RecoveryFaults.Count.parse(ask("verdict "
                + tops.entrySet().stream()
                        .map(top -> top.getKey() + "=" + top.getValue())
                        .collect(Collectors.joining(" "))));
    }

    /** Has a file written with what was heard. */
    void write(Path file) throws IOException, InterruptedException {
        ask("write " + file);
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
