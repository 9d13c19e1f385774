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
    private final List<Service> services;
    private final InstantSource clock;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
    private final Restarts databaseRestarts = new Restarts();
    private final Set<Service> givenUp = new HashSet<>();
    private @Nullable PostgresServer database;

    private sealed interface Event {
        record ServiceEnded(Service service, Child child) implements Event {}

        record ServiceDue(Service service) implements Event {}

        record ServiceReady(Service service, String after) implements Event {}

        record DatabaseEnded(PostgresServer server) implements Event {}

        record DatabaseDue(PostgresServer before) implements Event {}
    }

    Supervisor(
            DataDirectory data,
            Progress progress,
            List<Service> services,
            @Nullable PostgresServer database,
            InstantSource clock) {
        this.data = data;
        this.progress = progress;
        this.services = services;
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
        services.forEach(this::watch);
        Optional.ofNullable(database).ifPresent(this::watch);
        while (services.stream().anyMatch(service -> service.isNode() && !givenUp.contains(service))) {
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
            case Event.ServiceEnded(Service service, Child child) -> serviceEnded(service, child);
            case Event.ServiceDue(Service service) -> restart(service);
            case Event.ServiceReady(Service service, String after) ->
                progress.event(service + " is ready again after " + after);
            case Event.DatabaseEnded(PostgresServer server) -> databaseEnded(server);
            case Event.DatabaseDue(PostgresServer before) -> restartDatabase(before);
        }
    }

    private void watch(Service service) {
        Child child = service.child();
        if (child != null) {
            var _ = child.onExit().thenAccept(ended -> events.offer(new Event.ServiceEnded(service, ended)));
        }
    }

    private void watch(PostgresServer server) {
        var _ = server.onExit().thenRun(() -> events.offer(new Event.DatabaseEnded(server)));
    }

    private void serviceEnded(Service service, Child child) {
        Optional<Duration> pause = service.restarts().next(clock.instant());
        if (pause.isEmpty()) {
            givenUp.add(service);
            progress.event("%s %s once more and stays down; see %s".formatted(service, child.ending(), child.log()));
            return;
        }
        progress.event("%s %s; starting it again%s".formatted(service, child.ending(), in(pause.get())));
        later(pause.get(), new Event.ServiceDue(service));
    }

    private void restart(Service service) {
        long start = System.nanoTime();
        Child child = service.start();
        watch(service);
        Thread.ofVirtual().start(() -> {
            while (child.isAlive()) {
                if (service.isReady()) {
                    events.offer(new Event.ServiceReady(service, Progress.since(start)));
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
            progress.event(String.valueOf(e.getMessage()));
            databaseEnded(before);
            return;
        }
        database = server;
        if (!server.url().equals(before.url())) {
            throw new StartFailure("Another program took port " + before.port()
                    + " while PostgreSQL was down, and the services cannot follow it; start again.");
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
