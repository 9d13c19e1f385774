package io.jishi.launcher;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The processes that run on the database: the nodes and, in a demo, the bots. */
final class Fleet {
    /** A slow machine that migrates while it starts several nodes needs a part of that. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    private static final Duration DRAIN_MAX = Duration.ofSeconds(15);

    /** How long the next waits for one that drains, so that clients that leave it find another node. */
    private static final Duration STOP_STAGGER = Duration.ofSeconds(3);

    private static final Duration KILL_MAX = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 25;

    private final UpOptions options;
    private final DataDirectory data;
    private final Installation installation;
    private final Progress progress;
    private final List<Service> services = new ArrayList<>();

    Fleet(UpOptions options, DataDirectory data, Installation installation, Progress progress) {
        this.options = options;
        this.data = data;
        this.installation = installation;
        this.progress = progress;
    }

    /** In the order in which they started. */
    List<Service> services() {
        return List.copyOf(services);
    }

    List<Service> nodes() {
        return services.stream().filter(Service::isNode).toList();
    }

    /** Starts all nodes at once and waits until each is ready. */
    void startNodes(NodeEnvironment environment, List<String> cache) throws InterruptedException {
        List<String> flags = new ArrayList<>(Installation.flags(options.nodes()));
        flags.addAll(cache);
        List<String> words = options.nodeWords(installation);
        progress.stage(options.nodes() == 1 ? "Starting the node" : "Starting " + options.nodes() + " nodes");
        for (int number = 1; number <= options.nodes(); number++) {
            String name = "node-" + number;
            Map<String, String> variables = environment.of(number);
            start(
                    name,
                    Service.node(
                            number, url(number), () -> Child.start(data, installation, name, flags, words, variables)));
        }
        awaitReady();
    }

    void startBots() {
        String urls = String.join(
                ",",
                nodes().stream()
                        .flatMap(node -> node.url().stream())
                        .map(URI::toString)
                        .toList());
        List<String> words = List.of(
                installation.botsClass(),
                "--url",
                urls,
                "--data-dir",
                data.demo().toString());
        Map<String, String> variables = Map.of(Given.variable("stop-on-stdin-eof"), "true");
        start(
                "demo",
                new Service(
                        "The demo",
                        Optional.empty(),
                        () -> Child.start(data, installation, "demo", Installation.BOTS_FLAGS, words, variables)));
    }

    /** What does not end in time is killed. */
    void stop() throws InterruptedException {
        List<Child> children = services.reversed().stream()
                .filter(service -> !service.isNode())
                .map(Service::child)
                .toList();
        end(children);
        end(nodes().stream().map(Service::child).toList());
    }

    private void start(String name, Service service) {
        Logs.rotate(data.log(name));
        services.add(service);
        service.start();
    }

    /** Where the node can be asked from here, which is loopback unless it listens on one address only. */
    private URI url(int node) {
        String host = options.given()
                .get("http.host")
                .filter(address -> !address.isBlank() && !address.equals("0.0.0.0") && !address.contains(":"))
                .orElse("127.0.0.1");
        return URI.create("http://" + host + ":" + options.httpPort(node));
    }

    private void awaitReady() throws InterruptedException {
        long start = System.nanoTime();
        List<Service> waiting = new ArrayList<>(services);
        while (!waiting.isEmpty()) {
            for (Service node : List.copyOf(waiting)) {
                requireAlive(node);
                if (node.isReady()) {
                    waiting.remove(node);
                    progress.stage(node + " is ready after " + Progress.since(start));
                }
            }
            if (Progress.secondsSince(start) > READY_WITHIN.toSeconds()) {
                throw new StartFailure(waiting.getFirst() + " was not ready within " + READY_WITHIN.toSeconds()
                        + " s; see " + data.logs() + ".");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void requireAlive(Service node) {
        Child child = node.child();
        if (child == null || child.isAlive()) {
            return;
        }
        if (child.exitCode() == StartFailure.WRONG_REQUEST) {
            throw new StartFailure(child.lastWords(), StartFailure.WRONG_REQUEST);
        }
        throw new StartFailure(
                node + " " + child.ending() + " while it started: " + child.lastWords() + " (see " + child.log() + ")");
    }

    private void end(List<Child> children) throws InterruptedException {
        List<Child> alive = children.stream()
                .filter(Objects::nonNull)
                .filter(Child::isAlive)
                .toList();
        long start = System.nanoTime();
        for (Child child : alive) {
            child.askToStop();
            child.awaitEnd(STOP_STAGGER);
        }
        for (Child child : alive) {
            Duration left = DRAIN_MAX.minusNanos(System.nanoTime() - start);
            if (!child.awaitEnd(left.isNegative() ? Duration.ZERO : left)) {
                progress.event(child + " did not stop in time and is killed");
                child.kill();
                child.awaitEnd(KILL_MAX);
            }
        }
    }
}
