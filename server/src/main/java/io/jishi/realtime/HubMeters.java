package io.jishi.realtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What real time counts. */
final class HubMeters {
    /** Why something was not delivered, or a connection closed. */
    enum Drop {
        CONFLATED_OR_SAMPLED,
        SLOW_CONNECTION,
        PUBLISH_QUEUE_FULL,
        GAP_SKIPPED
    }

    private final AtomicInteger connections;
    private final AtomicInteger subscriptions;
    private final Counter publications;
    private final Counter deliveries;
    private final Counter commands;
    private final Counter gaps;
    private final DistributionSummary batch;
    private final DistributionSummary outboxBytes;
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);

    HubMeters(MeterRegistry registry) {
        connections = registry.gauge("jishi.connections", new AtomicInteger());
        subscriptions = registry.gauge("jishi.subscriptions", new AtomicInteger());
        publications = registry.counter("jishi.publications");
        deliveries = registry.counter("jishi.deliveries");
        commands = registry.counter("jishi.commands");
        gaps = registry.counter("jishi.gaps.filled");
        batch = registry.summary("jishi.publish.batch");
        outboxBytes = DistributionSummary.builder("jishi.outbox.bytes")
                .baseUnit("bytes")
                .register(registry);
        for (Drop drop : Drop.values()) {
            drops.put(
                    drop, registry.counter("jishi.drops", "reason", drop.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    void connected(int change) {
        connections.addAndGet(change);
    }

    void subscribed(int change) {
        subscriptions.addAndGet(change);
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

    void outbox(long bytes) {
        outboxBytes.record((double) bytes);
    }

    void dropped(Drop reason, long count) {
        Counter counter = drops.get(reason);
        if (counter != null) {
            counter.increment((double) count);
        }
    }
}
