package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./jishi} itself, in a checkout where everything is built and with a Java that says what it was told. */
class ScriptTest {
    private static final int NOBODY = 65_534;

    @TempDir
    private Path folder;

    private Path checkout = Path.of("");

    private record Ended(int code, String text) {}

    @BeforeEach
    void makeCheckout() throws IOException {
        allow(folder, "rwxr-xr-x");
        checkout = Files.createDirectory(folder.toRealPath().resolve("checkout"));
        Files.copy(Path.of("..", "jishi"), checkout.resolve("jishi"));
        allow(checkout.resolve("jishi"), "rwxr-xr-x");
        Files.createDirectories(checkout.resolve("server/target/lib"));
        Files.writeString(checkout.resolve("server/target/jishi-server.jar"), "");
        Files.writeString(checkout.resolve("server/target/.built"), "");
        Path programs = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        for (String program : new String[] {"java", "javac"}) {
            Files.writeString(programs.resolve(program), "#!/bin/sh\necho \"$@\"\n");
            allow(programs.resolve(program), "rwxr-xr-x");
        }
    }

    @Test
    @DisplayName("[UP20] the start script finds its checkout through links, relative and absolute ones")
    void followsLinks() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("else/where"));
        Path far = Files.createSymbolicLink(elsewhere.resolve("far"), Path.of("../../checkout/jishi"));
        Path near = Files.createSymbolicLink(folder.resolve("near"), far.toAbsolutePath());
        Path folderLink = Files.createSymbolicLink(folder.resolve("linked"), elsewhere);
        for (Path way : List.of(checkout.resolve("jishi"), far, near, folderLink.resolve("far"))) {
            Ended ended = run(List.of(), way, "up");
            assertThat(ended.text()).as("%s", way).contains("-Djishi.home=" + checkout + " ");
            assertThat(ended.code()).isZero();
        }
    }

    @Test
    @DisplayName("[UP20] a checkout that somebody else owns can be run where it is built, else one line says so")
    void tellsForeignCheckout() throws Exception {
        List<String> stranger = stranger();
        for (String path : new String[] {"server/target", "server"}) {
            allow(checkout.resolve(path), "r-xr-xr-x");
        }
        try {
            Ended built = run(stranger, checkout.resolve("jishi"), "up");
            assertThat(built.text()).contains("io.jishi.Start up");
            assertThat(built.code()).isZero();

            for (String[] command : new String[][] {{"bench", "--list"}, {"test"}, {"format"}}) {
                Ended ended = run(stranger, checkout.resolve("jishi"), command);
                assertThat(ended.code()).isEqualTo(1);
                assertThat(ended.text())
                        .startsWith("jishi: cannot build: ")
                        .contains("may not write to " + checkout.resolve("server/target"))
                        .hasLineCount(1);
            }
        } finally {
            allow(checkout.resolve("server"), "rwxr-xr-x");
            allow(checkout.resolve("server/target"), "rwxr-xr-x");
        }
    }

    @Test
    @DisplayName("[UP20] so can one whose build lock alone is somebody else's")
    void tellsForeignLock() throws Exception {
        Path lock = Files.writeString(checkout.resolve("server/target/.build-lock"), "");
        allow(lock, "r--r--r--");
        allow(checkout.resolve("server/target"), "rwxrwxrwx");
        Files.delete(checkout.resolve("server/target/.built"));
        Ended ended = run(stranger(), checkout.resolve("jishi"), "up");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.text()).contains("may not write to " + lock).hasLineCount(1);
    }

    /** The words to put before a command so that permissions hold for it; root may write anywhere. */
    private List<String> stranger() throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid"))) {
            return List.of();
        }
        Optional<String> setpriv = Command.find("setpriv");
        assumeThat(setpriv).isPresent();
        return List.of(setpriv.orElseThrow(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }

    private Ended run(List<String> prefix, Path script, String... words) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(script.toString());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("JISHI_JAVA_HOME", folder.resolve("jdk").toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
