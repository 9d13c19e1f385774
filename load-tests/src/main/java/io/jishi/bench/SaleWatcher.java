package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Snapshot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of sales until it is closed, and keeps those that differ; while the database is away it waits. */
final class SaleWatcher implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(40);

    private final NightServers servers;
    private final List<String> sales;
    private final Map<String, List<Snapshot>> seen = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    SaleWatcher(NightServers servers, List<String> sales) {
        this.servers = servers;
        this.sales = sales;
        sales.forEach(sale -> seen.put(sale, new CopyOnWriteArrayList<>()));
        thread = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
        try {
            while (!closed) {
                lookOn();
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOn() throws InterruptedException {
        try (Connection database = servers.connect()) {
            while (!closed) {
                SaleAudit.look(database, sales).forEach(this::note);
                Thread.sleep(LOOK_EVERY);
            }
        } catch (SQLException e) {
            // it was killed, and comes back
        }
    }

    private void note(String sale, Snapshot snapshot) {
        List<Snapshot> before = seen.getOrDefault(sale, List.of());
        if (before.isEmpty() || !before.getLast().equals(snapshot)) {
            before.add(snapshot);
        }
    }

    @Nullable
    Snapshot last(String sale) {
        List<Snapshot> all = seen.getOrDefault(sale, List.of());
        return all.isEmpty() ? null : all.getLast();
    }

    List<Snapshot> snapshots(String sale) {
        return List.copyOf(seen.getOrDefault(sale, List.of()));
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
