package io.jishi.launcher;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches the running processes, tells of each that dies, and starts it again unless it dies too often. */
final class Supervisor {
    /** Far more than the processes can cause between two looks. */
    private static final int EVENTS_MAX = 1_000;

    private static final int LOG_CHECK_SECONDS = 10;
    private static final int READY_POLL_MILLIS = 50;

    private final DataDirectory data;
    private final Progress progress;
    private final List<Node> nodes;
    private final InstantSource clock;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
    private final Restarts databaseRestarts = new Restarts();
    private final Set<Node> givenUp = new HashSet<>();
    private @Nullable PostgresServer database;

    private sealed interface Event {
        record NodeEnded(Node node, Child child) implements Event {}

        record NodeDue(Node node) implements Event {}

        record NodeReady(Node node, String after) implements Event {}

        record DatabaseEnded(PostgresServer server) implements Event {}

        record DatabaseDue(PostgresServer before) implements Event {}
    }

    Supervisor(
            DataDirectory data,
            Progress progress,
            List<Node> nodes,
            @Nullable PostgresServer database,
            InstantSource clock) {
        this.data = data;
        this.progress = progress;
        this.nodes = nodes;
        this.database = database;
        this.clock = clock;
    }

    /** The embedded database as it is now: another one after each restart; null where there is none. */
    @Nullable
    PostgresServer database() {
        return database;
    }

    /**
     * Returns only when nothing is left to watch over.
     *
     * @throws InterruptedException when the launcher is asked to stop
     * @throws StartFailure when the database cannot be brought back
     */
    void run() throws InterruptedException {
        nodes.forEach(this::watch);
        Optional.ofNullable(database).ifPresent(this::watch);
        while (givenUp.size() < nodes.size()) {
            Event event = events.poll(LOG_CHECK_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                Logs.bound(data.logs(), Logs.BYTES_MAX);
            } else {
                handle(event);
            }
        }
        throw new StartFailure("No node is left; see " + data.logs() + ".");
    }

    private void handle(Event event) {
        switch (event) {
            case Event.NodeEnded(Node node, Child child) -> nodeEnded(node, child);
            case Event.NodeDue(Node node) -> restart(node);
            case Event.NodeReady(Node node, String after) -> progress.event(node + " is ready again after " + after);
            case Event.DatabaseEnded(PostgresServer server) -> databaseEnded(server);
            case Event.DatabaseDue(PostgresServer before) -> restartDatabase(before);
        }
    }

    private void watch(Node node) {
        Child child = node.child();
        if (child != null) {
            child.onExit().thenAccept(ended -> events.offer(new Event.NodeEnded(node, ended)));
        }
    }

    private void watch(PostgresServer server) {
        server.onExit().thenRun(() -> events.offer(new Event.DatabaseEnded(server)));
    }

    private void nodeEnded(Node node, Child child) {
        Optional<Duration> pause = node.restarts().next(clock.instant());
        if (pause.isEmpty()) {
            givenUp.add(node);
            progress.event("%s %s once more and stays down; see %s".formatted(node, child.ending(), child.log()));
            return;
        }
        progress.event("%s %s; starting it again%s".formatted(node, child.ending(), in(pause.get())));
        later(pause.get(), new Event.NodeDue(node));
    }

    private void restart(Node node) {
        long start = System.nanoTime();
        Child child = node.start();
        watch(node);
        Thread.ofVirtual().start(() -> {
            while (child.isAlive()) {
                if (node.isReady()) {
                    events.offer(new Event.NodeReady(node, Progress.since(start)));
                    return;
                }
                pause();
            }
        });
    }

    private void databaseEnded(PostgresServer server) {
        Duration pause = databaseRestarts
                .next(clock.instant())
                .orElseThrow(() -> new StartFailure("PostgreSQL ended too often; see " + data.log("postgres") + "."));
        progress.event("PostgreSQL ended unexpectedly; starting it again" + in(pause));
        later(pause, new Event.DatabaseDue(server));
    }

    private void restartDatabase(PostgresServer before) {
        long start = System.nanoTime();
        PostgresServer server;
        try {
            server = PostgresServer.start(data, line -> {});
        } catch (StartFailure e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            progress.event(e.getMessage());
            databaseEnded(before);
            return;
        }
        database = server;
        if (!server.url().equals(before.url())) {
            throw new StartFailure("Another program took port " + before.port()
                    + " while PostgreSQL was down, and the nodes cannot follow it; start again.");
        }
        watch(server);
        progress.event("PostgreSQL is back after " + Progress.since(start));
    }

    private void later(Duration pause, Event event) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> events.offer(event));
    }

    private static String in(Duration pause) {
        return pause.isZero() ? "" : " in " + pause.toSeconds() + " s";
    }

    private static void pause() {
        try {
            Thread.sleep(READY_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
