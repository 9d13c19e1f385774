package io.jishi.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lies to one process about the time of the day, and makes its disk slow: a small library of our own that comes before libc
 * ({@code fault-shim.c}), compiled here. It takes Linux, glibc and a C compiler.
 */
final class FaultShim {
    private static final String SOURCE = "fault-shim.c";
    private static final int BYTES = 2 * Long.BYTES;
    private static final int SYNC_AT = Long.BYTES;
    private static final int COMPILE_SECONDS_MAX = 60;
    private static final long PROBE_SECONDS = 1_000_000;

    private final Path library;
    private final Path file;
    private final MappedByteBuffer lies;

    private FaultShim(Path library, Path file) throws IOException {
        this.library = library;
        this.file = file;
        Files.write(file, new byte[BYTES]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            lies = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
            lies.order(ByteOrder.nativeOrder());
        }
    }

    /**
     * The library, for {@link #of}; empty where this machine has no compiler, or programs do not believe it.
     *
     * @param directory that other users may enter
     */
    static Optional<Path> compile(Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve(SOURCE);
        Path library = directory.resolve("fault-shim.so");
        try (InputStream text = Objects.requireNonNull(FaultShim.class.getResourceAsStream(SOURCE))) {
            Files.write(source, text.readAllBytes());
        }
        for (String compiler : List.of("cc", "gcc")) {
            if (succeeds(List.of(
                    compiler, "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl"))) {
                Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
                return isBelieved(library, directory) ? Optional.of(library) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether a program takes the time from it. */
    private static boolean isBelieved(Path library, Path directory) throws IOException, InterruptedException {
        FaultShim shim = new FaultShim(library, directory.resolve("probe.lies"));
        shim.clockAhead(Duration.ofSeconds(PROBE_SECONDS));
        ProcessBuilder date = new ProcessBuilder("date", "+%s");
        date.environment().putAll(shim.environment());
        Process process = date.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        return process.waitFor() == 0
                && Long.parseLong(said.strip()) > System.currentTimeMillis() / 1_000 + PROBE_SECONDS / 2;
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    /** For one process, and those that it makes. */
    static FaultShim of(Path library, String process) throws IOException {
        return new FaultShim(library, library.resolveSibling(process + ".lies"));
    }

    /** What the process is to be started with. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "FAULT_SHIM", file.toString());
    }

    /** @param by whole seconds; less than nothing where it goes behind */
    void clockAhead(Duration by) {
        put(0, by.toSeconds());
    }

    /** How much longer each sync of a file takes. */
    void slowSyncs(Duration by) {
        put(SYNC_AT, by.toMillis());
    }

    private void put(int at, long value) {
        lies.putLong(at, value);
    }
}
