package io.jishi.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpTest {
    /** Nothing listens there: these tests need no database, and their nodes do not ask for one. */
    private static final Map<String, String> ELSEWHERE = Map.of("JISHI_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/x");

    @TempDir
    Path folder;

    private int port;

    @BeforeEach
    void findPorts() throws Exception {
        port = RunningUp.freePorts();
    }

    @Test
    @DisplayName("[UP8] it starts the database and the nodes, names their addresses, and SIGTERM leaves no process")
    void startsAndStops() throws Exception {
        try (RunningUp up = RunningUp.start(folder, port, Map.of(), "--nodes", "2")) {
            up.awaitReady();
            assertThat(up.output())
                    .contains("http://127.0.0.1:" + port + "/")
                    .contains("http://127.0.0.1:" + (port + 1) + "/");
            List<ProcessHandle> nodes = up.nodes();
            ProcessHandle database = up.database().orElseThrow();
            assertThat(nodes).hasSize(2);

            up.terminate();

            assertThat(up.exitCode()).isZero();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
            assertThat(database.isAlive()).isFalse();
            assertThat(up.output()).endsWith("Stopped\n").doesNotContain("did not stop in time");
        }
    }

    @Test
    @DisplayName("[UP9] a node that is killed is told of in one line and started again")
    void restartsNode() throws Exception {
        try (RunningUp up = RunningUp.start(folder, port, ELSEWHERE, "--nodes", "2")) {
            up.awaitReady();
            ProcessHandle node = up.process("node-1");
            ProcessHandle other = up.process("node-2");

            node.destroyForcibly();

            up.awaitLine("Node 1 was killed by signal 9; starting it again").awaitLine("Node 1 is ready again");
            assertThat(up.environmentOf(1)).contains("JISHI_NODE_NAME=node-1");
            assertThat(other.isAlive()).isTrue();
            up.terminate();
            assertThat(up.exitCode()).isZero();
            assertThat(up.nodes()).isEmpty();
        }
    }

    @Test
    @DisplayName("[UP9] a database that is killed is started again at the same address")
    void restartsDatabase() throws Exception {
        try (RunningUp up = RunningUp.start(folder, port, Map.of())) {
            up.awaitReady();
            ProcessHandle before = up.database().orElseThrow();
            before.destroyForcibly();

            up.awaitLine("PostgreSQL ended unexpectedly; starting it again").awaitLine("PostgreSQL is back");

            ProcessHandle after = up.database().orElseThrow();
            assertThat(after.pid()).isNotEqualTo(before.pid());
            String address = "127.0.0.1:"
                    + Postmaster.read(folder.resolve("data/postgres"))
                            .orElseThrow()
                            .port();
            assertThat(up.environmentOf(1)).contains(address);
            up.terminate();
            assertThat(up.exitCode()).isZero();
            assertThat(after.isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("[UP10] a killed launcher takes its nodes with it, and the next start uses the database that is left")
    void recoversFromKilledLauncher() throws Exception {
        try (RunningUp killed = RunningUp.start(folder, port, Map.of(), "--nodes", "2")) {
            killed.awaitReady();
            List<ProcessHandle> nodes = killed.nodes();
            ProcessHandle database = killed.database().orElseThrow();

            killed.kill9();

            await().atMost(30, SECONDS).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(database.isAlive()).isTrue();
            try (RunningUp next = RunningUp.start(folder, port, Map.of(), "--nodes", "2")) {
                next.awaitReady();
                assertThat(next.database()).contains(database);
                next.terminate();
                assertThat(next.exitCode()).isZero();
                assertThat(database.isAlive()).isFalse();
            }
        }
    }

    @Test
    @DisplayName("[UP10] nodes left over from a killed launcher are ended by the next start, and no one else's")
    void endsLeftOvers() throws Exception {
        Map<String, String> deaf = Map.of("JISHI_STUB", "deaf", "JISHI_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/x");
        Path neighbour = Files.createDirectory(folder.resolve("neighbour"));
        int portsOfNeighbour = port + 4;
        try (RunningUp killed = RunningUp.start(folder, port, deaf);
                RunningUp other = RunningUp.start(neighbour, portsOfNeighbour, ELSEWHERE)) {
            killed.awaitReady();
            other.awaitReady();
            ProcessHandle left = killed.nodes().getFirst();
            ProcessHandle foreign = other.nodes().getFirst();
            killed.kill9();
            assertThat(left.isAlive()).isTrue();

            try (RunningUp next = RunningUp.start(folder, port, ELSEWHERE)) {
                next.awaitReady();
                assertThat(next.output()).contains("left over");
                assertThat(left.isAlive()).isFalse();
                assertThat(foreign.isAlive()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("[UP11] a busy port is named in one line, with what to pass")
    void namesBusyPort() throws Exception {
        try (ServerSocket http = new ServerSocket(port + 1);
                RunningUp up = RunningUp.start(folder, port, ELSEWHERE, "--nodes", "2")) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.output())
                    .isEqualTo("jishi: Port " + http.getLocalPort()
                            + " (HTTP of node 2) is in use; stop what uses it or pass another --http-port.\n");
            assertThat(folder.resolve("data")).doesNotExist();
        }
        try (ServerSocket mqtt = new ServerSocket(port + 2);
                RunningUp up = RunningUp.start(folder, port, ELSEWHERE)) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.output())
                    .hasLineCount(1)
                    .contains("Port " + mqtt.getLocalPort() + " (MQTT of node 1)")
                    .contains("--mqtt-port");
        }
    }

    @Test
    @DisplayName("[UP12] a second start on the same data directory is refused in one line and harms nothing")
    void refusesSecond() throws Exception {
        try (RunningUp first = RunningUp.start(folder, port, ELSEWHERE)) {
            first.awaitReady();
            try (RunningUp second = RunningUp.start(folder, port + 4, ELSEWHERE)) {
                assertThat(second.exitCode()).isEqualTo(2);
                assertThat(second.output())
                        .hasLineCount(1)
                        .contains("process " + first.processId())
                        .contains("--data-dir");
                assertThat(first.nodes()).hasSize(1).allMatch(ProcessHandle::isAlive);
            }
        }
    }

    @Test
    @DisplayName("[UP13] a node that refuses its configuration ends the start with the node's own line")
    void passesRefusalOn() throws Exception {
        Map<String, String> refusing = Map.of("JISHI_STUB", "refuse");
        try (RunningUp up = RunningUp.start(folder, port, refusing)) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.output()).contains("jishi: rooms.comment-length-max must be from 1 to 1000.\n");
            assertThat(up.database()).isEmpty();
        }
    }

    @Test
    @DisplayName("[UP13] a node that cannot start ends the start with its last words")
    void tellsLastWords() throws Exception {
        Map<String, String> crashing =
                Map.of("JISHI_STUB", "crash", "JISHI_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/x");
        try (RunningUp up = RunningUp.start(folder, port, crashing)) {
            assertThat(up.exitCode()).isEqualTo(1);
            assertThat(up.output()).contains("Node 1 ended with exit code 3 while it started: out of luck");
        }
    }

    @Test
    @DisplayName("[UP8] Ctrl-C in the middle of a start leaves no process either")
    void stopsWhileStarting() throws Exception {
        try (RunningUp up = RunningUp.start(folder, port, Map.of("JISHI_STUB", "silent"))) {
            up.awaitLine("Starting the node");
            await().atMost(30, SECONDS).until(() -> up.nodes().size() == 1);
            ProcessHandle node = up.nodes().getFirst();
            ProcessHandle database = up.database().orElseThrow();

            up.interrupt();

            assertThat(up.exitCode()).isZero();
            assertThat(node.isAlive()).isFalse();
            assertThat(database.isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("[UP14][OR19] nodes get what was configured, what makes them a cluster, and secrets that stay")
    void configuresNodes() throws Exception {
        Path config =
                Files.writeString(folder.resolve("jishi.yaml"), "profile: production\npayments: {methods: stripe}\n");
        String secret;
        String sealKeys;
        try (RunningUp up = RunningUp.start(folder, port, ELSEWHERE, "--nodes", "2", "--config", config.toString())) {
            up.awaitReady();
            String environment = up.environmentOf(2);
            assertThat(environment)
                    .startsWith("--config " + config + "\n")
                    .contains("JISHI_HTTP_PORT=" + (port + 1) + "\n")
                    .contains("JISHI_DATABASE_URL=postgresql://u:p@127.0.0.1:1/x\n")
                    .doesNotContain("JISHI_PROFILE");
            secret = line(environment, "JISHI_TOKEN_SECRET=");
            sealKeys = line(environment, "JISHI_DATABASE_SEAL_KEYS=own:");
            up.terminate();
            up.exitCode();
        }
        try (RunningUp up = RunningUp.start(folder, port, ELSEWHERE)) {
            up.awaitReady();
            assertThat(up.environmentOf(1))
                    .contains(secret)
                    .contains(sealKeys)
                    .contains("JISHI_PROFILE=development")
                    .contains("JISHI_ACCOUNTS_REGISTRATIONS_PER_ADDRESS=100000");
        }
    }

    private static String line(String environment, String start) {
        return environment
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("[UP14] secrets in files reach the nodes, each once")
    void passesSecretFilesOn() throws Exception {
        Path url = Files.writeString(folder.resolve("url"), "postgresql://u:p@127.0.0.1:1/from-file\n");
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
        Map<String, String> files =
                Map.of("JISHI_DATABASE_URL_FILE", url.toString(), "JISHI_TOKEN_SECRET_FILE", secret.toString());
        try (RunningUp up = RunningUp.start(folder, port, files)) {
            up.awaitReady();
            assertThat(up.environmentOf(1))
                    .contains("JISHI_DATABASE_URL=postgresql://u:p@127.0.0.1:1/from-file\n")
                    .contains("JISHI_TOKEN_SECRET=0123456789abcdef0123456789abcdef\n")
                    .doesNotContain("_FILE=");
            assertThat(up.database()).isEmpty();
        }
    }

    @Test
    @DisplayName("[UP19] a configuration that a node would refuse ends the start before anything is made")
    void checksConfigurationFirst() throws Exception {
        Path config = Files.writeString(folder.resolve("jishi.yaml"), "http: {prot: 1}\n");
        try (RunningUp up = RunningUp.start(folder, port, Map.of(), "--config", config.toString())) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.output()).isEqualTo("jishi: Unknown configuration key http.prot.\n");
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    @Test
    @DisplayName("[UP18] a demo is seeded by the nodes, told of with its log-ins, and kept alive by bots on all nodes")
    void runsDemo() throws Exception {
        try (RunningUp up = RunningUp.start(folder, port, ELSEWHERE, "--nodes", "2", "--demo")) {
            up.awaitReady();
            assertThat(up.output()).contains("password jishi").contains("viewer, host, courier");
            Path demo = folder.resolve("data/demo");
            assertThat(up.environmentOf(2)).contains("JISHI_DEMO_SEED=true", "JISHI_DEMO_DIRECTORY=" + demo);
            Path log = folder.resolve("data/logs/demo.log");
            await().atMost(30, SECONDS).until(() -> Files.readString(log).contains("bots"));
            assertThat(log)
                    .hasContent("bots --url http://127.0.0.1:" + port + ",http://127.0.0.1:" + (port + 1)
                            + " --data-dir " + demo);

            assertThat(up.nodes()).hasSize(3);
            up.process("demo").destroyForcibly();
            up.awaitLine("The demo was killed by signal 9; starting it again").awaitLine("The demo is ready again");
            up.terminate();
            assertThat(up.exitCode()).isZero();
            assertThat(up.nodes()).isEmpty();
        }
    }

    @Test
    @DisplayName("[UP14] registrations are limited per address where the profile is not development")
    void keepsLimitsInProduction() throws Exception {
        Map<String, String> production = new java.util.HashMap<>(ELSEWHERE);
        production.put("JISHI_PROFILE", "production");
        production.put("JISHI_PAYMENTS_METHODS", "stripe");
        try (RunningUp up = RunningUp.start(folder, port, production)) {
            up.awaitReady();
            assertThat(up.environmentOf(1))
                    .contains("JISHI_PROFILE=production")
                    .doesNotContain("JISHI_ACCOUNTS_REGISTRATIONS_PER_ADDRESS");
        }
    }

    @Test
    @DisplayName("[UP15] a wrong argument gets one clear line and exit code 2")
    void refusesWrongArguments() throws Exception {
        List<String> wrong = List.of("up", "--nodes", "many");
        try (RunningUp up =
                RunningUp.start(folder, RunningUp.classPath(), folder.resolve("data"), port, Map.of(), wrong)) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.output())
                    .isEqualTo("jishi: up: --nodes must be a whole number from 1 to 16, not many;"
                            + " see ./jishi up --help\n");
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }
}
