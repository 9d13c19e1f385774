package io.jishi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that was started here. Its errors go to a file, lines of its output can be awaited. */
public final class ChildProcess implements AutoCloseable {
    private static final int STOP_SECONDS_MAX = 20;

    private final Process process;
    private final Path errors;
    private final BufferedReader output;

    private ChildProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it in a folder, which also gets its errors. */
    static ChildProcess start(Path directory, ProcessBuilder builder) throws IOException {
        Path errors = directory.resolve("errors.log");
        builder.directory(directory.toFile()).redirectError(errors.toFile());
        return new ChildProcess(builder.start(), errors);
    }

    /**
     * The next line of its output.
     *
     * @throws IllegalStateException with its last words where it ended instead
     */
    public String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IllegalStateException("the process ended: " + lastWords());
        }
        return line;
    }

    /** Waits for a line that begins so, and returns the rest of it. */
    public String awaitLine(String beginning) throws IOException {
        String line = line();
        while (!line.startsWith(beginning)) {
            line = line();
        }
        return line.substring(beginning.length()).strip();
    }

    /** Writes a line to its input. */
    public void tell(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Reads its output to nowhere from now on, lest it waits for a reader. */
    public void ignoreOutput() {
        Thread.ofVirtual().start(() -> {
            try {
                while (output.readLine() != null) {
                    // dropped
                }
            } catch (IOException e) {
                // it has ended
            }
        });
    }

    /**
     * User and system time that it and the processes below it have used so far, in steps of 10 ms on Linux
     * ({@code /proc/PID/stat}).
     */
    public Duration cpu() {
        return cpu(process.toHandle());
    }

    /** The same of any process and those below it; nothing of what has ended. */
    static Duration cpu(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** Resident memory in bytes, 0 where the system does not tell. */
    public long residentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as a power cut would: {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, and insists after 20 seconds. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            kill();
        }
    }

    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    }
}
