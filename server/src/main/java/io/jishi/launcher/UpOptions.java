package io.jishi.launcher;

import io.jishi.core.Invalid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code up} was asked for, on its command line, else in the environment or the configuration file.
 *
 * @param httpPort of node 1; node k listens on {@code httpPort + k - 1}, and so with the other ports
 * @param clusterPort empty where the launcher is to find one
 */
record UpOptions(
        int nodes,
        int httpPort,
        int mqttPort,
        OptionalInt clusterPort,
        Path dataDirectory,
        Optional<Path> config,
        boolean demo,
        Given given) {
    static final int NODES_MAX = 16;
    private static final int HTTP_PORT = 8080;
    private static final int MQTT_PORT = 1883;
    private static final int PORT_MAX = 65_535;

    static final String HELP = """
            ./jishi up [--nodes N] [--http-port 8080] [--mqtt-port 1883] [--data-dir .jishi] [--config FILE] [--demo]

              --nodes N          number of server processes, 1 to 16 (1)
              --http-port PORT   port of node 1; node k listens on PORT + k - 1 (8080)
              --mqtt-port PORT   port of node 1; node k listens on PORT + k - 1 (1883)
              --data-dir DIR     database, logs and secrets of this installation (.jishi)
              --config FILE      YAML configuration; every key is also an environment variable JISHI_...
              --demo             fill an empty database with a small shop and start bots

            Runs an embedded PostgreSQL in the data directory unless JISHI_DATABASE_URL is set.
            """;

    int httpPort(int node) {
        return httpPort + node - 1;
    }

    int mqttPort(int node) {
        return mqttPort + node - 1;
    }

    /** Whether a node will listen there, so that nothing else must. */
    boolean isReserved(int port) {
        return isAmong(port, httpPort)
                || isAmong(port, mqttPort)
                || clusterPort.isPresent() && isAmong(port, clusterPort.getAsInt());
    }

    private boolean isAmong(int port, int first) {
        return port >= first && port < first + nodes;
    }

    /** What comes after the class path of a node. */
    List<String> nodeWords(Installation installation) {
        return config.map(file -> List.of(installation.nodeClass(), "--config", file.toString()))
                .orElse(List.of(installation.nodeClass()));
    }

    /** @throws StartFailure naming the first argument that is wrong, or what a node would refuse of the configuration */
    static UpOptions parse(List<String> arguments, Map<String, String> environment, NodeConfiguration configuration) {
        Reading reading = new Reading();
        for (ListIterator<String> rest = arguments.listIterator(); rest.hasNext(); ) {
            reading.take(rest.next(), rest);
        }
        try {
            UpOptions options = reading.checked(environment, configuration);
            configuration.check(options.config, NodeEnvironment.beforeStart(options));
            return options;
        } catch (Invalid e) {
            throw new StartFailure(e.sentence(), StartFailure.WRONG_REQUEST);
        }
    }

    private static final class Reading {
        private int nodes = 1;
        private OptionalInt httpPort = OptionalInt.empty();
        private OptionalInt mqttPort = OptionalInt.empty();
        private Path dataDirectory = Path.of(".jishi");
        private Optional<Path> config = Optional.empty();
        private boolean demo;

        void take(String argument, ListIterator<String> rest) {
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String option = equals < 0 ? argument : argument.substring(0, equals);
            if (option.equals("--demo") && equals < 0) {
                demo = true;
                return;
            }
            if (!List.of("--nodes", "--http-port", "--mqtt-port", "--data-dir", "--config")
                    .contains(option)) {
                throw wrong((argument.startsWith("-") ? "unknown option " : "unexpected argument ") + argument);
            }
            if (equals < 0 && !rest.hasNext()) {
                throw wrong("option " + option + " needs a value");
            }
            set(option, equals < 0 ? rest.next() : argument.substring(equals + 1));
        }

        private void set(String option, String value) {
            switch (option) {
                case "--nodes" -> nodes = number(option, value, NODES_MAX);
                case "--http-port" -> httpPort = OptionalInt.of(number(option, value, PORT_MAX));
                case "--mqtt-port" -> mqttPort = OptionalInt.of(number(option, value, PORT_MAX));
                case "--data-dir" -> dataDirectory = path(option, value);
                case "--config" -> config = Optional.of(path(option, value));
                default -> throw new IllegalStateException(option);
            }
        }

        UpOptions checked(Map<String, String> environment, NodeConfiguration configuration) {
            config.filter(file -> !Files.isReadable(file) || Files.isDirectory(file))
                    .ifPresent(file -> {
                        throw wrong("cannot read the file --config " + file);
                    });
            Given given = Given.read(environment, config, configuration);
            int http = httpPort.orElseGet(() -> port(given, "http.port").orElse(HTTP_PORT));
            int mqtt = mqttPort.orElseGet(() -> port(given, "mqtt.port").orElse(MQTT_PORT));
            OptionalInt cluster = port(given, "cluster.port");
            int highest = Math.max(Math.max(http, mqtt), cluster.orElse(0));
            if (highest + nodes - 1 > PORT_MAX) {
                throw wrong("the ports of " + nodes + " nodes from " + highest + " on go past " + PORT_MAX);
            }
            if (Math.abs(http - mqtt) < nodes) {
                throw wrong("the HTTP ports from " + http + " and the MQTT ports from " + mqtt + " overlap with "
                        + nodes + " nodes");
            }
            return new UpOptions(nodes, http, mqtt, cluster, dataDirectory, config, demo, given);
        }

        private static OptionalInt port(Given given, String setting) {
            return given.get(setting)
                    .map(value -> OptionalInt.of(number(setting, value, PORT_MAX)))
                    .orElse(OptionalInt.empty());
        }

        private static int number(String option, String value, int max) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 1 && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw wrong(option + " must be a whole number from 1 to " + max + ", not " + value);
        }

        private static Path path(String option, String value) {
            if (value.isBlank() || value.indexOf('\0') >= 0) {
                throw wrong(option + " must name a path");
            }
            return Path.of(value);
        }

        private static StartFailure wrong(String what) {
            return new StartFailure("up: " + what + "; see ./jishi up --help", StartFailure.WRONG_REQUEST);
        }
    }
}
