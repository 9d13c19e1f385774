package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.database.TestDatabase;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in a process of its own that cannot start, as {@code up} and a container see it. */
class MainTest {
    private static final int SECONDS_MAX = 90;

    @TempDir
    private Path folder;

    private record Ended(int code, List<String> lines, String text) {
        String lastLine() {
            return lines.getLast();
        }
    }

    @Test
    @DisplayName("[UP13] a node says last, after its log, that the database does not answer, and where")
    void unreachable() throws Exception {
        Ended node = run("postgresql://somebody:mellon@127.0.0.1:1/jishi");
        assertThat(node.code()).isEqualTo(1);
        assertThat(node.text()).contains("event=start-failed").doesNotContain("mellon");
        assertThat(node.lastLine())
                .isEqualTo("Jishi cannot start: The database at 127.0.0.1:1 cannot be used: Connection refused.");
    }

    @Test
    @DisplayName("[UP13] a refused log-in and a missing database are told without user and password")
    void refused() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            String[] parts = database.url().split("[/:@]+");
            String address = parts[3] + ":" + parts[4];
            Ended wrong = run("postgresql://somebody:mellon@" + address + "/" + parts[5]);
            assertThat(wrong.code()).isEqualTo(1);
            assertThat(wrong.lastLine())
                    .isEqualTo("Jishi cannot start: The database at " + address
                            + " cannot be used: it refuses this user or password.");
            Ended missing = run("postgresql://" + parts[1] + ":" + parts[2] + "@" + address + "/nothing_here");
            assertThat(missing.lastLine())
                    .isEqualTo("Jishi cannot start: The database at " + address
                            + " cannot be used: database \"nothing_here\" does not exist.");
        }
    }

    @Test
    @DisplayName("[UP13] an address of another kind of database is refused as configuration, without a trace")
    void otherKind() throws Exception {
        Ended node = run("mysql://x");
        assertThat(node.code()).isEqualTo(2);
        assertThat(node.text()).doesNotContain("\tat ").doesNotContain("start-failed");
        assertThat(node.lastLine()).endsWith("database.url must be postgresql://user:password@host:port/database.");
    }

    private Ended run(String databaseUrl) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath(), Main.class.getName()));
        File output = folder.resolve("node.log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().keySet().removeIf(name -> name.startsWith("JISHI_"));
        builder.environment().put("JISHI_PROFILE", "development");
        builder.environment().put("JISHI_HTTP_PORT", "0");
        builder.environment().put("JISHI_CLUSTER_PORT", "0");
        builder.environment().put("JISHI_DATABASE_URL", databaseUrl);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
        return new Ended(process.exitValue(), text.lines().toList(), text);
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
