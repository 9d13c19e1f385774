package io.jishi.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One run of a node for the sake of its start-up cache: on a database and ports of its own it starts, serves a little of
 * everything, and stops, upon which Java writes the cache. A training that fails costs only time.
 */
final class Training {
    private static final String DATABASE = "jishi_training";
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    /** Java puts the cache together in a second process when the first ends. */
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(3);

    private static final int POLL_MILLIS = 50;

    private final UpOptions options;
    private final DataDirectory data;
    private final Installation installation;
    private final AotCache cache;

    Training(UpOptions options, DataDirectory data, Installation installation, AotCache cache) {
        this.options = options;
        this.data = data;
        this.installation = installation;
        this.cache = cache;
    }

    /**
     * Blocks until the cache is there.
     *
     * @param database the embedded server in use, for a database beside the real one; null to start one for the purpose
     * @throws StartFailure saying why there is none
     */
    void run(@Nullable PostgresServer database) throws InterruptedException {
        if (database != null) {
            runOn(database);
            return;
        }
        try (PostgresServer own = PostgresServer.startForgetful(data.root().resolve("cache/training"))) {
            runOn(own);
        }
    }

    private void runOn(PostgresServer database) throws InterruptedException {
        Logs.rotate(data.log("training"));
        database.recreateDatabase(DATABASE);
        Child child = start(database);
        try {
            rehearse(child);
            child.askToStop();
            if (!child.awaitEnd(WRITTEN_WITHIN) || !cache.accept()) {
                throw new StartFailure("Java wrote no cache; see " + child.log());
            }
        } finally {
            child.killTree();
            delete();
        }
        database.dropDatabase(DATABASE);
    }

    private Child start(PostgresServer database) {
        UpOptions alone = new UpOptions(
                1,
                port(0),
                port(1),
                OptionalInt.of(port(2)),
                options.dataDirectory(),
                options.config(),
                false,
                options.given());
        Map<String, String> environment = new NodeEnvironment(alone, data, database.url(DATABASE), port(2)).of(1);
        environment.put(Given.variable("http.host"), "127.0.0.1");
        List<String> flags = new ArrayList<>(Installation.flags(1));
        flags.add("-XX:AOTCacheOutput=" + cache.draft());
        return Child.start(data, installation, "training", flags, options.nodeWords(installation), environment);
    }

    private int port(int index) {
        return data.port("training", 3) + index;
    }

    private void rehearse(Child child) throws InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + port(0));
        Service node = Service.node(1, url, () -> child);
        long start = System.nanoTime();
        while (!node.isReady()) {
            if (!child.isAlive() && child.exitCode() == StartFailure.WRONG_REQUEST) {
                throw new StartFailure(child.lastWords(), StartFailure.WRONG_REQUEST);
            }
            if (!child.isAlive()) {
                throw new StartFailure("the training node " + child.ending() + ": " + child.lastWords());
            }
            if (Progress.secondsSince(start) > READY_WITHIN.toSeconds()) {
                throw new StartFailure("the training node was not ready within " + READY_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(POLL_MILLIS);
        }
        new Rehearsal(url).run();
    }

    private void delete() {
        try {
            Files.deleteIfExists(cache.draft());
        } catch (IOException e) {
            throw new StartFailure("Cannot delete " + cache.draft() + " (" + DataDirectory.reason(e) + ").");
        }
    }
}
