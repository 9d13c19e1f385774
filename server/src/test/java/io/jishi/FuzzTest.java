package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.edge.EdgeFuzzTargets;
import io.jishi.realtime.FuzzTargets;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes a stranger sends are refused or understood, and nothing else. Always tried: the inputs kept under
 * resources/fuzz, which are good ones and those that once did harm, and some thousand changes of them. With
 * {@code -Dfuzz.seconds=60}, for so long a target, what Jazzer finds by watching which code its inputs reach.
 */
class FuzzTest {
    private static final Path KEPT = Path.of("src/test/resources/fuzz");
    private static final int CHANGES = 3_000;
    private static final int CHANGES_OF_SESSIONS = 300;
    private static final int CHANGES_AT_ONCE_MAX = 4;
    private static final int BYTES_MAX = 4_096;
    private static final List<byte[]> WORDS = Stream.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    ":",
                    ",",
                    "\n",
                    "null",
                    "1e999999",
                    "-1",
                    "9223372036854775808",
                    "0.1",
                    "\"id\":",
                    "\"subscribe\":",
                    "\"channel\":",
                    "\"data\":",
                    "\"open:x\"",
                    "\\u0000",
                    "\ud83c\udf81",
                    "\u0000")
            .map(word -> word.getBytes(StandardCharsets.UTF_8))
            .toList();

    static List<Class<?>> targets() {
        return List.of(
                FuzzTargets.JsonFrames.class,
                FuzzTargets.ProtobufFrames.class,
                FuzzTargets.Deltas.class,
                FuzzTargets.Sessions.class,
                EdgeFuzzTargets.Emulations.class,
                EdgeFuzzTargets.ApiRequests.class,
                EdgeFuzzTargets.CompressedMessages.class,
                EdgeFuzzTargets.Offers.class,
                Parameters.class);
    }

    @ParameterizedTest
    @MethodSource("targets")
    @DisplayName("[HT50] what strangers send is refused or understood: the inputs kept, and changes of them")
    void kept(Class<?> target) throws Exception {
        List<byte[]> inputs = inputs(target);
        assertThat(inputs).isNotEmpty();
        for (byte[] input : inputs) {
            feed(target, input);
        }
        Random random = new Random(20_261_122);
        int changes = target == FuzzTargets.Sessions.class ? CHANGES_OF_SESSIONS : CHANGES;
        for (int i = 0; i < changes; i++) {
            feed(target, changed(inputs, random));
        }
    }

    private static List<byte[]> inputs(Class<?> target) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(KEPT.resolve(target.getSimpleName()))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }

    private static void feed(Class<?> target, byte[] input) throws Exception {
        try {
            target.getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) input.clone());
        } catch (InvocationTargetException e) {
            String shown = Base64.getEncoder().encodeToString(input);
            throw new AssertionError("harm done by the bytes (Base64) " + shown, e.getCause());
        }
    }

    private static byte[] changed(List<byte[]> inputs, Random random) {
        byte[] input = inputs.get(random.nextInt(inputs.size()));
        for (int i = 1 + random.nextInt(CHANGES_AT_ONCE_MAX); i > 0; i--) {
            input = changedOnce(input, inputs.get(random.nextInt(inputs.size())), random);
        }
        return input.length > BYTES_MAX ? Arrays.copyOf(input, BYTES_MAX) : input;
    }

    private static byte[] changedOnce(byte[] input, byte[] other, Random random) {
        int at = random.nextInt(input.length + 1);
        int to = at + random.nextInt(Math.min(32, input.length - at) + 1);
        byte[] between = switch (random.nextInt(6)) {
            case 0 -> new byte[] {(byte) random.nextInt(256)};
            case 1 -> WORDS.get(random.nextInt(WORDS.size()));
            case 2 -> new byte[0];
            case 3 -> Arrays.copyOfRange(input, at, Math.min(input.length, at + 2 * (to - at)));
            case 4 -> Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length);
            default -> flipped(input, at, to, random);
        };
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        changed.write(input, 0, at);
        changed.writeBytes(between);
        changed.write(input, to, input.length - to);
        return changed.toByteArray();
    }

    private static byte[] flipped(byte[] input, int from, int to, Random random) {
        byte[] flipped = Arrays.copyOfRange(input, from, to);
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    @ParameterizedTest
    @MethodSource("targets")
    @EnabledIfSystemProperty(
            named = "fuzz.seconds",
            matches = "\\d+",
            disabledReason = "takes minutes: ./jishi test --fuzz SECONDS runs it")
    @DisplayName("[HT50] what strangers send is refused or understood: what the fuzzer finds")
    void engine(Class<?> target, @TempDir Path found) throws IOException, InterruptedException {
        int seconds = Integer.getInteger("fuzz.seconds");
        Path log = Path.of("target", "fuzz-" + target.getSimpleName() + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=io.jishi.**:com.fasterxml.jackson.**:com.google.protobuf.**",
                        "--custom_hook_excludes=**",
                        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery", // a
                        // database
                        "--reproducer_path=" + found,
                        "-max_total_time=" + seconds,
                        "-max_len=" + BYTES_MAX,
                        "-timeout=30",
                        "-artifact_prefix=" + found + File.separator,
                        Files.createDirectory(found.resolve("inputs")).toString(),
                        KEPT.resolve(target.getSimpleName()).toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(seconds + 120L, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("see " + log).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
