package io.jishi.realtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What real time counts. */
final class HubMeters {
    /** Why something was not delivered, or a connection closed. */
    enum Drop {
        /** A value that a slow reader was not sent, as a later one of its key came. */
        CONFLATED,
        /** Not sent to viewers, as the channel was busier than its rate. */
        SAMPLED,
        /** Of a sampled channel, not sent to a reader that was too slow for it. */
        SLOW_READER,
        /** A connection that was closed, as its reader was too slow for what may not be left out. */
        SLOW_CONNECTION,
        PUBLISH_QUEUE_FULL,
        GAP_SKIPPED
    }

    /** Codes that nobody declared are counted together, so that the number of counters is bounded. */
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final AtomicInteger connections;
    private final AtomicInteger subscriptions;
    private final AtomicInteger usersFull;
    private final Counter publications;
    private final Counter deliveries;
    private final Counter commands;
    private final Counter gaps;
    private final Counter readsForReturning;
    private final DistributionSummary batch;
    private final DistributionSummary outboxBytes;
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);

    HubMeters(MeterRegistry registry) {
        this.registry = registry;
        connections = gauge("jishi.connections", "Sessions of the real-time protocol");
        subscriptions = gauge("jishi.subscriptions", "Subscriptions of these sessions");
        usersFull = gauge("jishi.users.full", "Users with as many connections in the cluster as they may have");
        publications = counter("jishi.publications", "Publications that were appended to a channel from here");
        deliveries = counter("jishi.deliveries", "Publications times subscribers that they went to");
        commands = counter("jishi.commands", "Commands of clients");
        gaps = counter("jishi.gaps.filled", "Gaps in a channel that were read from its log");
        readsForReturning =
                counter("jishi.recovery.reads", "Reads of a channel's log for clients that came back to it");
        batch = DistributionSummary.builder("jishi.publish.batch")
                .description("Publications that are appended to a channel at once")
                .register(registry);
        outboxBytes = DistributionSummary.builder("jishi.outbox.bytes")
                .description("What waits for a reader that is too slow")
                .baseUnit("bytes")
                .register(registry);
        for (Drop drop : Drop.values()) {
            drops.put(
                    drop, registry.counter("jishi.drops", "reason", drop.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    private AtomicInteger gauge(String name, String description) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder(name, value, AtomicInteger::get).description(description).register(registry);
        return value;
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /** A connection is closed from here. */
    void disconnected(int code) {
        boolean isDeclared = DisconnectCode.of(code).isPresent();
        registry.counter("jishi.disconnects", "code", isDeclared ? Integer.toString(code) : OTHER)
                .increment();
    }

    /** A subscription is ended from here. */
    void unsubscribed(int code) {
        boolean isDeclared = UnsubscribeCode.of(code).isPresent();
        registry.counter("jishi.unsubscribes", "code", isDeclared ? Integer.toString(code) : OTHER)
                .increment();
    }

    /** A command is answered with an error; refusals of the capabilities are counted as one. */
    void refused(int code) {
        boolean isProtocol = code < REFUSALS_FROM;
        registry.counter("jishi.errors", "code", isProtocol ? Integer.toString(code) : OTHER)
                .increment();
    }

    private static final int REFUSALS_FROM = 1_000;

    void connected(int change) {
        connections.addAndGet(change);
    }

    void subscribed(int change) {
        subscriptions.addAndGet(change);
    }

    void usersFull(int count) {
        usersFull.set(count);
    }

    void published(int count) {
        publications.increment(count);
        batch.record(count);
    }

    void delivered(long count) {
        deliveries.increment((double) count);
    }

    void commanded() {
        commands.increment();
    }

    void gapFilled() {
        gaps.increment();
    }

    void readForReturning() {
        readsForReturning.increment();
    }

    void outbox(long bytes) {
        outboxBytes.record((double) bytes);
    }

    void dropped(Drop reason, long count) {
        Counter counter = count == 0 ? null : drops.get(reason);
        if (counter != null) {
            counter.increment((double) count);
        }
    }
}
