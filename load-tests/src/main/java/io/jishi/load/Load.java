package io.jishi.load;

import io.gatling.app.Gatling;
import io.jishi.Start;
import io.jishi.bench.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./jishi load [SIMULATION] [--url URL[,URL…]] [--set NAME=VALUE]… [--list]}: runs a simulation against running
 * servers that hold the demo's shop, or against two fresh nodes that it starts and stops. Exit code 0 only where every
 * request succeeded and everything holds that must.
 */
public final class Load {
    private static final Map<String, Class<?>> SIMULATIONS = Map.of("MixedEvening", MixedEvening.class);
    private static final int NODES = 2;
    private static final int WRONG_USAGE = 2;
    private static final int FAILED = 1;
    private static final int STOP_SECONDS_MAX = 60;

    private Load() {}

    /** What was asked for. */
    private record Request(String simulation, @Nullable String urls, List<String> sizes, boolean list) {}

    public static void main(String[] arguments) {
        System.exit(inOneLine(() -> run(parse(arguments))));
    }

    /** The exit code; what went wrong is told in a line, as whoever reads it did not write this program. */
    static int inOneLine(Callable<Integer> work) {
        try {
            return work.call();
        } catch (IllegalArgumentException e) {
            System.err.println("jishi: load: " + e.getMessage());
            return WRONG_USAGE;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            String said = e.getMessage() == null ? e.toString() : e.getMessage();
            System.err.println("jishi: load: " + said.lines().findFirst().orElse(e.toString()));
            return FAILED;
        }
    }

    private static Request parse(String[] arguments) {
        String simulation = "MixedEvening";
        String urls = null;
        List<String> sizes = new ArrayList<>();
        boolean list = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--list")) {
                list = true;
            } else if (!argument.startsWith("-")) {
                simulation = argument;
            } else {
                int equals = argument.indexOf('=');
                if (equals < 0 && i + 1 == arguments.length) {
                    throw new IllegalArgumentException("option " + argument + " needs a value");
                }
                String value = equals < 0 ? arguments[++i] : argument.substring(equals + 1);
                switch (equals < 0 ? argument : argument.substring(0, equals)) {
                    case "--url" -> urls = urls == null ? value : urls + "," + value;
                    case "--set" -> sizes.add(size(value));
                    default -> throw new IllegalArgumentException("unknown option " + argument);
                }
            }
        }
        if (!SIMULATIONS.containsKey(simulation)) {
            throw new IllegalArgumentException("no simulation " + simulation + "; ./jishi load --list names them");
        }
        if (urls != null) {
            Stream.of(urls.split(",")).forEach(Load::requireUrl);
        }
        return new Request(simulation, urls, sizes, list);
    }

    private static void requireUrl(String url) {
        if (!url.matches("http://[^/ ]+:[0-9]+")) {
            throw new IllegalArgumentException("--url must be http://HOST:PORT");
        }
    }

    /** A size of the simulation as a system property. */
    private static String size(String pair) {
        if (!pair.matches("(watchers|buyers|stock|shelves|seconds)=[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException("--set wants watchers, buyers, stock, shelves or seconds=NUMBER");
        }
        return "-Djishi.load." + pair;
    }

    private static int run(Request request) throws Exception {
        if (request.list) {
            System.out.println(
                    "MixedEvening   viewers, buyers, couriers and shelves at once; sold = stock, no comment lost");
            return 0;
        }
        if (request.urls != null) {
            return simulate(request, request.urls);
        }
        Path data = Files.createTempDirectory("jishi-load-");
        return keptUnlessWhole(data, () -> {
            int port = new FreePorts().inARow(2 * NODES);
            Process servers = up(data, port);
            try {
                return simulate(request, "http://127.0.0.1:" + port + ",http://127.0.0.1:" + (port + 1));
            } finally {
                servers.destroy();
                if (!servers.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                    servers.destroyForcibly();
                }
            }
        });
    }

    /** Deletes the folder where the work came to a good end, and names it where somebody will want to look into it. */
    static int keptUnlessWhole(Path data, Callable<Integer> work) throws Exception {
        boolean whole = false;
        try {
            int code = work.call();
            whole = code == 0;
            return code;
        } finally {
            if (whole) {
                delete(data);
            } else {
                System.err.println("Logs and data of the servers are in " + data);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Starts fresh nodes with the demo's shop but without its bots, and waits until they are ready. */
    private static Process up(Path data, int port) throws IOException {
        System.out.println("starting " + NODES + " nodes on the ports from " + port);
        String home = System.getProperty("jishi.home", ".");
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-Djishi.home=" + home, "-cp"));
        command.add(serverClassPath(Path.of(home)));
        command.addAll(List.of(Start.class.getName(), "up", "--nodes", Integer.toString(NODES)));
        command.addAll(List.of("--http-port", Integer.toString(port), "--mqtt-port", Integer.toString(port + NODES)));
        command.addAll(List.of("--data-dir", data.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JISHI_DEMO_SEED", "true");
        Process servers = builder.start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(servers.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            System.out.println("  " + line);
            if (line.contains("Ctrl-C stops everything")) {
                Thread.ofVirtual().start(() -> drain(output));
                return servers;
            }
        }
        throw new IllegalStateException("the servers did not start");
    }

    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // told already that they are ready
            }
        } catch (IOException e) {
            // they have ended
        }
    }

    /** The built server as {@code ./jishi up} runs it, or this class path where there is none. */
    private static String serverClassPath(Path home) throws IOException {
        Path target = home.resolve("server/target");
        Path jar = target.resolve("jishi-server.jar");
        if (!Files.exists(jar) || !Files.isDirectory(target.resolve("lib"))) {
            return System.getProperty("java.class.path");
        }
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            return Stream.concat(
                            Stream.of(jar),
                            libraries.filter(file -> file.toString().endsWith(".jar")))
                    .map(Path::toString)
                    .reduce((a, b) -> a + File.pathSeparator + b)
                    .orElseThrow();
        }
    }

    private static int simulate(Request request, String urls) throws IOException, InterruptedException {
        Path results = Path.of(System.getProperty("jishi.home", "."), "load-tests/target/gatling");
        Path verdict = Files.createTempFile("jishi-verdict-", ".txt");
        Class<?> simulation = SIMULATIONS.getOrDefault(request.simulation, MixedEvening.class);
        List<String> command = new ArrayList<>(
                List.of(java(), "-XX:+UseParallelGC", "-Xmx1g", "--add-opens=java.base/java.lang=ALL-UNNAMED"));
        command.addAll(request.sizes);
        command.addAll(List.of("-Djishi.load.urls=" + urls, "-Djishi.load.verdict=" + verdict));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Gatling.class.getName()));
        command.addAll(List.of("--simulation", simulation.getName(), "--results-folder", results.toString()));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        boolean whole = Files.readAllLines(verdict).equals(List.of("whole"));
        Files.deleteIfExists(verdict);
        tellReport(results);
        System.out.println(code == 0 && whole ? "All that must hold holds." : "NOT all that must hold holds.");
        return code == 0 && whole ? 0 : FAILED;
    }

    private static void tellReport(Path results) throws IOException {
        if (!Files.isDirectory(results)) {
            return;
        }
        try (Stream<Path> runs = Files.list(results)) {
            runs.filter(run -> Files.exists(run.resolve("index.html")))
                    .max(Comparator.comparingLong(run -> run.toFile().lastModified()))
                    .ifPresent(run -> System.out.println("Report: "
                            + run.resolve("index.html").toAbsolutePath().normalize()));
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
