package io.jishi.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two nodes in network namespaces of their own, with one wire between them that can be cut and one wire each to this
 * process. Needs root and {@code ip} of iproute2; addresses are of the range for benchmarks (RFC 2544).
 */
final class FaultNetwork implements AutoCloseable {
    static final int NODES = 2;
    private static final int SUBNETS = 127;
    private static final int COMMAND_SECONDS_MAX = 10;

    private static final Path NAMED = Path.of("/run/netns");
    private static final Pattern OURS = Pattern.compile("jf([0-9]+)-[0-9]");

    private final String name = "jf" + ProcessHandle.current().pid();

    /** Last resort where the run is broken off. */
    private final Thread tearDown = new Thread(this::remove);

    private FaultNetwork() {}

    /** Empty where this machine does not let us. */
    static Optional<FaultNetwork> open() throws InterruptedException {
        if (!"root".equals(System.getProperty("user.name")) || !hasIp()) {
            return Optional.empty();
        }
        removeLeftOver();
        FaultNetwork network = new FaultNetwork();
        Runtime.getRuntime().addShutdownHook(network.tearDown);
        try {
            network.build();
            return Optional.of(network);
        } catch (IOException e) {
            network.close();
            return Optional.empty();
        }
    }

    /** Those of runs that were killed. */
    private static void removeLeftOver() throws InterruptedException {
        try (Stream<Path> spaces = Files.list(NAMED)) {
            for (Path space : spaces.toList()) {
                Matcher name = OURS.matcher(space.getFileName().toString());
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    ip("netns", "del", name.group());
                }
            }
        } catch (IOException e) {
            // there are none
        }
    }

    private static boolean hasIp() {
        return List.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip").stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path)));
    }

    private void build() throws IOException, InterruptedException {
        for (int node = 0; node < NODES; node++) {
            ip("netns", "add", space(node));
            ip("link", "add", host(node), "type", "veth", "peer", "name", "way", "netns", space(node));
            ip("address", "add", hostAddress(node) + "/24", "dev", host(node));
            ip("link", "set", host(node), "up");
            ip("-n", space(node), "address", "add", httpHost(node) + "/24", "dev", "way");
            ip("-n", space(node), "link", "set", "way", "up");
            ip("-n", space(node), "link", "set", "lo", "up");
        }
        ip("-n", space(0), "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", space(1));
        for (int node = 0; node < NODES; node++) {
            ip("-n", space(node), "address", "add", clusterHost(node) + "/24", "dev", "wire");
            ip("-n", space(node), "link", "set", "wire", "up");
        }
    }

    /** Where this process is, as a node sees it. */
    String hostAddress(int node) {
        return subnet(node) + ".1";
    }

    /** Where a node is, as this process sees it. */
    String httpHost(int node) {
        return subnet(node) + ".2";
    }

    /** Where a node is, as the other sees it. */
    static String clusterHost(int node) {
        return "198.19.0." + (node + 1);
    }

    /** What a command begins with that runs as a node does. */
    List<String> prefix(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    /** The nodes lose each other, and nothing else. */
    void cut() throws IOException, InterruptedException {
        ip("-n", space(0), "link", "set", "wire", "down");
    }

    void heal() throws IOException, InterruptedException {
        ip("-n", space(0), "link", "set", "wire", "up");
    }

    /** Others may be at this on the same machine. */
    private static String subnet(int node) {
        return "198.18." + (NODES * (ProcessHandle.current().pid() % SUBNETS) + node);
    }

    private String space(int node) {
        return name + "-" + node;
    }

    private String host(int node) {
        return name + "h" + node;
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("ip"), List.of(arguments).stream())
                        .toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("ip " + String.join(" ", arguments) + ": " + said.strip());
        }
    }

    private void remove() {
        for (int node = 0; node < NODES; node++) {
            try {
                ip("netns", "del", space(node)); // and the wires with it
            } catch (IOException e) {
                // it was not made
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(tearDown);
    }
}
