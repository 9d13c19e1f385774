package io.jishi.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the nodes are, and through what they reach the database and each other. */
final class FaultLayout implements NightServers.Settings, AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SURPRISES_PERCENT = "40";

    private final SaleFaults.Options options;
    private final String secret;
    private final Optional<FaultNetwork> network;
    private final Optional<Path> library;
    private final Optional<FaultShim> databaseShim;
    private final List<FaultShim> shims = new ArrayList<>();
    private final List<FaultProxy> proxies = new ArrayList<>();

    private FaultLayout(
            SaleFaults.Options options, String secret, Optional<FaultNetwork> network, Optional<Path> library)
            throws IOException {
        this.library = library;
        this.databaseShim = library.isEmpty() ? Optional.empty() : Optional.of(FaultShim.of(library.get(), "database"));
        this.options = options;
        this.secret = secret;
        this.network = network;
    }

    /** @param directory for what it needs on the disk */
    static FaultLayout open(Path directory, SaleFaults.Options options, String secret)
            throws IOException, InterruptedException {
        boolean parts = options.nodes() == FaultNetwork.NODES;
        Optional<Path> library = FaultShim.compile(directory);
        return new FaultLayout(options, secret, parts ? FaultNetwork.open() : Optional.empty(), library);
    }

    /** Empty where the nodes cannot be parted on this machine. */
    Optional<FaultNetwork> network() {
        return network;
    }

    /** One a node; none where nobody can be lied to on this machine. */
    List<FaultShim> shims() {
        return shims;
    }

    /** Empty where the disk cannot be made slow on this machine. */
    Optional<FaultShim> databaseShim() {
        return databaseShim;
    }

    /** One a node. */
    List<FaultProxy> proxies() {
        return proxies;
    }

    @Override
    public Map<String, String> of(int node, String databaseUrl) throws IOException {
        if (node == proxies.size()) {
            String host = network.map(wires -> wires.hostAddress(node)).orElse(LOOPBACK);
            proxies.add(FaultProxy.start(host, URI.create(databaseUrl).getPort(), options.alter()));
        }
        return Map.of(
                "database.url",
                databaseUrl.replaceFirst("@[^/]+/", "@" + proxies.get(node).address() + "/"),
                "flashsales.claims-per-second", // the buyers are few, in a hurry, and all at one address
                "0",
                "flashsales.claims-per-second-of-address",
                "0",
                "payments.sandbox.surprises-percent",
                SURPRISES_PERCENT,
                "payments.sandbox.secret",
                secret);
    }

    @Override
    public String httpHost(int node) {
        return network.map(wires -> wires.httpHost(node)).orElse(LOOPBACK);
    }

    @Override
    public String clusterHost(int node) {
        return network.isPresent() ? FaultNetwork.clusterHost(node) : LOOPBACK;
    }

    @Override
    public List<String> prefix(int node) {
        return network.map(wires -> wires.prefix(node)).orElse(List.of());
    }

    @Override
    public Map<String, String> environment(int node) throws IOException {
        if (library.isPresent() && node == shims.size()) {
            shims.add(FaultShim.of(library.get(), "node-" + (node + 1)));
        }
        return library.isPresent() ? shims.get(node).environment() : Map.of();
    }

    @Override
    public Map<String, String> databaseEnvironment() {
        return databaseShim.map(FaultShim::environment).orElse(Map.of());
    }

    @Override
    public void close() throws IOException {
        for (FaultProxy proxy : proxies) {
            proxy.close();
        }
        network.ifPresent(FaultNetwork::close);
    }
}
