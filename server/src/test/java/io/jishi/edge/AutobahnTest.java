package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jishi.core.Settings;
import io.jishi.realtime.RealtimeSettings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fuzzing client of Autobahn's test suite against the WebSocket end of a node. It is a program in Python, run by
 * Jython in a process of its own; both come with Maven's profile {@code slow}.
 */
@Tag("slow")
class AutobahnTest {
    private static final int MESSAGE_BYTES_MAX = 16_777_216;
    private static final int MINUTES_MAX = 25;

    /** Good by Autobahn's own judgement. "Informational" are cases in which any behaviour is. */
    private static final Set<String> GOOD = Set.of("OK", "INFORMATIONAL");

    /**
     * Text that is not UTF-8 within a single frame that has not come whole: reading on to the frame's end, which is
     * bounded, is allowed, refusing it earlier is not asked for.
     */
    private static final Set<String> NON_STRICT = Set.of("6.4.3", "6.4.4");

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "compression {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("[RT50] Autobahn's fuzzing client finds nothing wrong, whether the server compresses or not")
    void fuzzingClient(boolean compression) throws IOException, InterruptedException {
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX)
                .with(Deflate.ENABLED, compression);
        try (EchoServer server = new EchoServer(settings)) {
            // messages of many megabytes in small pieces take minutes, and are the same frames either way
            run(server.url(), compression ? List.of("9.*") : List.of());
        }
        Map<String, String> bad = new TreeMap<>();
        JsonNode results = new JsonMapper()
                .readTree(folder.resolve("reports/index.json").toFile())
                .path("jishi");
        results.properties().forEach(result -> {
            String behavior = result.getValue().path("behavior").asText();
            String close = result.getValue().path("behaviorClose").asText();
            boolean allowed = behavior.equals("NON-STRICT") && NON_STRICT.contains(result.getKey());
            if (!(GOOD.contains(behavior) || allowed) || !GOOD.contains(close)) {
                bad.put(result.getKey(), behavior + ", closed: " + close);
            }
        });
        assertThat(bad).isEmpty();
        assertThat(results.size()).isGreaterThan(compression ? 180 : 240);
    }

    private void run(String url, List<String> excluded) throws IOException, InterruptedException {
        Path specification = folder.resolve("specification.json");
        Path log = folder.resolve("autobahn.log");
        Files.writeString(
                specification,
                new JsonMapper()
                        .writeValueAsString(Map.of(
                                "outdir", folder.resolve("reports").toString(),
                                "servers",
                                        List.of(Map.of("agent", "jishi", "url", url, "options", Map.of("version", 18))),
                                "cases",
                                        List.of(System.getProperty("autobahn.cases", "*")
                                                .split(",")),
                                "exclude-cases", excluded,
                                "exclude-agent-cases", Map.of())));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-Dpython.cachedir.skip=true",
                "-cp",
                jarOf("org/python/util/jython.class") + File.pathSeparator + jarOf("autobahntestsuite/wstest.py"),
                "org.python.util.jython",
                "-c",
                "import sys; sys.path.insert(0, '" + jarOf("autobahntestsuite/wstest.py")
                        + "'); sys.argv = ['wstest', '-m', 'fuzzingclient', '-s', '" + specification
                        + "']; from autobahntestsuite import wstest; wstest.run()"));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String jarOf(String resource) {
        URL found = AutobahnTest.class.getClassLoader().getResource(resource);
        assertThat(found).as("%s on the class path; run with -Pslow", resource).isNotNull();
        String path = found.toString();
        return Path.of(URI.create(path.substring("jar:".length(), path.indexOf('!'))))
                .toString();
    }
}
