package io.jishi.bench;

import io.jishi.bench.RecoveryCrowd.Return;
import io.jishi.bench.RecoveryPublisher.Ack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Three nodes, listeners on all of them, publishers on all of them; one node after the other is killed or stopped and put
 * back. At the end what publishers were told and listeners heard is held against the logs.
 */
final class RecoveryRun {
    private static final int NODES = 3;
    private static final String READS = "jishi_recovery_reads_total";
    /** For the cluster to have its second copies again: it promises to survive one death at a time. */
    private static final Duration BETWEEN_BLOWS = Duration.ofSeconds(5);

    private static final int MOMENT_MILLIS_MAX = 2_000;

    private final Plan plan;
    private final Consumer<String> progress;
    private final RecoveryNodes nodes;
    private final RecoveryCrowd crowd;
    private final List<RecoveryPublisher> publishers = new ArrayList<>();
    private final Random random;

    /** How a node ends. */
    enum Blow {
        /** {@code kill -9}. */
        KILL,
        /** Asked to stop: it moves its listeners. */
        DRAIN
    }

    /**
     * What is to happen.
     *
     * @param perSecond publications to each channel
     * @param seed of the moments, of the first node, and of when listeners come back
     */
    record Plan(int seed, int clients, int channels, int perSecond, List<Blow> blows) {
        RecoveryLayout layout() {
            return new RecoveryLayout(NODES, clients, channels);
        }
    }

    /**
     * What a blow did.
     *
     * @param had the listeners that the node had
     * @param reads of logs, on the other nodes, for those that came back
     */
    record Effect(Blow blow, RecoveryCrowd.Share had, Return back, double reads) {}

    /** All that was seen. */
    record Outcome(
            Plan plan,
            List<Effect> effects,
            RecoveryFaults.Count heard,
            RecoveryVerdict verdict,
            long unknown,
            long complaints) {}

    private RecoveryRun(Plan plan, Consumer<String> progress, RecoveryNodes nodes, RecoveryCrowd crowd) {
        this.plan = plan;
        this.progress = progress;
        this.nodes = nodes;
        this.crowd = crowd;
        this.random = new Random(plan.seed());
    }

    /** @param directory an empty folder */
    static Outcome run(Path directory, Plan plan, Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("seed " + plan.seed() + "; starting a database and " + NODES + " nodes");
        try (RecoveryNodes nodes = RecoveryNodes.start(directory, NODES)) {
            progress.accept("connecting " + plan.clients() + " listeners");
            List<Integer> ports =
                    nodes.servers().urls().stream().map(java.net.URI::getPort).toList();
            try (RecoveryCrowd crowd = RecoveryCrowd.open(directory, plan.layout(), plan.seed(), ports)) {
                return new RecoveryRun(plan, progress, nodes, crowd).run(directory);
            }
        }
    }

    private Outcome run(Path directory) throws IOException, InterruptedException {
        List<Effect> effects = new ArrayList<>();
        int victim = random.nextInt(NODES);
        for (int node = 0; node < NODES; node++) {
            publishers.add(new RecoveryPublisher(
                    nodes,
                    node,
                    plan.layout().channelNames(),
                    Math.max(1, plan.perSecond() * 2 * plan.channels() / NODES)));
        }
        try {
            for (int i = 0; i < plan.blows().size(); i++) {
                if (i > 0) {
                    nodes.servers().startNodeAgain(victim);
                    nodes.servers().awaitAllReady();
                    Thread.sleep(BETWEEN_BLOWS);
                    victim = (victim + 1) % NODES;
                }
                Thread.sleep(Duration.ofMillis(random.nextInt(MOMENT_MILLIS_MAX)));
                effects.add(strike(plan.blows().get(i), victim));
            }
        } finally {
            for (RecoveryPublisher publisher : publishers) {
                publisher.close();
            }
        }
        return judge(directory, effects, (victim + 1) % NODES);
    }

    private Effect strike(Blow blow, int victim) throws IOException, InterruptedException {
        RecoveryCrowd.Share had = crowd.mark(victim);
        double before = reads(victim);
        progress.accept(blow + " of node " + (victim + 1) + " with " + had.listeners() + " listeners");
        long start = System.nanoTime();
        switch (blow) {
            case KILL -> nodes.servers().killNode(victim);
            case DRAIN -> nodes.servers().stopNode(victim);
        }
        crowd.awaitBack(had.listeners());
        Return back = crowd.report(start);
        Effect effect = new Effect(blow, had, back, reads(victim) - before);
        progress.accept(effect.toString());
        return effect;
    }

    /** Of all nodes but one. */
    private double reads(int except) throws IOException, InterruptedException {
        double reads = 0;
        for (int node = 0; node < NODES; node++) {
            reads += node == except ? 0 : nodes.counter(node, READS);
        }
        return reads;
    }

    private Outcome judge(Path directory, List<Effect> effects, int alive) throws IOException, InterruptedException {
        progress.accept("holding what was told and heard against the logs");
        Map<String, Map<Long, Long>> logs = new HashMap<>();
        Map<String, Long> tops = new HashMap<>();
        for (String channel : plan.layout().channelNames()) {
            Map<Long, Long> log = nodes.history(alive, channel);
            logs.put(channel, log);
            tops.put(
                    channel,
                    log.keySet().stream().mapToLong(Long::longValue).max().orElse(0));
        }
        RecoveryFaults.Count heard = crowd.verdict(tops);
        Path file = directory.resolve("heard");
        crowd.write(file);
        List<Ack> acks = publishers.stream()
                .flatMap(publisher -> publisher.acks().stream())
                .toList();
        return new Outcome(
                plan,
                effects,
                heard,
                RecoveryVerdict.of(acks, logs, heard(file)),
                publishers.stream().mapToLong(RecoveryPublisher::unknown).sum(),
                nodes.servers().complaints());
    }

    /** Each line a channel, the first offset, and the ids from there. */
    private static Map<String, Map<Long, Long>> heard(Path file) throws IOException {
        Map<String, Map<Long, Long>> heard = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            Map<Long, Long> ids = new TreeMap<>();
            IntStream.range(2, words.length)
                    .forEach(i -> ids.put(Long.parseLong(words[1]) + i - 2, Long.parseLong(words[i])));
            heard.put(words[0], ids);
        }
        return heard;
    }
}
