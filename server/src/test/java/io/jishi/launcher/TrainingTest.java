package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    private static final Map<String, String> ELSEWHERE = Map.of("JISHI_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/x");

    @TempDir
    Path folder;

    private int port;
    private List<Path> jars = List.of();

    @BeforeEach
    void packClasses() throws IOException {
        port = RunningUp.freePorts();
        List<Path> packed = new ArrayList<>();
        for (String entry : RunningUp.classPath().split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path.resolve("io/jishi/launcher"))) {
                packed.add(pack(path, folder.resolve("classes-" + packed.size() + ".jar")));
            } else if (Files.isRegularFile(path)) {
                packed.add(path);
            }
        }
        jars = packed;
    }

    @Test
    @DisplayName("[UP17] the first start after a build trains the start-up cache, later ones use it")
    void trainsOnce() throws Exception {
        Path cache;
        try (RunningUp first = start(Map.of())) {
            first.awaitReady();
            assertThat(first.output()).contains("Training the start-up cache").contains("start-up cache is ready");
            cache = onlyCache();
            assertThat(flags(first)).contains("-XX:AOTCache=" + cache);
            first.terminate();
            assertThat(first.exitCode()).isZero();
        }
        try (RunningUp second = start(ELSEWHERE)) {
            second.awaitReady();
            assertThat(second.output()).doesNotContain("raining");
            assertThat(flags(second)).contains("-XX:AOTCache=" + cache);
        }
    }

    @Test
    @DisplayName("[UP17] a cache of another build is replaced, here with a database of the training's own")
    void replacesStale() throws Exception {
        Path stale = Files.createDirectories(folder.resolve("aot")).resolve("0123456789abcdef.aot");
        Files.writeString(stale, "of an earlier build");
        AotCache before = AotCache.of(new Installation(Path.of("java"), jars, "Main", "Bots"), folder)
                .orElseThrow();
        Files.setLastModifiedTime(jars.getFirst(), FileTime.fromMillis(1_000_000_000_000L));
        AotCache after = AotCache.of(new Installation(Path.of("java"), jars, "Main", "Bots"), folder)
                .orElseThrow();
        assertThat(after).isNotEqualTo(before);

        try (RunningUp up = start(ELSEWHERE)) {
            up.awaitReady();
            assertThat(onlyCache()).isNotEqualTo(stale);
            assertThat(up.database()).isEmpty();
        }
    }

    @Test
    @DisplayName("[UP17] a training that fails is told in one line, and the nodes start without")
    void goesOnWithout() throws Exception {
        Map<String, String> environment = new HashMap<>(ELSEWHERE);
        environment.put("JISHI_STUB", "untrainable");
        try (RunningUp up = start(environment)) {
            up.awaitReady();
            assertThat(up.output())
                    .contains(
                            "Going on without a start-up cache: the training node ended with exit code 3: out of luck");
            assertThat(flags(up)).doesNotContain("AOTCache");
        }
    }

    @Test
    @DisplayName("[UP17] classes outside jars are run without a cache")
    void needsJars() {
        Installation classes = new Installation(Path.of("java"), List.of(folder), "Main", "Bots");
        assertThat(AotCache.of(classes, folder)).isEmpty();
    }

    private RunningUp start(Map<String, String> environment) throws IOException {
        String classPath = String.join(
                File.pathSeparator, jars.stream().map(Path::toString).toList());
        List<String> arguments = List.of(
                "up",
                "--data-dir",
                folder.resolve("data").toString(),
                "--http-port=" + port,
                "--mqtt-port=" + (port + 1));
        return RunningUp.start(folder, classPath, folder.resolve("data"), port, environment, arguments);
    }

    private Path onlyCache() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("aot"))) {
            List<Path> found = files.toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private static String flags(RunningUp up) {
        return up.nodes().getFirst().info().commandLine().orElseThrow();
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(file);
                Stream<Path> walk = Files.walk(classes)) {
            for (Path path : walk.filter(Files::isRegularFile).sorted().toList()) {
                packed.putNextEntry(new ZipEntry(classes.relativize(path).toString()));
                Files.copy(path, packed);
            }
        }
        return jar;
    }
}
