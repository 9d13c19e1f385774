package io.jishi.bench;

import java.io.IOException;
import java.net.URI;
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
    private final List<FaultProxy> proxies = new ArrayList<>();

    private FaultLayout(SaleFaults.Options options, String secret, Optional<FaultNetwork> network) {
        this.options = options;
        this.secret = secret;
        this.network = network;
    }

    static FaultLayout open(SaleFaults.Options options, String secret) throws InterruptedException {
        boolean parts = options.nodes() == FaultNetwork.NODES;
        return new FaultLayout(options, secret, parts ? FaultNetwork.open() : Optional.empty());
    }

    /** Empty where the nodes cannot be parted on this machine. */
    Optional<FaultNetwork> network() {
        return network;
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
    public void close() throws IOException {
        for (FaultProxy proxy : proxies) {
            proxy.close();
        }
        network.ifPresent(FaultNetwork::close);
    }
}
