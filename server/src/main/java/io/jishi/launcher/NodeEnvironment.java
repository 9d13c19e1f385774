package io.jishi.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The environment of the node processes: what the person has set, less what only the launcher and the start script read,
 * and over it what makes this node one of several on this machine.
 *
 * @param clusterPort of node 1; node k listens on {@code clusterPort + k - 1}
 */
record NodeEnvironment(UpOptions options, DataDirectory data, String databaseUrl, int clusterPort) {
    /** Read by the start script alone; a node would refuse them as unknown. */
    private static final List<String> NOT_FOR_NODES = List.of("JISHI_JAVA_HOME", "JISHI_HOME", "JISHI_KEEP_GOING");

    private static final String DEVELOPMENT = "development";

    /** Per hour. On a developer's machine all users of a replay or a load test come from one address. */
    private static final String REGISTRATIONS_PER_ADDRESS = "100000";

    /** As long as one that the data directory would hold. */
    private static final String NO_SECRET = "0".repeat(64);

    /** Of the key that the data directory holds. */
    private static final String SEAL_KEY_ID = "own";

    private static final String LOOPBACK = "127.0.0.1";

    /** What the first node will be told, as far as that is known before there is a data directory. */
    static Map<String, String> beforeStart(UpOptions options) {
        return basis(options, 1, name -> NO_SECRET);
    }

    Map<String, String> of(int node) {
        Map<String, String> environment = basis(options, node, data::secret);
        put(environment, "node.name", "node-" + node);
        put(environment, "database.url", databaseUrl);
        put(environment, "cluster.discovery", "members");
        put(environment, "cluster.host", LOOPBACK);
        put(environment, "cluster.port", clusterPort + node - 1);
        put(environment, "cluster.members", members());
        if (options.demo()) {
            put(environment, "demo.seed", true);
            put(environment, "demo.directory", data.demo());
        }
        put(environment, "stop-on-stdin-eof", true);
        return environment;
    }

    private static Map<String, String> basis(UpOptions options, int node, UnaryOperator<String> secret) {
        Map<String, String> environment = fromPerson(options.given());
        put(environment, "http.port", options.httpPort(node));
        put(environment, "mqtt.port", options.mqttPort(node));
        Given given = options.given();
        if (!given.has("token.secret")) {
            put(environment, "token.secret", secret.apply("token-secret"));
        }
        if (!given.has("database.seal-keys")) {
            put(environment, "database.seal-keys", SEAL_KEY_ID + ":" + secret.apply("seal-key"));
        }
        putUnlessGiven(given, environment, "profile", DEVELOPMENT);
        if (given.get("profile").orElse(DEVELOPMENT).equals(DEVELOPMENT)) {
            putUnlessGiven(given, environment, "accounts.registrations-per-address", REGISTRATIONS_PER_ADDRESS);
        }
        return environment;
    }

    private String members() {
        return IntStream.range(0, options.nodes())
                .mapToObj(i -> LOOPBACK + ":" + (clusterPort + i))
                .collect(Collectors.joining(","));
    }

    private static Map<String, String> fromPerson(Given given) {
        Map<String, String> environment = new HashMap<>();
        given.environment().forEach((name, value) -> {
            if (name.startsWith("JISHI_") && !NOT_FOR_NODES.contains(name)) {
                environment.put(name, value);
            }
        });
        return environment;
    }

    private static void putUnlessGiven(Given given, Map<String, String> environment, String setting, String value) {
        if (!given.has(setting)) {
            put(environment, setting, value);
        }
    }

    private static void put(Map<String, String> environment, String setting, Object value) {
        environment.put(Given.variable(setting), value.toString());
    }
}
