package io.jishi.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Java process on this one's class path and JVM flags. Its errors go to a file, lines of its output can be awaited. */
public final class JavaProcess implements AutoCloseable {
    private static final int STOP_SECONDS_MAX = 20;

    private final Process process;
    private final Path errors;
    private final BufferedReader output;

    private JavaProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static JavaProcess start(
            Path directory, List<String> flags, String main, List<String> arguments, Map<String, String> environment)
            throws IOException {
        Path errors = directory.resolve("errors.log");
        ProcessBuilder builder = prepare(flags, main, arguments, environment)
                .directory(directory.toFile())
                .redirectError(errors.toFile());
        return new JavaProcess(builder.start(), errors);
    }

    /** What would start such a process, with no word yet about its folder and its output. */
    static ProcessBuilder prepare(
            List<String> flags, String main, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(JavaProcess::opensTheJdk)
                .forEach(command::add);
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("JISHI_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static boolean opensTheJdk(String flag) {
        return flag.startsWith("--add-") || flag.startsWith("--enable-native-access");
    }

    /** Absolute, as the process runs in another folder. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> entry.endsWith("*")
                        ? entry
                        : Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
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

    /** User and system time that it has used so far, in steps of 10 ms on Linux ({@code /proc/PID/stat}). */
    public Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
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
